#!/usr/bin/env python3
"""Twice as many clients as a server computes side by side, for as long as told: lost or mixed-up answers, growth of memory.

    Benchmarks/Peers/endurance.py --inkstone .build/release/inkstone --model MODEL --minutes 60

Every answer is compared with what the same request was answered when nobody else asked: its text, its tokens and, where a
request wants them, the bits of their log-probabilities. A line a minute says how it stands. The exit status is 1 when an
answer was lost or mixed up, when the server ended, or when its memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from load import BrokenAnswer, drawn, events
from programs import ProgramError
from servers import InkstoneServer, Running
from table import Row

PLACES = 16
REQUESTS = 48
WARM_UP_SHARE = 0.2
# Of requests whose client goes away in the middle of the answer.
HANG_UPS = 0.05
# Memory for keys and values, so little that it is full after the warm-up: what it takes then is no growth.
CACHE = "512MiB"
# A client's patience with one answer, in seconds: long, because a busy machine is slow and loses nothing by that.
PATIENCE = 1800.0
# What the allocator may keep beside what it had after the warm-up, in MiB and as a share.
GROWTH_MIB, GROWTH_SHARE = 4.0, 0.01


@dataclass
class Told:
    """What a stream told."""

    text: str = ""
    tokens: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    count: int | None = None


@dataclass
class Tally:
    """What became of the requests."""

    right: int = 0
    left: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.right + self.left + len(self.wrong) + len(self.lost)

    @property
    def failures(self) -> str:
        return f"{len(self.lost)} lost, {len(self.wrong)} mixed up, {self.left} left by their clients"


def mixed(draw: random.Random, model: Path) -> list[bytes]:
    """Requests that differ in length and sampling, some with a long beginning in common; each has one right answer."""
    beginning = drawn(draw, 600)
    bodies = []
    for index in range(REQUESTS):
        prompt = drawn(draw, draw.choice([5, 60, 128, 400]))
        body: dict[str, Any] = {
            "model": str(model), "prompt": beginning + prompt if index % 4 == 0 else prompt, "stream": True,
            "max_tokens": draw.choice([1, 16, 64, 120]), "seed": index, "temperature": draw.choice([0, 0.8, 1.2]),
            "stream_options": {"include_usage": True},
        }
        if index % 3 == 0:
            body["logprobs"] = 1
        bodies.append(json.dumps(body).encode())
    return bodies


async def answered(side: InkstoneServer, port: int, body: bytes, *, leaves_after: int | None = None) -> Told:
    """An answer, or its first events."""
    told, seen = Told(), 0
    async for _, event in events(port, side.completions, body):
        if "error" in event:
            raise BrokenAnswer(json.dumps(event["error"]))
        if event.get("usage"):
            told.count = int(event["usage"]["completion_tokens"])
        for choice in event.get("choices", []):
            told.text += choice["text"]
            told.tokens += (choice.get("logprobs") or {}).get("tokens", [])
            told.logprobs += (choice.get("logprobs") or {}).get("token_logprobs", [])
        seen += 1
        if leaves_after is not None and seen >= leaves_after:
            return told
    if told.count is None:
        raise BrokenAnswer("the stream ended before the answer")
    return told


class Endurance:
    """All clients, what they should be answered, and what they are."""

    def __init__(self, side: InkstoneServer, running: Running, bodies: list[bytes], minutes: float) -> None:
        self.side = side
        self.running = running
        self.bodies = bodies
        self.minutes = minutes
        self.expected: list[Told] = []
        self.tally = Tally()
        self.began = self.end = 0.0

    async def run(self) -> Tally:
        """Asks each request alone, and then keeps all clients asking until the time is over."""
        self.expected = [await answered(self.side, self.running.port, body) for body in self.bodies]
        self.began = time.monotonic()
        self.end = self.began + self.minutes * 60
        await asyncio.gather(self.watch(), *[self.client(number) for number in range(2 * PLACES)])
        return self.tally

    @property
    def goes_on(self) -> bool:
        return time.monotonic() < self.end and self.running.process.poll() is None

    async def client(self, number: int) -> None:
        draw = random.Random(number)
        while self.goes_on:
            index = draw.randrange(len(self.bodies))
            leaves_after = draw.randrange(1, 6) if draw.random() < HANG_UPS else None
            try:
                async with asyncio.timeout(PATIENCE):
                    told = await answered(self.side, self.running.port, self.bodies[index], leaves_after=leaves_after)
            except (BrokenAnswer, OSError, TimeoutError, ValueError) as error:
                self.tally.lost.append(f"request {index}: {type(error).__name__} {error}")
                # Refused at once, it would only count how often it can ask.
                await asyncio.sleep(1)
                continue
            self.compare(index, told)

    def compare(self, index: int, told: Told) -> None:
        expected = self.expected[index]
        if told == expected:
            self.tally.right += 1
        elif told.count is None and expected.text.startswith(told.text):
            self.tally.left += 1
        else:
            self.tally.wrong.append(f"request {index}: {told.text[:80]!r} for {expected.text[:80]!r}")

    async def watch(self) -> None:
        """Notes the memory, and says each minute how it stands."""
        pause = min(10.0, max(0.5, self.minutes * 0.6))
        next_line = self.began + 60
        while self.goes_on:
            size = self.running.resident_bytes() / 2**20
            self.tally.memory.append((time.monotonic() - self.began, size))
            if time.monotonic() >= next_line:
                next_line += 60
                minute = round((time.monotonic() - self.began) / 60)
                print(
                    f"minute {minute}: {self.tally.total} requests, {self.tally.failures}, {size:.1f} MiB",
                    file=sys.stderr, flush=True)
            await asyncio.sleep(pause)
        if self.running.process.poll() is not None:
            self.tally.lost.append(f"the server ended with status {self.running.process.returncode}")


def growth(memory: list[tuple[float, float]]) -> tuple[float, float]:
    """Medians of the first and the last third of what follows the warm-up, in MiB."""
    steady = [size for _, size in memory[int(len(memory) * WARM_UP_SHARE) :]]
    third = max(1, len(steady) // 3)
    return statistics.median(steady[:third]), statistics.median(steady[-third:])


def grew(early: float, late: float) -> bool:
    return late - early > max(GROWTH_MIB, GROWTH_SHARE * early)


def measured(side: InkstoneServer, model: Path, minutes: float) -> Tally:
    side = replace(side, arguments=(*side.arguments, "--cache", CACHE))
    with side.start(model, PLACES, 2048) as running:
        return asyncio.run(Endurance(side, running, mixed(random.Random(1), model), minutes).run())


def rows(side: InkstoneServer, model: Path, variant: str, minutes: float) -> list[Row]:
    """Runs the load on our side alone; what is wrong is named in the notes."""
    tally = measured(side, model, minutes)
    early, late = growth(tally.memory)
    label = f"{2 * PLACES} clients on {PLACES} places, {minutes:g} min {variant}"
    note = "; ".join([tally.failures, *tally.lost[:1], *tally.wrong[:1]])
    memory = f"{late - early:+.1f} MiB since the warm-up: {'it grew' if grew(early, late) else 'no growth'}"
    return [
        Row("endurance", f"requests {label}", "", [float(tally.total)], [], note=note),
        Row("endurance", f"memory at last {label}", "MiB", [late], [], note=memory),
    ]


def stop(*_: object) -> None:
    """Ends as Ctrl-C does, so that no server is left behind."""
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inkstone", default=".build/release/inkstone", help="the program (default: %(default)s)")
    parser.add_argument("--model", type=Path, required=True, help="a file of SmolLM2, or of a model with its vocabulary")
    parser.add_argument("--minutes", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads of the server")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, stop)
    with tempfile.TemporaryDirectory() as work:
        side = InkstoneServer(options.inkstone, options.threads, Path(work))
        try:
            tally = measured(side, options.model, options.minutes)
        except (ProgramError, BrokenAnswer, KeyboardInterrupt) as error:
            print(f"stopped before the end: {error or 'as told'}", file=sys.stderr)
            return 1
    early, late = growth(tally.memory) if tally.memory else (0.0, 0.0)
    print(f"{tally.total} requests of {2 * PLACES} clients on {PLACES} places in {options.minutes:g} minutes: {tally.failures}")
    print(f"memory {early:.1f} MiB after the warm-up, {late:.1f} MiB at last ({late - early:+.1f})")
    for problem in tally.lost[:5] + tally.wrong[:5]:
        print(problem)
    return 1 if tally.lost or tally.wrong or grew(early, late) else 0


if __name__ == "__main__":
    sys.exit(main())
