"""One server for all clients, and the clients."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator

import anthropic
import ollama
import openai
import pytest
from server import EMBEDDER, KNOWLEDGE_EMBEDDER, MODEL, PROGRAM, RERANKER, Server

# Clients must not look elsewhere for what a test gives them.
for name in [name for name in os.environ if name.startswith(("OPENAI_", "ANTHROPIC_", "OLLAMA_", "LANGSMITH_"))]:
    del os.environ[name]
# Nothing here comes from a hub, and clients must not ask one.
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TOKENIZERS_PARALLELISM="false", DO_NOT_TRACK="1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-transformers", action="store_true", help="compute the lm_eval task with transformers and torch anew"
    )
    parser.addoption("--store", action="store_true", help="store what transformers computes for the lm_eval task")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that all clients share. It must end with status 0 and have logged no error."""
    running = Server(
        "--model", MODEL, "--embedding-model", EMBEDDER, "--rerank-model", RERANKER, "--parallel", "16",
        "--knowledge", str(tmp_path_factory.mktemp("knowledge")),
    )
    try:
        yield running
        status = running.stopped()
        assert status == 0, f"the server ended with {status}: " + "\n".join(running.log[-20:])
        assert not running.errors, "the server logged errors: " + "\n".join(running.errors[:20])
    finally:
        if running.process.poll() is None:
            running.process.kill()


@pytest.fixture(scope="session")
def client(server: Server) -> openai.OpenAI:
    return openai.OpenAI(base_url=server.address + "/v1", api_key="none", max_retries=0, timeout=60)


@pytest.fixture(scope="session")
def claude(server: Server) -> anthropic.Anthropic:
    return anthropic.Anthropic(base_url=server.address, api_key="none", max_retries=0, timeout=60)


@pytest.fixture(scope="session")
def llama(server: Server) -> ollama.Client:
    return ollama.Client(host=server.address, timeout=60)


@pytest.fixture(scope="session")
def model() -> str:
    return MODEL


@pytest.fixture(scope="session")
def embedder() -> str:
    return EMBEDDER


@pytest.fixture(scope="session")
def knowledge_embedder() -> str:
    """The embedder of knowledge bases, fetched."""
    fetched = subprocess.run(
        [PROGRAM, "pull", KNOWLEDGE_EMBEDDER, "--quiet"], capture_output=True, text=True, timeout=600, check=False
    )
    if fetched.returncode != 0:
        pytest.skip(f"{KNOWLEDGE_EMBEDDER} could not be fetched: {fetched.stderr[-500:]}")
    return KNOWLEDGE_EMBEDDER


warnings.filterwarnings("error", message=".*PydanticSerializationUnexpectedValue.*")
