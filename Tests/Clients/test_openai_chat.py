"""Chat completions with `openai`: answers in one piece, as streams, several at once, with log-probabilities."""

from __future__ import annotations

import math
import struct
from typing import Any

import openai
import pytest
from server import Server, command

QUESTION = [{"role": "user", "content": "Name three colours of the rainbow."}]


@pytest.fixture
def ask(client: openai.OpenAI, model: str) -> Any:
    def ask(**options: Any) -> Any:
        defaults: dict[str, Any] = {"model": model, "messages": QUESTION, "temperature": 0, "max_tokens": 24}
        return client.chat.completions.create(**{**defaults, **options})

    return ask


def single(value: float) -> float:
    """The number of 32 bits that a decimal stands for, however many digits it was written with."""
    return struct.unpack("f", struct.pack("f", value))[0]


def test_an_answer_has_the_fields_of_the_interface(ask: Any, model: str) -> None:
    answer = ask()
    assert answer.id.startswith("chatcmpl-")
    assert (answer.object, answer.model) == ("chat.completion", model)
    assert [choice.index for choice in answer.choices] == [0]
    choice = answer.choices[0]
    assert choice.message.role == "assistant" and choice.message.content
    assert choice.message.tool_calls is None
    assert choice.finish_reason in ("stop", "length")
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert 0 < answer.usage.completion_tokens <= 24


def test_the_answer_is_that_of_the_command_line(ask: Any, model: str) -> None:
    alone = command(
        "generate", "--model", model, "--chat", "--prompt", QUESTION[0]["content"], "--max-tokens", "24",
        "--temperature", "0",
    )
    answer = ask()
    assert answer.choices[0].message.content == alone["text"]
    assert answer.choices[0].finish_reason == alone["finish_reason"]
    assert answer.usage.prompt_tokens == len(alone["prompt_tokens"])


def test_a_stream_says_the_same_as_one_piece(ask: Any, model: str) -> None:
    whole = ask(max_tokens=40)
    chunks = list(ask(max_tokens=40, stream=True))
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1 and {chunk.model for chunk in chunks} == {model}
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    reasons = [chunk.choices[0].finish_reason for chunk in chunks]
    assert reasons[-1] == whole.choices[0].finish_reason and set(reasons[:-1]) == {None}
    assert all(chunk.usage is None for chunk in chunks)
    # Not held back until the end.
    assert sum(bool(chunk.choices[0].delta.content) for chunk in chunks) > 5


def test_usage_comes_last_where_a_stream_asks_for_it(ask: Any) -> None:
    whole = ask()
    chunks = list(ask(stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].choices == []
    told, expected = chunks[-1].usage, whole.usage
    assert (told.prompt_tokens, told.completion_tokens) == (expected.prompt_tokens, expected.completion_tokens)
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_the_stream_helper_of_the_client_collects_the_answer(client: openai.OpenAI, model: str) -> None:
    # The helper refuses what a limit of tokens cut off.
    options: dict[str, Any] = {"temperature": 0, "max_tokens": 200, "stop": "."}
    with client.chat.completions.stream(model=model, messages=QUESTION, **options) as stream:
        pieces = [event.delta for event in stream if event.type == "content.delta"]
        final = stream.get_final_completion()
    assert "".join(pieces) == final.choices[0].message.content


def test_several_choices_are_drawn_apart_and_come_again_with_their_seed(ask: Any) -> None:
    options = {"n": 3, "temperature": 1.0, "seed": 7, "max_tokens": 16}
    first, second = ask(**options), ask(**options)
    texts = [choice.message.content for choice in first.choices]
    assert [choice.index for choice in first.choices] == [0, 1, 2]
    assert len(set(texts)) > 1
    assert texts == [choice.message.content for choice in second.choices]
    assert first.usage.completion_tokens > 16


def test_a_stream_of_several_choices_tells_them_apart(ask: Any) -> None:
    options = {"n": 3, "temperature": 1.0, "seed": 7, "max_tokens": 16}
    whole = [choice.message.content for choice in ask(**options).choices]
    texts, reasons = ["", "", ""], [None, None, None]
    for chunk in ask(**options, stream=True):
        for choice in chunk.choices:
            texts[choice.index] += choice.delta.content or ""
            reasons[choice.index] = choice.finish_reason or reasons[choice.index]
    assert texts == whole and None not in reasons


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_log_probabilities_are_told_for_every_token(ask: Any, streamed: bool) -> None:
    options = {"logprobs": True, "top_logprobs": 3}
    if streamed:
        chunks = list(ask(**options, stream=True))
        content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        told = [token for chunk in chunks if chunk.choices[0].logprobs for token in chunk.choices[0].logprobs.content]
    else:
        answer = ask(**options)
        content, told = answer.choices[0].message.content, answer.choices[0].logprobs.content
        assert answer.usage.completion_tokens - len(told) in (0, 1)  # the token that ends a turn has no text
    assert b"".join(bytes(token.bytes) for token in told).decode() == content
    for token in told:
        assert -100 < token.logprob <= 0
        assert len(token.top_logprobs) == 3
        values = [top.logprob for top in token.top_logprobs]
        assert values == sorted(values, reverse=True)
        # Greedy: the chosen token is the most probable one.
        assert token.logprob == values[0] and token.token == token.top_logprobs[0].token
        assert sum(math.exp(value) for value in values) <= 1.0001


def test_log_probabilities_are_those_of_the_command_line(ask: Any, model: str) -> None:
    alone = command(
        "generate", "--model", model, "--chat", "--prompt", QUESTION[0]["content"], "--max-tokens", "24",
        "--temperature", "0", "--logprobs", "2",
    )
    told = ask(logprobs=True, top_logprobs=2).choices[0].logprobs.content
    expected = alone["logprobs"][: len(told)]
    assert [single(token.logprob) for token in told] == [single(entry["logprob"]) for entry in expected]
    assert [[single(top.logprob) for top in token.top_logprobs] for token in told] == [
        [single(top["logprob"]) for top in entry["top"]] for entry in expected
    ]


@pytest.mark.parametrize("streamed", [False, True], ids=["whole", "stream"])
def test_a_stop_string_ends_the_answer_and_is_not_part_of_it(ask: Any, streamed: bool) -> None:
    free = ask(max_tokens=40).choices[0].message.content
    stop = free[len(free) // 2 :][:4]
    assert stop
    if streamed:
        chunks = list(ask(max_tokens=40, stop=[stop, "never said"], stream=True))
        content = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        reason = chunks[-1].choices[0].finish_reason
    else:
        choice = ask(max_tokens=40, stop=[stop, "never said"]).choices[0]
        content, reason = choice.message.content, choice.finish_reason
    assert content == free[: free.index(stop)] and reason == "stop"


def test_a_seed_makes_a_drawn_answer_repeatable(ask: Any) -> None:
    options = {"temperature": 1.2, "top_p": 0.95, "max_tokens": 24}
    first, again, other = (ask(**options, seed=seed).choices[0].message.content for seed in (42, 42, 43))
    assert first == again != other


def test_a_limit_ends_the_answer_and_is_said_so(ask: Any, client: openai.OpenAI, model: str) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        answer = client.chat.completions.create(model=model, messages=QUESTION, temperature=0, **{name: 3})
        assert (answer.choices[0].finish_reason, answer.usage.completion_tokens) == ("length", 3)


def test_a_bias_forbids_and_forces_tokens(ask: Any, server: Server, model: str) -> None:
    free = ask(max_tokens=4).choices[0].message.content
    first = command("tokenize", "--model", model, "--text", free)["ids"][0]
    forbidden = ask(max_tokens=4, logit_bias={str(first): -100}).choices[0].message.content
    assert forbidden != free
    forced = ask(max_tokens=4, logit_bias={str(first): 100}, logprobs=True).choices[0].logprobs.content
    assert len({token.token for token in forced}) == 1


def test_a_conversation_with_every_role_and_parts_is_read(client: openai.OpenAI, model: str) -> None:
    messages: list[Any] = [
        {"role": "system", "content": "You are terse."},
        {"role": "user", "content": [{"type": "text", "text": "Remember"}, {"type": "text", "text": " 7."}]},
        {"role": "assistant", "content": "7."},
        {"role": "user", "content": "And now?", "name": "ada"},
    ]
    answer = client.chat.completions.create(model=model, messages=messages, temperature=0, max_tokens=8)
    assert answer.choices[0].message.content
    joined = [*messages[:1], {"role": "user", "content": "Remember 7."}, *messages[2:]]
    again = client.chat.completions.create(model=model, messages=joined, temperature=0, max_tokens=8)
    assert again.choices[0].message.content == answer.choices[0].message.content


def test_a_repeated_prompt_is_counted_in_full_and_its_cached_part_told(ask: Any) -> None:
    long = [{"role": "user", "content": "Read this: " + "one two three four five six seven " * 30}]
    first, second = ask(messages=long, max_tokens=4), ask(messages=long, max_tokens=4)
    assert first.usage.prompt_tokens == second.usage.prompt_tokens
    assert second.usage.prompt_tokens_details.cached_tokens > first.usage.prompt_tokens // 2
    assert first.choices[0].message.content == second.choices[0].message.content


def test_chinese_and_emoji_arrive_whole_in_a_stream(ask: Any) -> None:
    options = {
        "messages": [{"role": "user", "content": "写"}], "max_tokens": 40,
        "extra_body": {"structured_outputs": {"regex": "砚台研墨，字字珠玑。🖌️🎨"}},
    }
    pieces = [chunk.choices[0].delta.content or "" for chunk in ask(**options, stream=True)]
    assert "".join(pieces) == "砚台研墨，字字珠玑。🖌️🎨"
    assert not any("\ufffd" in piece for piece in pieces)


def test_a_hang_up_frees_the_place_at_once(client: openai.OpenAI, ask: Any, model: str) -> None:
    for _ in range(20):
        stream = client.chat.completions.create(
            model=model, messages=QUESTION, stream=True, max_tokens=4000, temperature=1.5,
            logit_bias={"2": -100, "0": -100},
        )
        next(iter(stream))
        stream.close()
    # 20 answers of 4,000 tokens would take minutes.
    assert ask().choices[0].message.content
