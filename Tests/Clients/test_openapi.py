"""`schemathesis` asks the server what its own description allows, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from server import EMBEDDER, MODEL, RERANKER, Server

# A check of its own has no place in the time of a test run: few examples, always the same ones.
EXAMPLES, SEED = "12", "1"
HOOKS = Path(__file__).with_name("openapi_hooks.py")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.timeout(200)
def test_answers_are_those_that_the_description_allows(tmp_path: Path) -> None:
    # A server of its own: drawn requests may leave files and answers behind.
    with Server(
        "--model", MODEL, "--embedding-model", EMBEDDER, "--rerank-model", RERANKER, "--knowledge", str(tmp_path / "bases")
    ) as server:
        status, fields, _ = server.request("/openapi.json")
        assert status == 200 and fields["content-type"].startswith("application/json")
        finished = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "run", server.address + "/openapi.json",
                "--checks", CHECKS, "--max-examples", EXAMPLES, "--seed", SEED, "--phases", "examples,coverage,fuzzing",
                "--generation-database", "none", "--request-timeout", "20", "--max-response-time", "20", "--no-color",
            ],
            cwd=tmp_path, env={**os.environ, "SCHEMATHESIS_HOOKS": str(HOOKS)}, capture_output=True, text=True,
            timeout=180, check=False,
        )
        assert finished.returncode == 0, finished.stdout[-6000:] + finished.stderr[-1000:]
        assert server.request("/health")[0] == 200
        assert server.stopped() == 0 and not server.errors, server.errors[:10]
