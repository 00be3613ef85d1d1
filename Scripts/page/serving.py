"""A server for the walk: one that is started here, or one that runs already."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def served(program: str, models: list[str], log: Path) -> Iterator[str]:
    """
    Starts `inkstone serve` over an empty folder of knowledge bases and gives its address; stops it as Ctrl-C does, and
    expects it to end cleanly.
    """
    options = [option for model in models for option in ("--model", model)]
    with tempfile.TemporaryDirectory() as knowledge:
        process = subprocess.Popen(
            [program, "serve", "--port", "0", "--json", "--knowledge", knowledge, *options],
            stdout=subprocess.PIPE,
            stderr=log.open("w"),
            text=True,
        )
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{program} serve ended with {process.wait()} before it was ready; see {log}")
            yield json.loads(line)["listening"]
        finally:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise RuntimeError("the server did not end within 30 s of SIGINT") from None
    if code != 0:
        raise RuntimeError(f"the server ended with {code} after SIGINT")
