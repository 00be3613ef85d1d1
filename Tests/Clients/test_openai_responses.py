"""The Responses interface with `openai`: answers that the server keeps."""

from __future__ import annotations

import json
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel, ConfigDict, Field

QUESTION = "Name three colours of the rainbow."


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    word: Literal["yes", "no"]
    score: int = Field(ge=0, le=9)


TOOL = {
    "type": "function",
    "name": "pick",
    "strict": True,
    "parameters": {
        "type": "object", "properties": {"colour": {"type": "string", "enum": ["red", "green"]}},
        "required": ["colour"], "additionalProperties": False,
    },
}


@pytest.fixture
def ask(client: openai.OpenAI, model: str) -> Any:
    def ask(**options: Any) -> Any:
        defaults: dict[str, Any] = {"model": model, "input": QUESTION, "temperature": 0, "max_output_tokens": 24}
        return client.responses.create(**{**defaults, **options})

    return ask


def test_an_answer_is_that_of_a_chat_completion(ask: Any, client: openai.OpenAI, model: str) -> None:
    answer = ask()
    chat = client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": QUESTION}], temperature=0, max_tokens=24
    )
    assert answer.id.startswith("resp_") and answer.object == "response"
    assert answer.output_text == chat.choices[0].message.content
    assert answer.status == ("completed" if chat.choices[0].finish_reason == "stop" else "incomplete")
    if answer.status == "incomplete":
        assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage.input_tokens == chat.usage.prompt_tokens
    assert answer.usage.output_tokens == chat.usage.completion_tokens
    assert answer.output[0].type == "message" and answer.output[0].content[0].type == "output_text"


def test_instructions_and_items_are_read(ask: Any, client: openai.OpenAI, model: str) -> None:
    items = [
        {"role": "user", "content": [{"type": "input_text", "text": "Remember 7."}]},
        {"role": "assistant", "content": "7."},
        {"role": "user", "content": "And now?"},
    ]
    answer = ask(input=items, instructions="You are terse.")
    messages = [
        {"role": "system", "content": "You are terse."}, {"role": "user", "content": "Remember 7."},
        {"role": "assistant", "content": "7."}, {"role": "user", "content": "And now?"},
    ]
    chat = client.chat.completions.create(model=model, messages=messages, temperature=0, max_tokens=24)
    assert answer.output_text == chat.choices[0].message.content


def test_a_stream_tells_its_events_in_order(ask: Any) -> None:
    whole = ask()
    events = list(ask(stream=True))
    told, first = [event.sequence_number for event in events], events[0].sequence_number
    assert told == list(range(first, first + len(events)))
    kinds = [event.type for event in events]
    assert kinds[:2] == ["response.created", "response.in_progress"]
    assert kinds[-1] in ("response.completed", "response.incomplete")
    order = [
        "response.output_item.added", "response.content_part.added", "response.output_text.delta",
        "response.output_text.done", "response.content_part.done", "response.output_item.done",
    ]
    assert [kinds.index(kind) for kind in order] == sorted(kinds.index(kind) for kind in order)
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == whole.output_text == events[-1].response.output_text
    assert kinds.count("response.output_text.delta") > 5


def test_an_answer_follows_the_one_before(ask: Any, client: openai.OpenAI, model: str) -> None:
    first = ask()
    second = ask(input="Which is the first?", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    messages = [
        {"role": "user", "content": QUESTION}, {"role": "assistant", "content": first.output_text},
        {"role": "user", "content": "Which is the first?"},
    ]
    chat = client.chat.completions.create(model=model, messages=messages, temperature=0, max_tokens=24)
    assert second.output_text == chat.choices[0].message.content
    assert second.usage.input_tokens == chat.usage.prompt_tokens


def test_an_answer_is_kept_until_it_is_deleted(ask: Any, client: openai.OpenAI) -> None:
    answer = ask()
    kept = client.responses.retrieve(answer.id)
    assert (kept.id, kept.output_text, kept.status) == (answer.id, answer.output_text, answer.status)
    items = list(client.responses.input_items.list(answer.id))
    assert len(items) == 1 and items[0].content[0].text == QUESTION
    client.responses.delete(answer.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)
    with pytest.raises((openai.NotFoundError, openai.BadRequestError)):
        ask(previous_response_id=answer.id)


def test_an_answer_is_not_kept_where_that_is_not_wanted(ask: Any, client: openai.OpenAI) -> None:
    answer = ask(store=False)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(answer.id)


def test_input_items_come_in_pages(ask: Any, client: openai.OpenAI) -> None:
    answer = ask(input=[{"role": "user", "content": f"number {index}"} for index in range(5)])
    items = list(client.responses.input_items.list(answer.id, limit=2, order="asc"))
    assert [item.content[0].text for item in items] == [f"number {index}" for index in range(5)]


def test_a_pydantic_model_is_filled(client: openai.OpenAI, model: str) -> None:
    answer = client.responses.parse(
        model=model, input="Is ink black?", text_format=Verdict, temperature=1, max_output_tokens=100
    )
    assert isinstance(answer.output_parsed, Verdict)


def test_a_tool_is_called_and_its_result_read(ask: Any) -> None:
    answer = ask(tools=[TOOL], tool_choice={"type": "function", "name": "pick"}, max_output_tokens=100)
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert call.name == "pick" and json.loads(call.arguments)["colour"] in ("red", "green")
    result = {"type": "function_call_output", "call_id": call.call_id, "output": "done"}
    assert ask(previous_response_id=answer.id, input=[result], tools=[TOOL], tool_choice="none").output_text


def test_arguments_of_a_tool_arrive_in_pieces(ask: Any) -> None:
    events = list(ask(tools=[TOOL], tool_choice="required", max_output_tokens=100, stream=True))
    pieces = "".join(event.delta for event in events if event.type == "response.function_call_arguments.delta")
    (done,) = [event for event in events if event.type == "response.function_call_arguments.done"]
    assert pieces == done.arguments and json.loads(pieces)["colour"] in ("red", "green")


def test_tokens_are_counted_beforehand(ask: Any, client: openai.OpenAI, model: str) -> None:
    count = client.responses.input_tokens.count(model=model, input=QUESTION)
    assert count.input_tokens == ask().usage.input_tokens


def test_an_unknown_answer_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve("resp_nobody")
