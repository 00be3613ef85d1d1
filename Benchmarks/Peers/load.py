"""A closed loop of clients: each asks again as soon as it is answered. One process, one connection a request."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from programs import ProgramError
from servers import Load, Running, Side

SECONDS = 300


@dataclass(frozen=True)
class Answer:
    """What one request took."""

    first: float
    whole: float
    tokens: int


@dataclass(frozen=True)
class Measured:
    """What a closed loop gave: tokens a second of prompts and answers together, seconds to the first token of each."""

    rate: float
    first: list[float]
    latency: list[float]


class BrokenAnswer(Exception):
    """An answer that did not arrive, or not to its end."""


async def events(port: int, path: str, body: bytes) -> Any:
    """Sends one request and gives the events of the stream, each with the time it came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    try:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + body)
        status = await reader.readline()
        if b" 200 " not in status:
            raise BrokenAnswer((status + await reader.read(1000)).decode(errors="replace"))
        # Neither side breaks an event over two chunks of its transfer encoding within a line that begins with "data:".
        async for line in reader:
            if line.startswith(b"data: {"):
                yield time.perf_counter(), json.loads(line[6:])
    finally:
        writer.close()


async def asked(side: Side, port: int, body: bytes) -> Answer:
    """One request, timed from before the connection is opened."""
    start = time.perf_counter()
    first: float | None = None
    tokens: int | None = None
    last = start
    async with asyncio.timeout(SECONDS):
        async for moment, event in events(port, side.completions, body):
            if "error" in event:
                raise BrokenAnswer(json.dumps(event["error"]))
            has_text, count = side.told(event)
            if has_text and first is None:
                first = moment - start
            tokens = count if count is not None else tokens
            last = moment
    if tokens is None:
        raise BrokenAnswer("the stream ended before the answer")
    return Answer(first if first is not None else last - start, last - start, tokens)


def closed_loop(
    side: Side, running: Running, clients: int, each: int, body: Callable[[], tuple[bytes, Load]]
) -> Measured:
    """Lets so many clients ask `each` times one after the other."""

    async def run() -> Measured:
        answers: list[tuple[Answer, Load]] = []

        async def client(bodies: list[tuple[bytes, Load]]) -> None:
            for data, load in bodies:
                answers.append((await asked(side, running.port, data), load))

        plans = [[body() for _ in range(each)] for _ in range(clients)]
        start = time.perf_counter()
        await asyncio.gather(*[client(plan) for plan in plans])
        seconds = time.perf_counter() - start
        for answer, load in answers:
            if answer.tokens != load.answer:
                raise ProgramError(f"{side.name}: an answer has {answer.tokens} tokens, asked for were {load.answer}")
        total = sum(load.tokens for _, load in answers)
        return Measured(
            total / seconds, [answer.first for answer, _ in answers], [answer.whole for answer, _ in answers]
        )

    try:
        return asyncio.run(run())
    except (BrokenAnswer, OSError, TimeoutError) as error:
        raise ProgramError(f"{side.name}: {error}") from error


def drawn(draw: random.Random, count: int) -> list[int]:
    """Tokens at random: words and parts of words of SmolLM2's vocabulary, no marks of turns."""
    return [draw.randrange(300, 48_000) for _ in range(count)]
