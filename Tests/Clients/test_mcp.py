"""The Model Context Protocol with its official library on the other side: as a client of `inkstone mcp serve`, and as a
server whose tools `inkstone mcp serve --mcp` hands on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult, TextContent
from server import PROGRAM, REPOSITORY

HERE = Path(__file__).resolve().parent
STAND_IN = f"{sys.executable} {HERE / 'context_server.py'}"

Work = Callable[[ClientSession], Awaitable[Any]]


def session(work: Work, *arguments: str) -> Any:
    """What the work makes of a session with `inkstone mcp serve ARGUMENTS`."""

    async def run() -> Any:
        parameters = StdioServerParameters(
            command=PROGRAM, args=["mcp", "serve", "--quiet", *arguments], cwd=str(REPOSITORY)
        )
        async with stdio_client(parameters) as (reading, writing), ClientSession(reading, writing) as client:
            await client.initialize()
            return await work(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def test_tools_are_listed_with_schemas_and_called() -> None:
    async def work(client: ClientSession) -> None:
        await client.send_ping()
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["calculate", "run_program"]
        assert tools["calculate"].inputSchema["required"] == ["expression"] and tools["calculate"].description
        answer = await client.call_tool("calculate", {"expression": "6 * 7"})
        assert not answer.isError and text(answer) == "42"
        answer = await client.call_tool("run_program", {"program": "print(sum(range(10)))"})
        assert not answer.isError and text(answer) == "45\n"
        assert not (await client.list_resources()).resources and not (await client.list_prompts()).prompts

    session(work, "--tool", "calculator,code")


def test_failures_of_tools_are_results_for_the_model_to_read(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("ink", encoding="utf-8")

    async def work(client: ClientSession) -> None:
        assert text(await client.call_tool("read_file", {"path": "note.txt"})) == "ink"
        for name, arguments in (
            ("read_file", {"path": "../etc/passwd"}), ("read_file", {"path": "/etc/passwd"}), ("read_file", {}),
            ("run_program", {"program": "import os"}), ("run_program", {"program": "while True: pass"}),
            ("fetch_page", {"address": "http://127.0.0.1/"}), ("fetch_page", {"address": "http://localhost/"}),
        ):
            answer = await client.call_tool(name, arguments)
            assert answer.isError and text(answer), (name, arguments)

    session(work, "--tool", f"files:{tmp_path},code,fetch")


def test_queries_over_tables_only_read(tmp_path: Path) -> None:
    (tmp_path / "sales.csv").write_text("city,sold\nBern,120\nGeneva,80\n", encoding="utf-8")

    async def work(client: ClientSession) -> None:
        async def ask(sql: str) -> CallToolResult:
            return await client.call_tool("query_tables", {"sql": sql})

        assert "Bern" in text(await ask("SELECT city FROM sales ORDER BY sold DESC LIMIT 1"))
        for sql in (
            "DROP TABLE sales", "ATTACH 'x.db' AS x", "PRAGMA query_only = 0", "SELECT load_extension('x')",
            "SELECT hex(zeroblob(400000000))", "SELECT 1; DELETE FROM sales",
        ):
            assert (await ask(sql)).isError, sql
        assert text(await ask("SELECT count(*) FROM sales")).splitlines()[-1] == "2"

    session(work, "--tool", f"sql:{tmp_path / 'sales.csv'}")


def test_tools_of_another_server_are_handed_on() -> None:
    async def work(client: ClientSession) -> None:
        names = [tool.name for tool in (await client.list_tools()).tools]
        assert names == ["add", "fail", "hang", "die", "flood", "chatter"]
        assert text(await client.call_tool("add", {"first": 19, "second": 23})) == "42"
        failed = await client.call_tool("fail", {})
        assert failed.isError and "out of ink" in text(failed)
        wrong = await client.call_tool("add", {"first": "nineteen"})
        assert wrong.isError
        # Lines that are no messages, and thousands that nobody asked for, do not hinder an answer.
        assert text(await client.call_tool("chatter", {"count": 1000})) == "done"
        assert text(await client.call_tool("flood", {"count": 5000})) == "done"

    session(work, "--mcp", STAND_IN)


def test_a_server_that_hangs_is_given_up_and_ended() -> None:
    async def work(client: ClientSession) -> None:
        answer = await client.call_tool("hang", {})
        assert answer.isError and "time" in text(answer)

    started = time.monotonic()
    session(work, "--mcp", STAND_IN, "--max-seconds", "2")
    assert time.monotonic() - started < 40


def test_a_server_that_dies_is_an_error_and_no_end() -> None:
    async def work(client: ClientSession) -> None:
        assert (await client.call_tool("die", {})).isError
        assert (await client.call_tool("add", {"first": 1, "second": 1})).isError
        assert text(await client.call_tool("calculate", {"expression": "1 + 1"})) == "2"

    session(work, "--mcp", STAND_IN, "--tool", "calculator")


@pytest.mark.parametrize("command", ["exit 3", "echo nonsense", "no-such-program-anywhere"])
def test_a_program_that_is_no_server_is_told(command: str) -> None:
    finished = subprocess.run(
        [PROGRAM, "mcp", "serve", "--mcp", command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=60, check=False,
    )
    assert finished.returncode == 1 and command in finished.stderr
