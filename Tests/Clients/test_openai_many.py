"""Many clients at once: an answer is the same bits alone, beside others, streamed or not, and from the command line."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import openai
import pytest
from server import Server, command

QUESTIONS = [
    "What is an inkstone?", "Write a line about the sea.", "用一句话介绍长城。", "List two prime numbers.",
    "Continue: the fox ran over", "Who wrote Hamlet?", "def add(a, b):", "Tell me a joke about tea.",
]
LONG = " ".join(f"Item {number} costs {number * 7 % 13} coins." for number in range(60))


def mixed_requests(count: int) -> list[dict[str, Any]]:
    """Requests that differ in length, sampling, number of answers and detail; some share a long beginning."""
    draw = random.Random(1)
    requests = []
    for index in range(count):
        question = QUESTIONS[index % len(QUESTIONS)]
        messages = [{"role": "user", "content": question}]
        if index % 3 == 1:
            messages.insert(0, {"role": "system", "content": LONG if index % 2 else "You answer in one short line."})
        request: dict[str, Any] = {"messages": messages, "max_tokens": draw.choice([1, 7, 20, 33])}
        if index % 2:
            request |= {"temperature": draw.choice([0.6, 1.0, 1.4]), "seed": index, "top_p": draw.choice([0.8, 1.0])}
        else:
            request |= {"temperature": 0}
        if index % 5 == 2:
            request |= {"logprobs": True, "top_logprobs": 2}
        if index % 8 == 3:
            request |= {"n": 2}
        if index % 7 == 4:
            request |= {"frequency_penalty": 0.5, "stop": ["."]}
        requests.append(request)
    return requests


def essence(answer: Any) -> list[Any]:
    """What must not depend on what else the server does."""
    told = []
    for choice in answer.choices:
        tokens = choice.logprobs.content if choice.logprobs else []
        told.append(
            (
                choice.message.content, choice.finish_reason,
                [(token.token, token.logprob, [top.logprob for top in token.top_logprobs]) for token in tokens],
            )
        )
    return [told, answer.usage.prompt_tokens, answer.usage.completion_tokens]


async def collected(stream: Any) -> str:
    return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])


def test_32_mixed_requests_at_once_are_answered_as_one_after_the_other(server: Server, model: str) -> None:
    requests = mixed_requests(32)

    async def run() -> None:
        async with openai.AsyncOpenAI(
            base_url=server.address + "/v1", api_key="none", max_retries=0, timeout=100
        ) as client:
            create = client.chat.completions.create
            alone = [essence(await create(model=model, **request)) for request in requests]
            together = await asyncio.gather(*[create(model=model, **request) for request in requests])
            for request, first, second in zip(requests, alone, together, strict=True):
                assert essence(second) == first, request
            streamed = [
                (request, first) for request, first in zip(requests, alone, strict=True) if request.get("n", 1) == 1
            ]
            streams = await asyncio.gather(*[create(model=model, stream=True, **request) for request, _ in streamed])
            texts = await asyncio.gather(*[collected(stream) for stream in streams])
            for (request, first), text in zip(streamed, texts, strict=True):
                assert text == first[0][0][0], request

    asyncio.run(run())


@pytest.mark.parametrize("index", [0, 1, 4, 7])
def test_the_command_line_gives_the_answer_of_the_server(client: openai.OpenAI, model: str, index: int) -> None:
    request = mixed_requests(8)[index]
    messages = request["messages"]
    arguments = ["--prompt", messages[-1]["content"], "--max-tokens", str(request["max_tokens"])]
    if len(messages) == 2:
        arguments += ["--system", messages[0]["content"]]
    for name in ("temperature", "seed", "top_p", "frequency_penalty"):
        if name in request:
            arguments += ["--" + name.replace("_", "-"), str(request[name])]
    for stop in request.get("stop", []):
        arguments += ["--stop", stop]
    alone = command("generate", "--model", model, "--chat", *arguments)
    choice = client.chat.completions.create(model=model, **request).choices[0]
    assert (choice.message.content, choice.finish_reason) == (alone["text"], alone["finish_reason"])


def test_forms_and_tools_hold_beside_each_other(server: Server, model: str) -> None:
    question = [{"role": "user", "content": "Say something."}]
    tool = {
        "type": "function",
        "function": {
            "name": "pick",
            "parameters": {
                "type": "object", "properties": {"colour": {"enum": ["red", "green"]}}, "required": ["colour"],
                "additionalProperties": False,
            },
        },
    }
    forms: list[dict[str, Any]] = [
        {"extra_body": {"guided_choice": ["yes", "no"]}}, {"extra_body": {"guided_regex": "[0-9]{3,9}"}},
        {"response_format": {"type": "json_object"}}, {"tools": [tool], "tool_choice": "required"}, {},
    ]

    async def run() -> None:
        async with openai.AsyncOpenAI(
            base_url=server.address + "/v1", api_key="none", max_retries=0, timeout=100
        ) as client:

            async def ask(form: dict[str, Any]) -> Any:
                answer = await client.chat.completions.create(
                    model=model, messages=question, max_tokens=60, temperature=1, seed=9, **form
                )
                message = answer.choices[0].message
                calls = [call.function.arguments for call in message.tool_calls or []]
                return message.content, calls, answer.choices[0].finish_reason

            alone = [await ask(form) for form in forms]
            assert await asyncio.gather(*[ask(form) for form in forms * 3]) == alone * 3
            assert alone[0][0] in ("yes", "no") and alone[3][1]

    asyncio.run(run())
