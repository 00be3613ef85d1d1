"""Anthropic's interface with `anthropic`."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import openai
import pytest

QUESTION = [{"role": "user", "content": "Name three colours of the rainbow."}]
# The interface has a temperature, this client no longer a name for it.
GREEDY = {"temperature": 0}
TOOL = {
    "name": "get_weather",
    "description": "The weather of a city.",
    "input_schema": {
        "type": "object", "properties": {"city": {"type": "string", "enum": ["Paris", "Oslo"]}}, "required": ["city"],
        "additionalProperties": False,
    },
}


@pytest.fixture
def ask(claude: anthropic.Anthropic, model: str) -> Any:
    def ask(**options: Any) -> Any:
        defaults: dict[str, Any] = {"model": model, "messages": QUESTION, "max_tokens": 24, "extra_body": GREEDY}
        return claude.messages.create(**{**defaults, **options})

    return ask


def test_an_answer_is_that_of_a_chat_completion(ask: Any, client: openai.OpenAI, model: str) -> None:
    answer = ask(system="You are terse.")
    chat = client.chat.completions.create(
        model=model, messages=[{"role": "system", "content": "You are terse."}, *QUESTION], temperature=0, max_tokens=24
    )
    assert answer.id.startswith("msg_") and (answer.type, answer.role, answer.model) == ("message", "assistant", model)
    assert [block.type for block in answer.content] == ["text"]
    assert answer.content[0].text == chat.choices[0].message.content
    assert answer.stop_reason == {"stop": "end_turn", "length": "max_tokens"}[chat.choices[0].finish_reason]
    cached = answer.usage.cache_read_input_tokens or 0
    assert answer.usage.input_tokens + cached == chat.usage.prompt_tokens
    assert answer.usage.output_tokens == chat.usage.completion_tokens


def test_a_stream_tells_its_events_in_order(ask: Any) -> None:
    whole = ask()
    events = list(ask(stream=True))
    kinds = [event.type for event in events if event.type != "ping"]
    assert kinds[:2] == ["message_start", "content_block_start"]
    assert kinds[-3:] == ["content_block_stop", "message_delta", "message_stop"]
    assert set(kinds[2:-3]) == {"content_block_delta"}
    text = "".join(event.delta.text for event in events if event.type == "content_block_delta")
    assert text == whole.content[0].text and len(kinds) > 10
    delta = next(event for event in events if event.type == "message_delta")
    assert delta.delta.stop_reason == whole.stop_reason
    assert delta.usage.output_tokens == whole.usage.output_tokens


def test_the_stream_helper_of_the_client_collects_the_answer(ask: Any, claude: anthropic.Anthropic, model: str) -> None:
    with claude.messages.stream(model=model, messages=QUESTION, max_tokens=24, extra_body=GREEDY) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == final.content[0].text == ask().content[0].text


def test_a_conversation_with_blocks_is_read(ask: Any) -> None:
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "Remember 7."}]},
        {"role": "assistant", "content": [{"type": "text", "text": "7."}]},
        {"role": "user", "content": "And now?"},
    ]
    blocks = ask(messages=messages, system=[{"type": "text", "text": "You are terse."}])
    plain = [{**message, "content": text} for message, text in zip(messages, ["Remember 7.", "7.", "And now?"])]
    assert blocks.content[0].text == ask(messages=plain, system="You are terse.").content[0].text


def test_a_stop_sequence_is_told(ask: Any) -> None:
    free = ask(max_tokens=40).content[0].text
    stop = free[len(free) // 2 :][:4]
    answer = ask(max_tokens=40, stop_sequences=[stop])
    assert (answer.stop_reason, answer.stop_sequence) == ("stop_sequence", stop)
    assert answer.content[0].text == free[: free.index(stop)]


@pytest.mark.parametrize(
    "choice", [{"type": "tool", "name": "get_weather"}, {"type": "any", "disable_parallel_tool_use": True}],
    ids=["named", "any"],
)
def test_a_tool_is_called_and_its_result_read(ask: Any, choice: dict[str, Any]) -> None:
    answer = ask(tools=[TOOL], tool_choice=choice, max_tokens=100)
    (call,) = [block for block in answer.content if block.type == "tool_use"]
    assert answer.stop_reason == "tool_use" and call.name == "get_weather" and call.input["city"] in ("Paris", "Oslo")
    messages = [
        *QUESTION, {"role": "assistant", "content": [call.model_dump()]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call.id, "content": "Rain."}]},
    ]
    assert ask(messages=messages, tools=[TOOL], tool_choice={"type": "none"}).content[0].text


def test_the_input_of_a_tool_arrives_in_pieces(ask: Any) -> None:
    events = list(ask(tools=[TOOL], tool_choice={"type": "tool", "name": "get_weather"}, max_tokens=100, stream=True))
    starts = [event.content_block for event in events if event.type == "content_block_start"]
    assert [block.type for block in starts] == ["tool_use"] and starts[0].name == "get_weather"
    pieces = [event.delta.partial_json for event in events if event.type == "content_block_delta"]
    assert json.loads("".join(pieces))["city"] in ("Paris", "Oslo")


def test_tokens_are_counted_beforehand(ask: Any, claude: anthropic.Anthropic, model: str) -> None:
    usage = ask().usage
    count = claude.messages.count_tokens(model=model, messages=QUESTION)
    assert count.input_tokens == usage.input_tokens + (usage.cache_read_input_tokens or 0)


def test_errors_are_the_exceptions_that_the_client_knows(ask: Any) -> None:
    with pytest.raises(anthropic.NotFoundError) as missing:
        ask(model="claude-opus")
    body = missing.value.body
    assert isinstance(body, dict) and body["type"] == "error" and body["error"]["type"] == "not_found_error"
    with pytest.raises(anthropic.BadRequestError) as bad:
        ask(messages=[])
    body = bad.value.body
    assert isinstance(body, dict) and body["error"]["type"] == "invalid_request_error"
    with pytest.raises(anthropic.BadRequestError):
        ask(max_tokens=0)
