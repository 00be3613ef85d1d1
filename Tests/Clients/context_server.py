"""A server of the Model Context Protocol made with the official library, with tools that work and tools that do harm."""

from __future__ import annotations

import os
import sys
import time

from mcp.server.fastmcp import Context, FastMCP

server = FastMCP("stand-in")


@server.tool()
def add(first: int, second: int) -> int:
    """Adds two numbers."""
    return first + second


@server.tool()
def fail() -> str:
    """Always fails."""
    raise ValueError("out of ink")


@server.tool()
def hang() -> str:
    """Never answers."""
    time.sleep(3600)
    return "late"


@server.tool()
def die() -> str:
    """Ends the server in the middle of a call."""
    os._exit(7)


@server.tool()
async def flood(count: int, context: Context) -> str:  # type: ignore[type-arg]
    """Sends many notifications before it answers."""
    for number in range(count):
        await context.info(f"line {number} " + "x" * 1000)
    return "done"


@server.tool()
def chatter(count: int) -> str:
    """Writes lines that are no messages before it answers."""
    for number in range(count):
        sys.stdout.write(f"not a message {number}\n")
    sys.stdout.flush()
    return "done"


if __name__ == "__main__":
    server.run()
