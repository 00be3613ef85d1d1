"""The two sides of the comparison as programs: what they are asked and how their answers are read."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ProgramError(Exception):
    """A program ended with an error; the message holds the command and the end of what it wrote."""


def run_json(command: list[str], timeout: float = 1800) -> dict[str, Any]:
    """Runs a command and reads the one JSON object on its standard output."""
    finished = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    if finished.returncode != 0:
        tail = (finished.stderr or finished.stdout).strip()[-600:]
        raise ProgramError(f"{' '.join(command)} ended with {finished.returncode}: {tail}")
    try:
        answer = json.loads(finished.stdout)
    except json.JSONDecodeError as error:
        raise ProgramError(f"{' '.join(command)} wrote no JSON object: {error}") from error
    if not isinstance(answer, dict):
        raise ProgramError(f"{' '.join(command)} wrote something else than one JSON object")
    return answer


def median_of(value: Any) -> float:
    """The median of a list of samples, of an object with `median`, or a plain number."""
    if isinstance(value, dict):
        return float(value["median"])
    if isinstance(value, list):
        return float(statistics.median(value))
    return float(value)


@dataclass(frozen=True)
class Speed:
    """One run: tokens a second (0 where not asked for), peak resident memory, load time."""

    prompt: float
    decode: float
    resident_bytes: int
    load_seconds: float


def first_byte_seconds(command: list[str]) -> float:
    """Seconds from starting the process to the first byte of its standard output."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        first = os.read(process.stdout.fileno(), 1)
        elapsed = time.perf_counter() - start
        process.stdout.read()
        code = process.wait()
    if not first or code != 0:
        raise ProgramError(f"{' '.join(command)} wrote nothing or failed ({code})")
    return elapsed


@dataclass(frozen=True)
class Inkstone:
    """Our side: the command `inkstone`."""

    path: str
    name: str = "inkstone"

    def speed(self, model: Path, threads: int, prompt: int, generate: int, repeat: int) -> Speed:
        answer = run_json(
            [self.path, "bench", "--model", str(model), "--prompt", str(prompt), "--generate", str(generate)]
            + ["--threads", str(threads), "--repeat", str(repeat), "--json"]
        )
        return Speed(
            prompt=median_of(answer["prompt_tokens_per_second"]) if prompt else 0.0,
            decode=median_of(answer["decode_tokens_per_second"]) if generate else 0.0,
            resident_bytes=int(answer["peak_rss_bytes"]),
            load_seconds=median_of(answer["load_seconds"]),
        )

    def first_token_seconds(self, model: Path, threads: int, text: str) -> float:
        return first_byte_seconds(
            [self.path, "generate", "--model", str(model), "--prompt", text, "--max-tokens", "1"]
            + ["--temperature", "0", "--threads", str(threads)]
        )

    def perplexity(self, model: Path, threads: int, context: int, text: Path) -> float:
        command = [self.path, "perplexity", "--model", str(model), "--file", str(text), "--context", str(context)]
        return float(run_json([*command, "--threads", str(threads), "--json"])["perplexity"])

    def generate(self, model: Path, prompt: str, max_tokens: int, log_probabilities: int) -> dict[str, Any]:
        return run_json(
            [self.path, "generate", "--model", str(model), "--prompt", prompt, "--max-tokens", str(max_tokens)]
            + ["--temperature", "0", "--logprobs", str(log_probabilities), "--json"]
        )

    def tokenize_file(self, model: Path, text: Path, repeat: int) -> dict[str, Any]:
        command = [self.path, "tokenize", "--model", str(model), "--file", str(text)]
        return run_json([*command, "--repeat", str(repeat), "--json"])

    def pull(self, model: str) -> Path:
        answer = run_json([self.path, "pull", model, "--json"])
        return Path(str(answer["path"]))


@dataclass(frozen=True)
class Llama:
    """The peer: llama.cpp driven by peer.c, with flash attention on or off and repacking on or off."""

    path: str
    flash: bool = True
    repack: bool = True
    name: str = "llama.cpp"

    def system(self) -> str:
        """The instruction sets and build options that llama.cpp says it was compiled with."""
        fields = str(run_json([self.path, "info"])["system"]).removeprefix("CPU : ").split("|")
        return " ".join(field.split("=")[0].strip() for field in fields if field.strip().endswith("= 1"))

    def quantize(self, source: Path, destination: Path, variant: str) -> None:
        partial = destination.with_suffix(".partial")
        run_json([self.path, "quantize", str(source), str(partial), variant])
        partial.replace(destination)

    def speed(self, model: Path, threads: int, prompt: int, generate: int, repeat: int) -> Speed:
        numbers = [str(number) for number in (threads, prompt, generate, repeat, int(self.flash), int(self.repack))]
        answer = run_json([self.path, "bench", str(model), *numbers])
        return Speed(
            prompt=median_of(answer["prompt_tokens_per_second"]) if prompt else 0.0,
            decode=median_of(answer["decode_tokens_per_second"]) if generate else 0.0,
            resident_bytes=int(answer["peak_rss_bytes"]),
            load_seconds=float(answer["load_seconds"]),
        )

    def first_token_seconds(self, model: Path, threads: int, text: str) -> float:
        return first_byte_seconds([self.path, "first", str(model), str(threads), text])

    def perplexity(self, model: Path, threads: int, context: int, text: Path) -> float:
        return float(run_json([self.path, "perplexity", str(model), str(threads), str(context), str(text)])["perplexity"])

    def logits(self, model: Path, text: str) -> list[float]:
        """The logits after the last token of a text."""
        return [float(value) for value in run_json([self.path, "logits", str(model), "2", text])["logits"]]
