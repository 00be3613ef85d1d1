"""Twice as many clients as a server computes side by side, for hours: lost or mixed-up answers, growth of memory."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from pathlib import Path
from typing import Any

from load import BrokenAnswer, drawn, events
from servers import InkstoneServer, Running
from table import Row

PLACES = 16
REQUESTS = 48
WARM_UP_SHARE = 0.2
# Of requests whose client goes away in the middle of the answer.
HANG_UPS = 0.05


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
        bodies.append(json.dumps(body).encode())
    return bodies


async def answered(side: InkstoneServer, port: int, body: bytes, *, leaves_after: int | None = None) -> str:
    """The text of an answer, or of its first events."""
    text, finished, count = "", False, 0
    async for _, event in events(port, side.completions, body):
        if "error" in event:
            raise BrokenAnswer(json.dumps(event["error"]))
        finished = finished or bool(event.get("usage"))
        text += "".join(choice["text"] for choice in event.get("choices", []))
        count += 1
        if leaves_after is not None and count >= leaves_after:
            return text
    if not finished:
        raise BrokenAnswer("the stream ended before the answer")
    return text


class Tally:
    """What became of the requests."""

    def __init__(self) -> None:
        self.right = 0
        self.left = 0
        self.wrong: list[str] = []
        self.lost: list[str] = []
        self.memory: list[tuple[float, float]] = []


async def run(side: InkstoneServer, running: Running, bodies: list[bytes], hours: float) -> Tally:
    """Keeps all clients asking until the time is over."""
    expected = [await answered(side, running.port, body) for body in bodies]
    tally = Tally()
    began = time.monotonic()
    end = began + hours * 3600

    async def client(number: int) -> None:
        draw = random.Random(number)
        while time.monotonic() < end:
            index = draw.randrange(len(bodies))
            leaves_after = draw.randrange(1, 6) if draw.random() < HANG_UPS else None
            try:
                async with asyncio.timeout(300):
                    text = await answered(side, running.port, bodies[index], leaves_after=leaves_after)
            except (BrokenAnswer, OSError, TimeoutError) as error:
                tally.lost.append(f"request {index}: {type(error).__name__} {error}")
                continue
            if leaves_after is not None and text != expected[index]:
                tally.left += 1
                if not expected[index].startswith(text):
                    tally.wrong.append(f"request {index}: {text[:80]!r}")
            elif text == expected[index]:
                tally.right += 1
            else:
                tally.wrong.append(f"request {index}: {text[:80]!r} for {expected[index][:80]!r}")

    async def watch() -> None:
        while time.monotonic() < end:
            tally.memory.append((time.monotonic() - began, running.resident_bytes() / 2**20))
            await asyncio.sleep(min(10.0, max(0.5, hours * 36)))

    await asyncio.gather(watch(), *[client(number) for number in range(2 * PLACES)])
    return tally


def growth(memory: list[tuple[float, float]]) -> tuple[float, float]:
    """Medians of the first and the last third of what follows the warm-up, in MiB."""
    steady = [size for _, size in memory[int(len(memory) * WARM_UP_SHARE) :]]
    third = max(1, len(steady) // 3)
    return statistics.median(steady[:third]), statistics.median(steady[-third:])


def rows(side: InkstoneServer, model: Path, variant: str, hours: float) -> list[Row]:
    """Runs the load on our side alone; what is wrong is named in the notes."""
    with side.start(model, PLACES, 2048) as running:
        tally = asyncio.run(run(side, running, mixed(random.Random(1), model), hours))
    early, late = growth(tally.memory)
    label = f"{2 * PLACES} clients on {PLACES} places, {hours:g} h {variant}"
    total = tally.right + len(tally.wrong) + len(tally.lost) + tally.left
    bad = tally.lost[:1] + tally.wrong[:1]
    failures = f"{len(tally.lost)} lost, {len(tally.wrong)} mixed up, {tally.left} left by their clients"
    return [
        Row("endurance", f"requests {label}", "", [float(total)], [], note="; ".join([failures, *bad])),
        Row("endurance", f"memory at last {label}", "MiB", [late], [], note=f"{late - early:+.1f} MiB since the warm-up"),
    ]
