"""Tool calls with `openai`. The model is small, so calls are forced, or a conversation already holds them."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {
            "type": "object",
            "properties": {
                "city": {"type": "string", "maxLength": 20},
                "unit": {"type": "string", "enum": ["celsius", "fahrenheit"]},
            },
            "required": ["city", "unit"],
            "additionalProperties": False,
        },
    },
}
CLOCK = {
    "type": "function",
    "function": {
        "name": "get_time",
        "description": "The time in a zone.",
        "parameters": {
            "type": "object", "properties": {"hours_from_utc": {"type": "integer", "minimum": -12, "maximum": 14}},
            "required": ["hours_from_utc"], "additionalProperties": False,
        },
    },
}
QUESTION = [{"role": "user", "content": "What is the weather in Paris?"}]


@pytest.fixture
def ask(client: openai.OpenAI, model: str) -> Any:
    def ask(**options: Any) -> Any:
        defaults: dict[str, Any] = {
            "model": model, "messages": QUESTION, "tools": [WEATHER, CLOCK], "temperature": 0, "max_tokens": 200
        }
        return client.chat.completions.create(**{**defaults, **options})

    return ask


def check(name: str, arguments: str) -> None:
    """The arguments are JSON that fits the tool's schema."""
    values = json.loads(arguments)
    if name == "get_weather":
        assert set(values) == {"city", "unit"}
        assert isinstance(values["city"], str) and len(values["city"]) <= 20
        assert values["unit"] in ("celsius", "fahrenheit")
    else:
        assert name == "get_time" and set(values) == {"hours_from_utc"}
        assert type(values["hours_from_utc"]) is int and -12 <= values["hours_from_utc"] <= 14


@pytest.mark.parametrize("name", ["get_weather", "get_time"])
def test_a_named_tool_is_called_with_arguments_that_fit(ask: Any, name: str) -> None:
    choice = ask(tool_choice={"type": "function", "function": {"name": name}}).choices[0]
    assert choice.finish_reason in ("tool_calls", "stop")
    assert choice.message.content in (None, "")
    (call,) = choice.message.tool_calls
    assert call.id and call.type == "function" and call.function.name == name
    check(name, call.function.arguments)


@pytest.mark.parametrize("temperature", [0, 1.3])
def test_one_tool_at_least_is_called_where_that_is_required(ask: Any, temperature: float) -> None:
    choice = ask(tool_choice="required", temperature=temperature, seed=1, parallel_tool_calls=False).choices[0]
    assert choice.finish_reason == "tool_calls"
    (call,) = choice.message.tool_calls
    check(call.function.name, call.function.arguments)


def test_fragments_of_a_stream_add_up_to_the_call(ask: Any) -> None:
    options = {"tool_choice": {"type": "function", "function": {"name": "get_weather"}}}
    (whole,) = ask(**options).choices[0].message.tool_calls
    names, identifiers, arguments, reason, fragments = [], [], "", None, 0
    for chunk in ask(**options, stream=True):
        choice = chunk.choices[0]
        reason = choice.finish_reason or reason
        for call in choice.delta.tool_calls or []:
            assert call.index == 0
            if call.id:
                identifiers.append(call.id)
            if call.function.name:
                names.append(call.function.name)
            arguments += call.function.arguments or ""
            fragments += 1
    assert names == ["get_weather"] and len(identifiers) == 1
    assert arguments == whole.function.arguments
    assert reason in ("tool_calls", "stop")
    # They come as they are made, not all at the end.
    assert fragments > 2


def test_no_tool_is_called_where_that_is_forbidden(ask: Any) -> None:
    message = ask(tool_choice="none", max_tokens=30).choices[0].message
    assert message.tool_calls is None and message.content


def test_the_model_may_choose(ask: Any) -> None:
    message = ask(tool_choice="auto").choices[0].message
    assert message.content or message.tool_calls


def test_results_of_tools_are_read(ask: Any) -> None:
    (call,) = ask(tool_choice={"type": "function", "function": {"name": "get_weather"}}).choices[0].message.tool_calls
    messages = [
        *QUESTION,
        {"role": "assistant", "content": None, "tool_calls": [call.model_dump()]},
        {"role": "tool", "tool_call_id": call.id, "content": "Rain, 11 degrees."},
    ]
    assert ask(messages=messages, max_tokens=30).choices[0].message.content


def test_an_unknown_tool_cannot_be_chosen(ask: Any) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        ask(tool_choice={"type": "function", "function": {"name": "get_tide"}})
    assert "get_tide" in str(failure.value)


def test_the_stream_helper_of_the_client_collects_the_call(client: openai.OpenAI, model: str) -> None:
    options: dict[str, Any] = {"tool_choice": "required", "temperature": 0, "max_tokens": 200}
    strict = [{**tool, "function": {**tool["function"], "strict": True}} for tool in (WEATHER, CLOCK)]
    with client.chat.completions.stream(
        model=model, messages=QUESTION, tools=strict, parallel_tool_calls=False, **options
    ) as stream:
        for event in stream:
            if event.type == "tool_calls.function.arguments.done":
                check(event.name, event.arguments)
        (call,) = stream.get_final_completion().choices[0].message.tool_calls
    check(call.function.name, call.function.arguments)
