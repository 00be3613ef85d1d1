"""Files and batches with `openai`."""

from __future__ import annotations

import json
import time
from typing import Any

import openai
import pytest

CONTENT = b'{"a": 1}\n{"b": "\xe7\xa0\x9a"}\n'
BATCH_SECONDS = 60


def test_a_file_is_kept_listed_read_and_deleted(client: openai.OpenAI) -> None:
    file = client.files.create(file=("lines.jsonl", CONTENT), purpose="user_data")
    assert file.id.startswith("file-") and file.object == "file"
    assert (file.filename, file.bytes, file.purpose) == ("lines.jsonl", len(CONTENT), "user_data")
    assert client.files.retrieve(file.id).bytes == len(CONTENT)
    assert file.id in [entry.id for entry in client.files.list()]
    assert file.id not in [entry.id for entry in client.files.list(purpose="batch")]
    assert client.files.content(file.id).read() == CONTENT
    deleted = client.files.delete(file.id)
    assert deleted.deleted and deleted.id == file.id
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\\b.jsonl", "名.jsonl", ".." * 40])
def test_the_name_of_a_file_leads_nowhere(client: openai.OpenAI, name: str) -> None:
    file = client.files.create(file=(name, b"text"), purpose="user_data")
    try:
        assert client.files.content(file.id).read() == b"text"
    finally:
        client.files.delete(file.id)


def test_lists_of_files_come_in_pages(client: openai.OpenAI) -> None:
    made = [client.files.create(file=(f"{index}.txt", b"x"), purpose="user_data").id for index in range(5)]
    told = [entry.id for entry in client.files.list(limit=2, order="asc")]
    assert [identifier for identifier in told if identifier in made] == made
    for identifier in made:
        client.files.delete(identifier)


def test_a_purpose_that_is_none_is_named(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        purpose: Any = "decoration"
        client.files.create(file=("a.txt", b"x"), purpose=purpose)
    assert failure.value.param == "purpose"


@pytest.mark.parametrize("identifier", ["file-nobody", "..%2f..%2fetc%2fpasswd", "file-" + "0" * 500])
def test_an_unknown_file_is_not_found(client: openai.OpenAI, identifier: str) -> None:
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(identifier)


def lines(model: str) -> list[dict[str, Any]]:
    chat = {"model": model, "temperature": 0, "max_tokens": 8}
    bodies = [{**chat, "messages": [{"role": "user", "content": f"Count to {number}."}]} for number in range(6)]
    bodies.append({"model": "nobody", "messages": []})
    return [
        {"custom_id": f"line-{index}", "method": "POST", "url": "/v1/chat/completions", "body": body}
        for index, body in enumerate(bodies)
    ]


def finished(client: openai.OpenAI, identifier: str) -> Any:
    end = time.monotonic() + BATCH_SECONDS
    while time.monotonic() < end:
        batch = client.batches.retrieve(identifier)
        if batch.status in ("completed", "failed", "cancelled", "expired"):
            return batch
        time.sleep(0.1)
    raise AssertionError(f"the batch is still {batch.status}")


def read(client: openai.OpenAI, identifier: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in client.files.content(identifier).text.splitlines() if line]


def test_a_batch_is_computed_line_by_line(client: openai.OpenAI, model: str) -> None:
    requests = lines(model)
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in requests)
    file = client.files.create(file=("batch.jsonl", text.encode()), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"run": "1"}
    )
    assert batch.id.startswith("batch_") and batch.object == "batch" and batch.metadata == {"run": "1"}
    batch = finished(client, batch.id)
    assert batch.status == "completed", batch
    counts = batch.request_counts
    assert (counts.total, counts.completed, counts.failed) == (7, 6, 1)
    assert batch.id in [entry.id for entry in client.batches.list()]

    answers = {entry["custom_id"]: entry for entry in read(client, batch.output_file_id)}
    if batch.error_file_id:
        answers |= {entry["custom_id"]: entry for entry in read(client, batch.error_file_id)}
    assert set(answers) == {line["custom_id"] for line in requests}
    for line in requests[:-1]:
        response = answers[line["custom_id"]]["response"]
        assert response["status_code"] == 200
        alone = client.chat.completions.create(**line["body"])
        assert response["body"]["choices"][0]["message"]["content"] == alone.choices[0].message.content
    bad = answers["line-6"]
    assert bad["error"] or bad["response"]["status_code"] in (400, 404)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"not json\n", b'{"custom_id": "a"}\n',
        b'{"custom_id": "a", "method": "POST", "url": "/v1/x", "body": {}}',
    ],
    ids=["empty", "no json", "no body", "another route"],
)
def test_a_file_that_is_no_batch_is_refused_or_fails(client: openai.OpenAI, text: bytes) -> None:
    try:
        file = client.files.create(file=("batch.jsonl", text), purpose="batch")
        batch = client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
        )
    except openai.BadRequestError:
        return
    batch = finished(client, batch.id)
    assert batch.status == "failed" and batch.errors and batch.errors.data


def test_a_batch_may_be_cancelled(client: openai.OpenAI, model: str) -> None:
    body = {
        "model": model, "messages": [{"role": "user", "content": "Go on."}], "max_tokens": 300,
        "logit_bias": {"2": -100, "0": -100},
    }
    text = "\n".join(
        json.dumps({"custom_id": str(index), "method": "POST", "url": "/v1/chat/completions", "body": body})
        for index in range(200)
    )
    file = client.files.create(file=("batch.jsonl", text.encode()), purpose="batch")
    batch = client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    batch = client.batches.cancel(batch.id)
    assert batch.status in ("cancelling", "cancelled")
    batch = finished(client, batch.id)
    assert batch.status == "cancelled" and batch.request_counts.completed < 200


def test_an_endpoint_that_is_none_is_named(client: openai.OpenAI) -> None:
    file = client.files.create(file=("batch.jsonl", b"{}"), purpose="batch")
    with pytest.raises(openai.BadRequestError) as failure:
        endpoint: Any = "/v1/moon"
        client.batches.create(input_file_id=file.id, endpoint=endpoint, completion_window="24h")
    assert failure.value.param == "endpoint"
