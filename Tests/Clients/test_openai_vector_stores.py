"""Vector stores with `openai`: the server's knowledge bases."""

from __future__ import annotations

from collections.abc import Iterator

import openai
import pytest
from knowledge import KETTLE, QUESTION, ROUTER
from openai.types import VectorStore


@pytest.fixture
def store(client: openai.OpenAI, knowledge_embedder: str) -> Iterator[VectorStore]:
    made = client.vector_stores.create(name="openai-handbook")
    yield made
    client.vector_stores.delete(made.id)


def test_a_store_is_made_told_of_listed_and_deleted(client: openai.OpenAI, knowledge_embedder: str) -> None:
    file = client.files.create(file=("router.md", ROUTER.encode()), purpose="assistants")
    made = client.vector_stores.create(
        name="Support FAQ", file_ids=[file.id],
        chunking_strategy={"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}},
    )
    try:
        assert made.object == "vector_store" and made.status == "completed"
        assert made.file_counts.completed == made.file_counts.total == 1
        assert client.vector_stores.retrieve(made.id).id == made.id
        assert made.id in [entry.id for entry in client.vector_stores.list()]
        with pytest.raises(openai.ConflictError):
            client.vector_stores.create(name="Support FAQ")
    finally:
        assert client.vector_stores.delete(made.id).deleted
        client.files.delete(file.id)
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.retrieve(made.id)


def test_files_are_attached_read_and_taken_out(client: openai.OpenAI, store: VectorStore) -> None:
    attached = client.vector_stores.files.upload_and_poll(vector_store_id=store.id, file=("router.md", ROUTER.encode()))
    assert attached.status == "completed" and attached.vector_store_id == store.id and attached.last_error is None
    assert [entry.id for entry in client.vector_stores.files.list(store.id)] == [attached.id]
    assert client.vector_stores.retrieve(store.id).file_counts.total == 1
    pieces = list(client.vector_stores.files.content(attached.id, vector_store_id=store.id))
    assert any("24 months" in (piece.text or "") for piece in pieces)
    assert client.vector_stores.files.delete(attached.id, vector_store_id=store.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.files.retrieve(attached.id, vector_store_id=store.id)
    # The upload is the client's own and stays.
    assert client.files.content(attached.id).read() == ROUTER.encode()
    client.files.delete(attached.id)


def test_a_search_finds_files_by_meaning_and_attributes(client: openai.OpenAI, store: VectorStore) -> None:
    files = {}
    for name, text, room in [("router.md", ROUTER, "hall"), ("kettle.txt", KETTLE, "kitchen")]:
        file = client.files.create(file=(name, text.encode()), purpose="assistants")
        client.vector_stores.files.create_and_poll(file.id, vector_store_id=store.id, attributes={"room": room})
        files[name] = file.id
    found = list(client.vector_stores.search(store.id, query=QUESTION))
    assert (found[0].filename, found[0].file_id) == ("router.md", files["router.md"])
    # What the file says of itself stands beside what the client says of it.
    assert (found[0].attributes or {}).get("room") == "hall"
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)
    text = found[0].content[0].text
    assert text.strip() and text in ROUTER
    several = client.vector_stores.search(store.id, query=[QUESTION, "vinegar"], max_num_results=50)
    assert {entry.filename for entry in several} == set(files)
    kitchen = client.vector_stores.search(
        store.id, query=QUESTION, filters={"type": "eq", "key": "room", "value": "kitchen"}
    )
    assert {entry.filename for entry in kitchen} == {"kettle.txt"}
    nothing = client.vector_stores.search(store.id, query=QUESTION, ranking_options={"score_threshold": 0.999})
    assert not list(nothing)
    for identifier in files.values():
        client.files.delete(identifier)


def test_several_files_come_as_a_batch(client: openai.OpenAI, store: VectorStore) -> None:
    batch = client.vector_stores.file_batches.upload_and_poll(
        store.id, files=[("router.md", ROUTER.encode()), ("kettle.txt", KETTLE.encode())]
    )
    assert batch.status == "completed" and batch.file_counts.completed == batch.file_counts.total == 2
    files = list(client.vector_stores.file_batches.list_files(batch.id, vector_store_id=store.id))
    assert len(files) == 2
    for file in files:
        client.files.delete(file.id)


def test_what_is_not_there_is_not_found(client: openai.OpenAI, store: VectorStore) -> None:
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.search("nobody", query="x")
    with pytest.raises(openai.NotFoundError):
        client.vector_stores.files.create(store.id, file_id="file-0123456789abcdef01234567")
    with pytest.raises(openai.BadRequestError):
        client.vector_stores.search(store.id, query=" ")
