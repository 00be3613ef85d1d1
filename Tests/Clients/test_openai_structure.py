"""Answers of a given form with `openai`: pydantic, JSON mode, schemas, regular expressions, grammars, choices."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel, ConfigDict, Field

MESSAGES = [{"role": "user", "content": "Invent a person and what they own."}]


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=12)
    colour: Colour
    price: float | None


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=16)
    age: int = Field(ge=0, le=120)
    kind: Literal["friend", "stranger"]
    things: list[Thing] = Field(min_length=1, max_length=2)


@pytest.fixture
def ask(client: openai.OpenAI, model: str) -> Any:
    def ask(**options: Any) -> Any:
        defaults: dict[str, Any] = {"model": model, "messages": MESSAGES, "temperature": 0, "max_tokens": 300}
        return client.chat.completions.create(**{**defaults, **options})

    return ask


@pytest.mark.parametrize("seed", range(3))
def test_a_pydantic_model_is_filled(client: openai.OpenAI, model: str, seed: int) -> None:
    answer = client.chat.completions.parse(
        model=model, messages=MESSAGES, response_format=Person, temperature=1.0, seed=seed, max_tokens=400
    )
    person = answer.choices[0].message.parsed
    assert isinstance(person, Person) and answer.choices[0].finish_reason == "stop"


def test_a_stream_fills_a_pydantic_model_piece_by_piece(client: openai.OpenAI, model: str) -> None:
    with client.chat.completions.stream(
        model=model, messages=MESSAGES, response_format=Person, temperature=0, max_tokens=400
    ) as stream:
        pieces = [event.delta for event in stream if event.type == "content.delta"]
        message = stream.get_final_completion().choices[0].message
    assert isinstance(message.parsed, Person)
    assert len(pieces) > 5 and "".join(pieces) == message.content


@pytest.mark.parametrize("temperature", [0, 1.2])
def test_json_mode_answers_an_object(ask: Any, temperature: float) -> None:
    choice = ask(response_format={"type": "json_object"}, temperature=temperature, seed=3, max_tokens=120).choices[0]
    assert isinstance(json.loads(choice.message.content), dict)


@pytest.mark.parametrize("limit", [24, 32, 48])
def test_json_is_closed_before_the_limit_of_tokens(ask: Any, limit: int) -> None:
    schema = {
        "type": "object", "required": ["diary"], "additionalProperties": False,
        "properties": {"diary": {"type": "array", "items": {"type": "string"}}},
    }
    form = {"type": "json_schema", "json_schema": {"name": "diary", "strict": True, "schema": schema}}
    answer = ask(response_format=form, max_tokens=limit, temperature=1.0, seed=5)
    assert answer.usage.completion_tokens <= limit
    assert list(json.loads(answer.choices[0].message.content)) == ["diary"]


def test_a_schema_that_makes_no_sense_is_refused(ask: Any) -> None:
    form = {"type": "json_schema", "json_schema": {"name": "bad", "schema": {"type": "quaternion"}}}
    with pytest.raises(openai.BadRequestError) as failure:
        ask(response_format=form)
    assert "quaternion" in str(failure.value)


@pytest.mark.parametrize("name", ["structured_outputs", "guided"])
def test_a_regular_expression_is_kept_to(ask: Any, name: str) -> None:
    pattern = r"[A-Z][a-z]{2,5} [0-9]{4}-[0-9]{2}"
    body = {"structured_outputs": {"regex": pattern}} if name == "structured_outputs" else {"guided_regex": pattern}
    content = ask(extra_body=body, temperature=1.0, seed=2).choices[0].message.content
    assert re.fullmatch(pattern, content)


@pytest.mark.parametrize("name", ["structured_outputs", "guided"])
def test_one_of_the_choices_is_answered(ask: Any, name: str) -> None:
    choices = ["砚台", "brush", "ink stick"]
    body: dict[str, Any] = {"structured_outputs": {"choice": choices}} if name == "structured_outputs" else {
        "guided_choice": choices
    }
    assert ask(extra_body=body).choices[0].message.content in choices


def test_a_grammar_is_kept_to(ask: Any) -> None:
    grammar = 'root ::= sum "=" number\nsum ::= number ("+" number){1,3}\nnumber ::= [1-9] [0-9]?'
    choice = ask(extra_body={"structured_outputs": {"grammar": grammar}}, temperature=1.0, seed=4).choices[0]
    assert re.fullmatch(r"[1-9][0-9]?(\+[1-9][0-9]?){1,3}=[1-9][0-9]?", choice.message.content)


def test_a_form_holds_for_every_choice(ask: Any) -> None:
    answer = ask(extra_body={"guided_regex": "[a-f]{8}"}, n=4, temperature=1.5, seed=1)
    assert all(re.fullmatch("[a-f]{8}", choice.message.content) for choice in answer.choices)
