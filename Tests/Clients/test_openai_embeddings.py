"""Vectors with `openai`, and reranking and scoring beside them."""

from __future__ import annotations

import base64
import json
import math
import struct
from typing import Any

import openai
import pytest
from server import EMBEDDER, RERANKER, Server, command

TEXTS = ["a stone to grind ink on", "a river", "砚台"]


def numbers(text: str) -> list[float]:
    data = base64.b64decode(text)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def raw(server: Server, **options: Any) -> dict[str, Any]:
    status, _, body = server.request("/v1/embeddings", {"model": EMBEDDER, **options})
    assert status == 200, body
    answer: dict[str, Any] = json.loads(body)
    return answer


def test_vectors_are_those_of_the_command_line(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model=EMBEDDER, input=TEXTS)
    assert [entry.index for entry in answer.data] == [0, 1, 2]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 0
    for text, entry in zip(TEXTS, answer.data, strict=True):
        alone = command("embed", "--model", EMBEDDER, "--text", text)
        vector = alone["embeddings"][0]["vector"]
        assert entry.embedding == pytest.approx(vector, abs=1e-7)


def test_both_encodings_hold_the_same_numbers(server: Server) -> None:
    floats = raw(server, input=TEXTS, encoding_format="float")
    packed = raw(server, input=TEXTS, encoding_format="base64")
    for first, second in zip(floats["data"], packed["data"], strict=True):
        assert struct.pack(f"<{len(first['embedding'])}f", *first["embedding"]) == base64.b64decode(second["embedding"])
        assert numbers(second["embedding"])


def test_a_text_alone_has_the_vector_it_has_among_others(client: openai.OpenAI) -> None:
    together = client.embeddings.create(model=EMBEDDER, input=TEXTS * 8)
    for text, entry in zip(TEXTS * 8, together.data, strict=True):
        assert client.embeddings.create(model=EMBEDDER, input=text).data[0].embedding == entry.embedding


def test_vectors_may_be_shortened(server: Server) -> None:
    full = raw(server, input=TEXTS[0])["data"][0]["embedding"]
    short = raw(server, input=TEXTS[0], dimensions=4)["data"][0]["embedding"]
    assert len(short) == 4
    length = math.sqrt(math.fsum(value * value for value in full[:4]))
    assert short == pytest.approx([value / length for value in full[:4]], abs=1e-6)


def test_an_input_may_be_tokens(server: Server) -> None:
    one = raw(server, input=[5, 6, 7])
    assert raw(server, input=[[5, 6, 7], [8]])["data"][0]["embedding"] == one["data"][0]["embedding"]
    assert one["usage"]["prompt_tokens"] == 3


@pytest.mark.parametrize("value", [[], "", [""], 5, [[]], ["text", 1], [-1], [99_999_999]], ids=json.dumps)
def test_an_input_that_is_none_is_named(server: Server, value: Any) -> None:
    status, _, body = server.request("/v1/embeddings", {"model": EMBEDDER, "input": value})
    if value in ("", [""]):
        assert status in (200, 400)
        return
    assert status == 400 and json.loads(body)["error"]["param"].startswith("input")


def test_a_language_model_gives_no_vectors(client: openai.OpenAI, model: str) -> None:
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)) as failure:
        client.embeddings.create(model=model, input="text")
    assert failure.value.param == "model"


@pytest.mark.parametrize("path", ["/v1/rerank", "/rerank", "/v2/rerank"])
def test_documents_are_ordered(server: Server, path: str) -> None:
    body = {"model": RERANKER, "query": "ink", "documents": TEXTS, "top_n": 2, "return_documents": True}
    status, _, answer = server.request(path, body)
    assert status == 200, answer
    results = json.loads(answer)["results"]
    scores = [result["relevance_score"] for result in results]
    assert len(results) == 2 and scores == sorted(scores, reverse=True)
    for result in results:
        document = result["document"]
        assert (document["text"] if isinstance(document, dict) else document) == TEXTS[result["index"]]


def test_pairs_are_scored(server: Server) -> None:
    status, _, answer = server.request("/v1/score", {"model": RERANKER, "text_1": "ink", "text_2": TEXTS})
    assert status == 200, answer
    data = json.loads(answer)["data"]
    assert [entry["index"] for entry in data] == [0, 1, 2] and all(isinstance(entry["score"], float) for entry in data)
