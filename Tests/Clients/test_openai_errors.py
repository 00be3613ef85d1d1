"""Errors reach users of `openai` as the exceptions that they expect."""

from __future__ import annotations

import json
from typing import Any

import httpx
import openai
import pytest
from server import EMBEDDER, MODEL, Server

QUESTION = [{"role": "user", "content": "Hello"}]


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as failure:
        client.chat.completions.create(model="gpt-5", messages=QUESTION)
    assert failure.value.code == "model_not_found" and failure.value.param == "model"
    assert MODEL in failure.value.message


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"top_p": -0.5}, "top_p"),
        ({"n": 0}, "n"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "wizard", "content": "Hello"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"logprobs": True, "top_logprobs": 21}, "top_logprobs"),
        ({"logit_bias": {"word": 1}}, "logit_bias"),
        ({"response_format": {"type": "xml"}}, "response_format.type"),
        ({"tool_choice": "sometimes"}, "tool_choice"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_field_is_named(client: openai.OpenAI, model: str, options: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        client.chat.completions.create(**{"model": model, "messages": QUESTION, **options})
    assert failure.value.type == "invalid_request_error"
    assert failure.value.param == param
    assert failure.value.request_id


def test_a_prompt_that_is_too_long_says_so(client: openai.OpenAI, model: str) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "word " * 20_000}])
    assert failure.value.code == "context_length_exceeded"


def test_a_prompt_of_ten_megabytes_is_refused_and_the_server_lives(client: openai.OpenAI, model: str) -> None:
    with pytest.raises(openai.APIStatusError) as failure:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "word " * 2_000_000}])
    assert failure.value.status_code in (400, 413)
    assert client.chat.completions.create(model=model, messages=QUESTION, max_tokens=1).choices


def test_a_model_is_not_asked_for_what_it_cannot_do(client: openai.OpenAI) -> None:
    with pytest.raises((openai.BadRequestError, openai.NotFoundError)) as failure:
        client.chat.completions.create(model=EMBEDDER, messages=QUESTION)
    assert failure.value.param == "model"


def test_an_error_before_a_stream_is_an_error_with_a_status(client: openai.OpenAI, model: str) -> None:
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(
            model=model, messages=[{"role": "user", "content": "word " * 20_000}], stream=True
        )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400), (b"{", 400), (b"[]", 400), (b'"text"', 400), (b"\xff\xfe{}", 400), (b"[" * 100_000, 400),
        (b'{"model": "' + b"\xc3\x28" + b'"}', 400), (b'{"messages": [], "messages"}', 400),
    ],
    ids=["empty", "cut", "array", "string", "encoding", "deep", "invalid", "pairs"],
)
def test_a_body_that_cannot_be_read_is_an_error_in_the_same_shape(server: Server, body: bytes, status: int) -> None:
    told, fields, answer = server.request("/v1/chat/completions", body)
    assert told == status
    error = json.loads(answer)["error"]
    assert set(error) == {"message", "type", "param", "code"} and error["type"] == "invalid_request_error"
    assert fields["content-type"].startswith("application/json") and fields["x-request-id"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/v2", "/v1/chat/completions/x", "/%2e%2e/etc/passwd", "/favicon.png"])
def test_an_unknown_route_is_not_found_in_json(server: Server, path: str) -> None:
    status, _, answer = server.request(path)
    assert status == 404 and json.loads(answer)["error"]["message"]


def test_a_wrong_method_is_refused_in_json(server: Server) -> None:
    status, fields, answer = server.request("/v1/chat/completions", method="DELETE")
    assert status == 405 and json.loads(answer)["error"] and "POST" in fields.get("allow", "")


def test_an_unknown_field_is_named_in_a_header(server: Server, model: str) -> None:
    body = {"model": model, "messages": QUESTION, "max_tokens": 1, "temprature": 0.5}
    status, fields, _ = server.request("/v1/chat/completions", body)
    assert status == 200
    assert any("temprature" in value for value in fields.values())


def test_the_identifier_of_a_request_comes_back(server: Server) -> None:
    _, fields, _ = server.request("/v1/models", headers={"x-request-id": "mine-42"})
    assert fields["x-request-id"] == "mine-42"


def test_a_field_without_a_value_counts_as_absent(client: openai.OpenAI, model: str) -> None:
    nothing = dict.fromkeys(["stop", "seed", "tools", "logit_bias", "response_format", "stream_options", "user", "n"])
    assert client.chat.completions.create(model=model, messages=QUESTION, max_tokens=1, extra_body=nothing).choices


def test_a_moderation_is_said_not_to_be_there_yet(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as failure:
        client.moderations.create(input="hello")
    assert failure.value.status_code == 501 and failure.value.body


def test_what_is_known_and_not_done_is_told_from_a_wrong_address(client: openai.OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as failure:
        client.fine_tuning.jobs.list()
    assert failure.value.status_code == 501 and failure.value.code == "not_implemented"


def test_a_connection_that_is_refused_is_told_as_such() -> None:
    nobody = openai.OpenAI(base_url="http://127.0.0.1:9/v1", api_key="none", max_retries=0, timeout=httpx.Timeout(2))
    with pytest.raises(openai.APIConnectionError):
        nobody.models.list()
