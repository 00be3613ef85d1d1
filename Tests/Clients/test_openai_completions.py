"""Completions of text with `openai`: what lm-evaluation-harness and older programs use."""

from __future__ import annotations

import json
import math
from typing import Any

import openai
import pytest
from server import command

PROMPT = "The capital of France is"


@pytest.fixture
def complete(client: openai.OpenAI, model: str) -> Any:
    def complete(prompt: Any = PROMPT, **options: Any) -> Any:
        defaults: dict[str, Any] = {"model": model, "prompt": prompt, "temperature": 0, "max_tokens": 12}
        return client.completions.create(**{**defaults, **options})

    return complete


@pytest.fixture(scope="module")
def ids(model: str) -> list[int]:
    return command("tokenize", "--model", model, "--text", PROMPT)["ids"]


def test_a_text_is_continued_as_on_the_command_line(complete: Any, model: str) -> None:
    alone = command("generate", "--model", model, "--prompt", PROMPT, "--max-tokens", "12", "--temperature", "0")
    answer = complete()
    assert answer.object == "text_completion" and answer.id.startswith("cmpl-")
    assert answer.choices[0].text == alone["text"]
    assert answer.choices[0].finish_reason == alone["finish_reason"]
    assert answer.usage.prompt_tokens == len(alone["prompt_tokens"])


def test_a_prompt_may_be_tokens(complete: Any, ids: list[int]) -> None:
    assert complete(ids).choices[0].text == complete().choices[0].text


def test_several_prompts_are_answered_in_their_order(complete: Any, ids: list[int]) -> None:
    texts = [PROMPT, "Once upon a time", "print("]
    alone = [complete(text).choices[0].text for text in texts]
    answer = complete(texts)
    assert [choice.index for choice in answer.choices] == [0, 1, 2]
    assert [choice.text for choice in answer.choices] == alone
    assert [choice.text for choice in complete([ids, ids]).choices] == alone[:1] * 2


def test_several_choices_for_several_prompts(complete: Any) -> None:
    answer = complete([PROMPT, "Once"], n=2, temperature=1, seed=5)
    assert [choice.index for choice in answer.choices] == [0, 1, 2, 3]
    assert answer.choices[0].text != answer.choices[1].text


def test_a_stream_says_the_same_as_one_piece(complete: Any) -> None:
    chunks = list(complete(stream=True, stream_options={"include_usage": True}))
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == complete().choices[0].text
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens > 0


def check_log_probabilities(logprobs: Any, text: str, count: int) -> None:
    """The four lists are as long as the tokens, offsets point into the text, a greedy token is the best one."""
    assert len(logprobs.tokens) == len(logprobs.token_logprobs) == len(logprobs.text_offset) == count
    assert "".join(logprobs.tokens) == text
    for token, offset in zip(logprobs.tokens, logprobs.text_offset, strict=True):
        assert text[offset : offset + len(token)] == token


def test_log_probabilities_of_what_was_generated(complete: Any) -> None:
    choice = complete(logprobs=2).choices[0]
    check_log_probabilities(choice.logprobs, choice.text, len(choice.logprobs.tokens))
    for value, top in zip(choice.logprobs.token_logprobs, choice.logprobs.top_logprobs, strict=True):
        assert len(top) == 2 and value == max(top.values())


@pytest.mark.parametrize("limit", [0, 1])
def test_an_echo_tells_how_probable_the_prompt_is(complete: Any, ids: list[int], model: str, limit: int) -> None:
    choice = complete(echo=True, logprobs=3, max_tokens=limit).choices[0]
    assert choice.text.startswith(PROMPT)
    check_log_probabilities(choice.logprobs, choice.text, len(ids) + limit)
    assert choice.logprobs.token_logprobs[0] is None and choice.logprobs.top_logprobs[0] is None
    # The reference: the logits that the command line gives for the same tokens.
    logits = command("logits", "--model", model, "--tokens", " ".join(map(str, ids)))["logits"]
    for position, (value, top) in enumerate(
        zip(choice.logprobs.token_logprobs[1 : len(ids)], choice.logprobs.top_logprobs[1 : len(ids)], strict=True), 1
    ):
        row = logits[position - 1]
        largest = max(row)
        total = largest + math.log(math.fsum(math.exp(logit - largest) for logit in row))
        assert value == pytest.approx(row[ids[position]] - total, abs=2e-5)
        assert max(top.values()) == pytest.approx(largest - total, abs=2e-5)
        # The best ones, and the prompt's own token where it is none of them.
        assert len(top) in (3, 4) and choice.logprobs.tokens[position] in top


def test_the_best_of_several_is_told(complete: Any) -> None:
    answer = complete(best_of=4, n=1, temperature=1.0, seed=3, logprobs=0)
    assert len(answer.choices) == 1
    drawn = complete(n=4, temperature=1.0, seed=3, logprobs=0)
    told = [choice.logprobs.token_logprobs for choice in drawn.choices]
    means = [math.fsum(values) / len(values) for values in told]
    assert answer.choices[0].text == drawn.choices[means.index(max(means))].text


def test_a_suffix_is_not_silently_left_out(complete: Any) -> None:
    try:
        assert complete(suffix=" and that is all.", echo=False).choices[0].text
    except openai.BadRequestError as error:
        assert error.param == "suffix"


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"prompt": [1, -2]}, "prompt"), ({"prompt": [10**12]}, "prompt"), ({"prompt": []}, "prompt"),
        ({"prompt": {"text": "a"}}, "prompt"), ({"logprobs": 100}, "logprobs"), ({"best_of": 1, "n": 2}, "best_of"),
    ],
    ids=["negative", "large", "empty", "object", "logprobs", "best_of"],
)
def test_a_bad_field_is_named(complete: Any, options: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        complete(**options)
    assert (failure.value.param or "").startswith(param)


def test_a_token_that_the_model_does_not_have_is_named(complete: Any) -> None:
    with pytest.raises(openai.BadRequestError) as failure:
        complete([1, 123_456_789])
    assert "123456789" in str(failure.value)


def test_tokens_are_told_and_joined_again(server: Any, model: str, ids: list[int]) -> None:
    status, _, body = server.request("/tokenize", {"model": model, "prompt": PROMPT})
    assert status == 200
    assert json.loads(body)["tokens"] == ids
    status, _, body = server.request("/detokenize", {"model": model, "tokens": ids})
    answer = json.loads(body)
    assert status == 200 and answer.get("prompt", answer.get("content")) == PROMPT


def test_the_prompt_of_a_conversation_is_told(server: Any, model: str) -> None:
    alone = command("generate", "--model", model, "--chat", "--prompt", "Hello", "--max-tokens", "1")["prompt_tokens"]
    status, _, body = server.request(
        "/apply-template", {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    )
    assert status == 200
    prompt = json.loads(body)["prompt"]
    status, _, body = server.request("/tokenize", {"model": model, "prompt": prompt, "add_special_tokens": False})
    assert json.loads(body)["tokens"] == alone
