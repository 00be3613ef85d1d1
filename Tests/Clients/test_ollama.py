"""Ollama's interface with `ollama`."""

from __future__ import annotations

import json
from typing import Any

import ollama
import openai
import pytest
from server import EMBEDDER, MODEL

QUESTION = [{"role": "user", "content": "Name three colours of the rainbow."}]
# Ollama penalizes repetition unless it is told not to; the other interfaces do not.
GREEDY = {"temperature": 0, "num_predict": 24, "repeat_penalty": 1.0}


def test_a_chat_is_answered_as_over_the_other_interface(llama: ollama.Client, client: openai.OpenAI) -> None:
    answer = llama.chat(MODEL, messages=QUESTION, options=GREEDY)
    chat = client.chat.completions.create(model=MODEL, messages=QUESTION, temperature=0, max_tokens=24)
    assert answer.message.role == "assistant" and answer.message.content == chat.choices[0].message.content
    assert answer.done and answer.done_reason == chat.choices[0].finish_reason
    assert answer.prompt_eval_count == chat.usage.prompt_tokens
    assert answer.eval_count == chat.usage.completion_tokens
    assert answer.total_duration > 0 and answer.created_at


def test_a_chat_is_streamed_line_by_line(llama: ollama.Client) -> None:
    whole = llama.chat(MODEL, messages=QUESTION, options=GREEDY)
    parts = list(llama.chat(MODEL, messages=QUESTION, options=GREEDY, stream=True))
    assert "".join(part.message.content or "" for part in parts) == whole.message.content
    assert [part.done for part in parts] == [False] * (len(parts) - 1) + [True] and len(parts) > 5
    assert parts[-1].eval_count == whole.eval_count


def test_a_text_is_continued(llama: ollama.Client, client: openai.OpenAI) -> None:
    options = {**GREEDY, "num_predict": 8}
    answer = llama.generate(MODEL, "The capital of France is", raw=True, options=options)
    alone = client.completions.create(model=MODEL, prompt="The capital of France is", temperature=0, max_tokens=8)
    assert answer.response == alone.choices[0].text and answer.done
    parts = list(llama.generate(MODEL, "The capital of France is", raw=True, stream=True, options=options))
    assert "".join(part.response for part in parts) == answer.response


def test_a_prompt_goes_through_the_template(llama: ollama.Client) -> None:
    answer = llama.generate(MODEL, QUESTION[0]["content"], system="You are terse.", options=GREEDY)
    messages = [{"role": "system", "content": "You are terse."}, *QUESTION]
    assert answer.response == llama.chat(MODEL, messages=messages, options=GREEDY).message.content


def test_options_are_heeded(llama: ollama.Client) -> None:
    drawn = {"temperature": 1.2, "seed": 3, "num_predict": 16, "top_k": 40, "top_p": 0.9}
    first, again = (llama.chat(MODEL, messages=QUESTION, options=drawn).message.content for _ in range(2))
    assert first == again != llama.chat(MODEL, messages=QUESTION, options={**drawn, "seed": 4}).message.content
    stopped = llama.chat(MODEL, messages=QUESTION, options={**GREEDY, "num_predict": 100, "stop": [" "]})
    assert stopped.done_reason == "stop" and " " not in (stopped.message.content or "")


def test_repetition_is_penalized_as_ollama_does(llama: ollama.Client) -> None:
    options = {"temperature": 0, "num_predict": 24}
    told = llama.chat(MODEL, messages=QUESTION, options=options).message.content
    assert told == llama.chat(MODEL, messages=QUESTION, options={**options, "repeat_penalty": 1.1}).message.content


def test_json_and_schemas_are_kept_to(llama: ollama.Client) -> None:
    schema = {
        "type": "object", "properties": {"colour": {"enum": ["red", "green"]}}, "required": ["colour"],
        "additionalProperties": False,
    }
    options = {"temperature": 0, "num_predict": 100}
    answer = llama.chat(MODEL, messages=QUESTION, format=schema, options=options)
    assert json.loads(answer.message.content or "")["colour"] in ("red", "green")
    answer = llama.chat(MODEL, messages=QUESTION, format="json", options=options)
    assert isinstance(json.loads(answer.message.content or ""), dict)


def test_tools_are_taken(llama: ollama.Client) -> None:
    def add(first: int, second: int) -> int:
        """Adds two numbers.

        Args:
          first: One number.
          second: The other.
        """
        return first + second

    answer = llama.chat(MODEL, messages=QUESTION, tools=[add], options=GREEDY)
    assert answer.message.content or answer.message.tool_calls


def test_models_are_listed_and_shown(llama: ollama.Client) -> None:
    names = [entry.model for entry in llama.list().models]
    assert any(name in (MODEL, MODEL + ":latest") for name in names)
    shown = llama.show(MODEL)
    assert "completion" in (shown.capabilities or [])
    assert shown.modelinfo


def test_loaded_models_are_told(llama: ollama.Client) -> None:
    assert any((entry.model or "").removesuffix(":latest") == MODEL for entry in llama.ps().models)


def test_a_name_with_a_tag_is_the_same_model(llama: ollama.Client) -> None:
    tagged = llama.chat(MODEL + ":latest", messages=QUESTION, options=GREEDY)
    assert tagged.message.content == llama.chat(MODEL, messages=QUESTION, options=GREEDY).message.content


def test_texts_become_vectors(llama: ollama.Client, client: openai.OpenAI) -> None:
    texts = ["a stone to grind ink on", "a river"]
    answer = llama.embed(EMBEDDER, texts)
    expected = client.embeddings.create(model=EMBEDDER, input=texts, encoding_format="float")
    for vector, entry in zip(answer.embeddings, expected.data, strict=True):
        assert list(vector) == pytest.approx(entry.embedding, abs=1e-7)


def test_errors_are_the_exceptions_that_the_client_knows(llama: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError) as failure:
        llama.chat("nobody", messages=QUESTION)
    assert failure.value.status_code == 404 and "nobody" in failure.value.error


def test_the_version_is_told(server: Any) -> None:
    status, _, body = server.request("/api/version")
    assert status == 200 and json.loads(body)["version"]
