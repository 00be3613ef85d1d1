"""`inkstone serve` and `inkstone` as the tests start them."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("INKSTONE_PROGRAM", str(REPOSITORY / ".build/release/inkstone"))
MODEL = "smollm2-135m"
# Tiny models with random weights, so that only shapes and sameness can be checked with them.
EMBEDDER = "Tests/InkInferenceTests/Fixtures/sentence/embedder"
RERANKER = "Tests/InkInferenceTests/Fixtures/sentence/reranker_bert"
# What knowledge bases are made with where nobody names another; it must have been fetched.
KNOWLEDGE_EMBEDDER = "e5-small"
START_SECONDS = 60


def command(*arguments: str, seconds: float = 120) -> dict[str, Any]:
    """Runs `inkstone ARGUMENTS --json` and reads what it prints."""
    finished = subprocess.run(
        [PROGRAM, *arguments, "--json"], cwd=REPOSITORY, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert finished.returncode == 0, f"inkstone {' '.join(arguments)}: {finished.stderr[-2000:]}"
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer


class Server:
    """A running `inkstone serve`, from its start to a clean end."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--json", "--port", "0", *arguments], cwd=REPOSITORY, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **(environment or {})},
        )
        self.log: list[str] = []
        self.output: list[str] = []
        lines: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read, args=(self.process.stderr, self.log.append), daemon=True),
            threading.Thread(target=self._read, args=(self.process.stdout, self._told(lines)), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        self.address = self._listening(lines)

    @staticmethod
    def _read(stream: Any, take: Any) -> None:
        for line in stream:
            take(line.rstrip("\n"))

    def _told(self, lines: queue.Queue[str]) -> Any:
        def take(line: str) -> None:
            self.output.append(line)
            lines.put(line)

        return take

    def _listening(self, lines: queue.Queue[str]) -> str:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                return str(json.loads(lines.get(timeout=0.1))["listening"])
            except queue.Empty:
                if self.process.poll() is not None:
                    break
        self.process.kill()
        self.process.wait()
        raise AssertionError("the server did not start: " + "\n".join(self.log[-20:]))

    @property
    def errors(self) -> list[str]:
        """Lines of the log at level error or above."""
        return [line for line in self.log if any(f" {level} " in line[:64] for level in ("error", "critical"))]

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 20) -> int:
        """Waits for the end and tells the exit status."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("the server did not stop: " + "\n".join(self.log[-20:])) from None
        for reader in self._readers:
            reader.join(5)
        return status

    def stopped(self) -> int:
        """Asks it to stop, unless it did, and tells the exit status."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
        return self.ended()

    def request(
        self, path: str, body: Any = None, *, method: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, header fields with names in small letters, and body of one request, errors included."""
        data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"Content-Type": "application/json", **(headers or {})}
        request = urllib.request.Request(self.address + path, data=data, headers=fields, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()

    def json(self, path: str, body: Any = None, *, expected: int = 200) -> Any:
        """The JSON of one request that must succeed."""
        status, _, answer = self.request(path, body)
        assert status == expected, f"{path}: {status}: {answer[:500]!r}"
        return json.loads(answer)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.ended()
