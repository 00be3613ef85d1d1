"""Both servers as programs: how they are started, what they are asked, what they keep in memory."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from programs import ProgramError

START_SECONDS = 60
# Tokens that end a turn of SmolLM2 and a text; without them every answer is as long as asked for.
ENDS = {"0": -100, "2": -100}


@dataclass(frozen=True)
class Load:
    """What one request of a measurement asks for."""

    prompt: list[int]
    answer: int

    @property
    def tokens(self) -> int:
        return len(self.prompt) + self.answer


class Running:
    """A server that was started and is to be stopped."""

    def __init__(self, command: list[str], log: Path, port: int) -> None:
        self.command = command
        self.log = log
        self.port = port
        self._started = time.perf_counter()
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=file
            )

    def ready(self, path: str) -> float:
        """Seconds from the start until requests are taken."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return time.perf_counter() - self._started
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.002)
        tail = self.log.read_text(encoding="utf-8", errors="replace")[-600:]
        self.stop()
        raise ProgramError(f"{' '.join(self.command)} did not get ready: {tail}")

    def resident_bytes(self) -> int:
        """What the process keeps in memory now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise ProgramError("the system does not tell the memory of a process")

    def post(self, path: str, body: dict[str, Any], seconds: float = 300) -> dict[str, Any]:
        """One request that is answered in one piece."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise ProgramError(f"{path} answered {answer.status}: {text[:300]!r}")
            told: dict[str, Any] = json.loads(text)
            return told
        finally:
            connection.close()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class InkstoneServer:
    """Our side: `inkstone serve`."""

    path: str
    threads: int
    work: Path
    name: str = "inkstone"
    health: str = "/readyz"
    completions: str = "/v1/completions"
    arguments: tuple[str, ...] = ()

    def start(self, model: Path | None, clients: int, context: int) -> Running:
        """Starts a server; the cache grows as it is needed, so that the context needs no setting."""
        port = free_port()
        command = [self.path, "serve", "--json", "--port", str(port), "--threads", str(self.threads)]
        command += ["--parallel", str(max(16, clients)), "--log-level", "warning", *self.arguments]
        if model:
            command += ["--model", str(model)]
        else:
            empty = self.work / "no-models.yaml"
            empty.write_text("models: []\n", encoding="utf-8")
            command += ["--config", str(empty)]
        running = Running(command, self.work / "inkstone-serve.log", port)
        running.ready(self.health)
        return running

    def body(self, model: Path, load: Load, *, shares: bool) -> dict[str, Any]:
        """A request for a stream. A prefix that was seen before is always shared."""
        return {
            "model": str(model), "prompt": load.prompt, "max_tokens": load.answer, "temperature": 0, "stream": True,
            "logit_bias": ENDS, "stream_options": {"include_usage": True},
        }

    @staticmethod
    def told(event: dict[str, Any]) -> tuple[bool, int | None]:
        """Whether an event holds text, and the count of tokens in the event that tells it."""
        usage = event.get("usage")
        if usage:
            return False, int(usage["completion_tokens"])
        return any(choice.get("text") for choice in event.get("choices", [])), None


@dataclass(frozen=True)
class LlamaServer:
    """The peer: llama-server with as many places as there are clients."""

    path: str
    threads: int
    work: Path
    flash: str = "on"
    name: str = "llama.cpp"
    health: str = "/health"
    completions: str = "/completion"
    arguments: tuple[str, ...] = field(default=())

    def start(self, model: Path | None, clients: int, context: int) -> Running:
        """Starts a server with `context` tokens for each client; without a model it waits for the name of one."""
        port = free_port()
        command = [self.path, "--host", "127.0.0.1", "--port", str(port), "--no-webui"]
        command += ["-t", str(self.threads), "-tb", str(self.threads), *self.arguments]
        if model:
            command += ["-m", str(model), "-np", str(clients), "-c", str(context * clients), "--cont-batching"]
            command += ["-fa", self.flash]
        running = Running(command, self.work / "llama-server.log", port)
        running.ready(self.health)
        return running

    def body(self, model: Path, load: Load, *, shares: bool) -> dict[str, Any]:
        return {
            "prompt": load.prompt, "n_predict": load.answer, "temperature": 0, "stream": True, "ignore_eos": True,
            "cache_prompt": shares,
        }

    @staticmethod
    def told(event: dict[str, Any]) -> tuple[bool, int | None]:
        if event.get("stop"):
            return False, int(event["tokens_predicted"])
        return bool(event.get("content")), None


Side = InkstoneServer | LlamaServer


def quantize(program: Path, source: Path, destination: Path, variant: str) -> None:
    """Writes a variant of a file with the peer's own program."""
    partial = destination.with_suffix(".partial")
    finished = subprocess.run(
        [str(program), "--allow-requantize", str(source), str(partial), variant, str(os.cpu_count() or 1)],
        capture_output=True, text=True, check=False,
    )
    if finished.returncode != 0:
        raise ProgramError(f"llama-quantize {variant}: {finished.stderr[-600:]}")
    partial.replace(destination)
