"""Knowledge bases that a PostgreSQL server with pgvector keeps, behind `inkstone serve`.

INKSTONE_TEST_POSTGRES names the server by its address; `eval "$(Scripts/postgres-server start)"` starts one.
"""

from __future__ import annotations

import os
import urllib.parse
import uuid
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
from knowledge import KETTLE, QUESTION, ROUTER
from server import MODEL, Server, command

POSTGRES = os.environ.get("INKSTONE_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not POSTGRES, reason="INKSTONE_TEST_POSTGRES names no server")


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bases")


@pytest.fixture(scope="module")
def keeping(bases: Path, knowledge_embedder: str) -> Iterator[Server]:
    """A server whose new bases are kept by PostgreSQL. The password comes from the environment, as for everyone."""
    address = urllib.parse.urlsplit(POSTGRES)
    without = address._replace(netloc=f"{address.username}@{address.hostname}:{address.port}").geturl()
    running = Server(
        "--model", MODEL, "--knowledge", str(bases), "--knowledge-store", without,
        environment={"PGPASSWORD": address.password or ""},
    )
    try:
        yield running
        assert running.stopped() == 0, "\n".join(running.log[-20:])
        assert not running.errors, "\n".join(running.errors[:20])
    finally:
        if running.process.poll() is None:
            running.process.kill()


@pytest.fixture
def base(keeping: Server) -> Iterator[str]:
    name = f"walk-{uuid.uuid4().hex[:12]}"
    keeping.json("/v1/knowledge", {"name": name}, expected=201)
    yield name
    keeping.request(f"/v1/knowledge/{name}", method="DELETE")


def fill(server: Server, base: str) -> None:
    for document, text in (("router.md", ROUTER), ("kettle.txt", KETTLE)):
        added = server.json(f"/v1/knowledge/{base}/documents", {"name": document, "text": text})
        assert added["result"] == "added" and added["embedded"] > 0


def test_a_base_is_made_filled_listed_and_deleted(keeping: Server, bases: Path) -> None:
    name = f"walk-{uuid.uuid4().hex[:12]}"
    made = keeping.json("/v1/knowledge", {"name": name}, expected=201)
    assert made["id"] == name and made["documents"] == 0
    files = [path.name for path in (bases / name).iterdir()]
    assert files == ["server.json"], "the base is kept in a file"
    assert f":{urllib.parse.urlsplit(POSTGRES).password}@" not in (bases / name / "server.json").read_text("utf-8")
    fill(keeping, name)
    again = keeping.json(f"/v1/knowledge/{name}/documents", {"name": "router.md", "text": ROUTER})
    assert (again["result"], again["embedded"]) == ("unchanged", 0)
    changed = keeping.json(f"/v1/knowledge/{name}/documents", {"name": "router.md", "text": ROUTER + "\nIt is red.\n"})
    assert changed["result"] == "replaced"
    listed = keeping.json(f"/v1/knowledge/{name}/documents")["data"]
    assert [entry["document"] for entry in listed] == ["kettle.txt", "router.md"]
    assert {entry["id"]: entry["documents"] for entry in keeping.json("/v1/knowledge")["data"]}[name] == 2
    status, _, text = keeping.request(f"/v1/knowledge/{name}/documents/router.md/text")
    assert status == 200 and b"It is red." in text
    assert keeping.request(f"/v1/knowledge/{name}/documents/router.md", method="DELETE")[0] == 200
    left = keeping.json(f"/v1/knowledge/{name}/search", {"query": "warranty router"})["results"]
    assert {entry["document"] for entry in left} == {"kettle.txt"}
    assert keeping.request(f"/v1/knowledge/{name}", method="DELETE")[0] == 200
    assert keeping.request(f"/v1/knowledge/{name}")[0] == 404


@pytest.mark.parametrize("mode", ["keyword", "vector", "hybrid"])
def test_every_mode_finds_the_piece_with_its_place(keeping: Server, base: str, mode: str) -> None:
    fill(keeping, base)
    found = keeping.json(f"/v1/knowledge/{base}/search", {"query": QUESTION, "mode": mode})["results"]
    best = found[0]
    assert best["document"] == "router.md"
    _, _, text = keeping.request(f"/v1/knowledge/{base}/documents/router.md/text")
    assert text[best["start"] : best["end"]].decode() == best["text"]
    only = keeping.json(f"/v1/knowledge/{base}/search", {"query": QUESTION, "filter": {"name": "kettle*"}})["results"]
    assert {entry["document"] for entry in only} == {"kettle.txt"}
    for query, documents in (('"the reset button"', ["router.md"]), ('"button reset the"', [])):
        held = keeping.json(f"/v1/knowledge/{base}/search", {"query": query, "mode": "keyword"})["results"]
        assert [entry["document"] for entry in held] == documents


def test_an_answer_quotes_and_verifies_until_the_source_changes(keeping: Server, base: str) -> None:
    fill(keeping, base)
    answer = keeping.json(f"/v1/knowledge/{base}/ask", {"question": QUESTION, "quotes": 1})
    assert answer["outcome"] == "answered" and answer["citations"]
    assert all(sentence["supported"] for sentence in answer["supported"])
    assert keeping.json(f"/v1/knowledge/{base}/verify", answer)["intact"] is True
    keeping.json(f"/v1/knowledge/{base}/documents", {"name": "router.md", "text": ROUTER.replace("24", "36")})
    keeping.json(f"/v1/knowledge/{base}/documents", {"name": "kettle.txt", "text": KETTLE.replace("month", "year")})
    assert keeping.json(f"/v1/knowledge/{base}/verify", answer)["intact"] is False


def test_vector_stores_of_openai_are_kept_there_too(keeping: Server, bases: Path) -> None:
    client = openai.OpenAI(base_url=keeping.address + "/v1", api_key="none", max_retries=0, timeout=60)
    made = client.vector_stores.create(name=f"walk {uuid.uuid4().hex[:12]}")
    try:
        file = client.vector_stores.files.upload_and_poll(vector_store_id=made.id, file=("router.md", ROUTER.encode()))
        assert file.status == "completed"
        found = list(client.vector_stores.search(made.id, query=QUESTION))
        assert found[0].filename == "router.md" and "24 months" in "".join(entry.content[0].text for entry in found)
        assert any(path.name == "server.json" for path in bases.glob("*/server.json"))
        assert client.vector_stores.files.delete(file.id, vector_store_id=made.id).deleted
        assert not list(client.vector_stores.search(made.id, query=QUESTION))
    finally:
        assert client.vector_stores.delete(made.id).deleted


def test_the_command_line_sees_what_the_server_made(
    keeping: Server, bases: Path, base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(keeping, base)
    monkeypatch.setenv("PGPASSWORD", urllib.parse.urlsplit(POSTGRES).password or "")
    listed = command("knowledge", "list", base, "--home", str(bases))
    assert [entry["document"] for entry in listed["documents"]] == ["kettle.txt", "router.md"]
    command("knowledge", "remove", base, "kettle.txt", "--home", str(bases))
    assert keeping.json(f"/v1/knowledge/{base}")["documents"] == 1
