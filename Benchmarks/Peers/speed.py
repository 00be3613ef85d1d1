"""Speed and memory of both sides, in turn: decoding, prompts, a busy neighbour, the first token."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from machine import Watch, can_watch
from programs import Inkstone, Llama, Speed
from table import Row

# A sentence of about sixteen tokens.
PROMPT = "The capital of France is the city of Paris, and the capital of Italy is"
UNDISTURBED = 0.08


@dataclass(frozen=True)
class Plan:
    """How often everything is measured."""

    rounds: int
    repeat: int
    prompt: int
    generate: int
    threads: tuple[int, ...]


def undisturbed(work: Callable[[], Speed], tries: int = 3) -> tuple[Speed, float]:
    """Repeats a run while other processes use the machine; keeps the least disturbed one and says how much it was."""
    best: tuple[Speed, float] | None = None
    for attempt in range(tries):
        watch = Watch() if can_watch() else None
        result = work()
        share = watch.share() if watch else 0.0
        if best is None or share < best[1]:
            best = (result, share)
        if best[1] < UNDISTURBED:
            break
        if attempt + 1 < tries:
            time.sleep(2)
    assert best is not None
    return best


def best_setting(peer: Llama, model: Path, threads: int) -> Llama:
    """The peer with the attention that is faster for this model on this machine."""
    candidates = [replace(peer, flash=True), replace(peer, flash=False)]

    def rate(candidate: Llama) -> float:
        speed, _ = undisturbed(lambda: candidate.speed(model, threads, 512, 64, 1))
        return speed.prompt / 512 + speed.decode

    return max(candidates, key=rate)


def decode_goals(variant: str, threads: int) -> tuple[float, float]:
    if variant == "F16":
        return 1.0, 1.15
    return (1.2, 1.8) if threads == 1 else (1.15, 1.5)


def prompt_goals(variant: str, threads: int) -> tuple[float, float]:
    if variant == "F16":
        return 1.05, 1.2
    return (2.0, 3.0) if variant == "Q4_1" and threads > 1 else (1.5, 2.0)


def measure(variant: str, model: Path, ours: Inkstone, peer: Llama, plan: Plan, parts: set[str]) -> Iterator[Row]:
    """Rows for decoding, prompts and memory of one file."""
    prompt = plan.prompt if "prompt" in parts else 0
    generate = plan.generate if "decode" in parts or "memory" in parts else 0
    if not prompt and "memory" in parts:
        prompt = plan.prompt
    for threads in plan.threads:
        samples: dict[str, list[Speed]] = {ours.name: [], peer.name: []}
        disturbed = 0.0
        for round_number in range(plan.rounds):
            sides: list[Inkstone | Llama] = [ours, peer] if round_number % 2 == 0 else [peer, ours]
            for side in sides:
                speed, share = undisturbed(lambda: side.speed(model, threads, prompt, generate, plan.repeat))
                samples[side.name].append(speed)
                disturbed = max(disturbed, share)
        mine, theirs = samples[ours.name], samples[peer.name]
        label = f"{variant}, {threads} thread{'s' if threads > 1 else ''}"
        if "decode" in parts:
            low, aim = decode_goals(variant, threads)
            yield Row(
                "decode", f"decode {label}", "tokens/s", [s.decode for s in mine], [s.decode for s in theirs],
                at_least=low, aim=aim, disturbed=disturbed,
            )
        if "prompt" in parts:
            low, aim = prompt_goals(variant, threads)
            yield Row(
                "prompt", f"prompt of {plan.prompt} {label}", "tokens/s", [s.prompt for s in mine],
                [s.prompt for s in theirs], at_least=low, aim=aim, disturbed=disturbed,
            )
        if "memory" in parts and threads == max(plan.threads):
            yield Row(
                "memory", f"peak memory {variant}", "MiB", [s.resident_bytes / 2**20 for s in mine],
                [s.resident_bytes / 2**20 for s in theirs], higher_is_better=False, at_least=1.0, aim=1.25,
            )


@contextmanager
def busy_core() -> Iterator[None]:
    """Keeps one core busy for as long as the block runs."""
    spinner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        time.sleep(0.3)
        yield
    finally:
        spinner.kill()
        spinner.wait()


def busy_neighbour(variant: str, model: Path, ours: Inkstone, peer: Llama, plan: Plan) -> Row:
    """Decoding with all cores while another process keeps one of them busy."""
    threads = max(plan.threads)
    mine: list[float] = []
    theirs: list[float] = []
    with busy_core():
        for _ in range(max(2, plan.rounds)):
            mine.append(ours.speed(model, threads, 0, plan.generate, 1).decode)
            theirs.append(peer.speed(model, threads, 0, plan.generate, 1).decode)
    return Row(
        "busy", f"decode {variant}, {threads} threads, one core busy", "tokens/s", mine, theirs, at_least=3.0, aim=5.0
    )


def first_token(variant: str, model: Path, ours: Inkstone, peer: Llama, plan: Plan) -> Row:
    """From the start of the process to the first byte of the answer, page cache warm."""
    threads = max(plan.threads)
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(2 + plan.rounds * 2):
        mine.append(1000 * ours.first_token_seconds(model, threads, PROMPT))
        theirs.append(1000 * peer.first_token_seconds(model, threads, PROMPT))
    return Row(
        "first", f"start to first token {variant}", "ms", mine[1:], theirs[1:], higher_is_better=False, at_least=1.3,
        note="aim: under 150 ms",
    )
