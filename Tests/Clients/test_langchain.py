"""`langchain-openai` on top of the interface."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings
from pydantic import BaseModel, Field, SecretStr
from server import EMBEDDER, Server


class Verdict(BaseModel):
    """An opinion."""

    word: Literal["yes", "no"]
    score: int = Field(ge=0, le=9)


@tool
def pick(colour: Literal["red", "green"]) -> str:
    """Picks a colour."""
    return colour


@pytest.fixture(scope="module")
def chat(server: Server, model: str) -> ChatOpenAI:
    return ChatOpenAI(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=model, temperature=0, max_retries=0, timeout=60,
        max_completion_tokens=100,
    )


def test_a_conversation_is_answered(chat: ChatOpenAI, client: openai.OpenAI, model: str) -> None:
    answer = chat.invoke([SystemMessage("You are terse."), HumanMessage("Name a colour.")])
    expected = client.chat.completions.create(
        model=model, temperature=0, max_tokens=100,
        messages=[{"role": "system", "content": "You are terse."}, {"role": "user", "content": "Name a colour."}],
    )
    assert isinstance(answer, AIMessage) and answer.content == expected.choices[0].message.content
    assert answer.usage_metadata and answer.usage_metadata["input_tokens"] == expected.usage.prompt_tokens


def test_a_chain_streams(chat: ChatOpenAI) -> None:
    chain = ChatPromptTemplate.from_messages([("system", "You are terse."), ("human", "Name a {thing}.")]) | chat
    pieces = [str(chunk.content) for chunk in chain.stream({"thing": "river"})]
    assert len(pieces) > 3 and "".join(pieces) == chain.invoke({"thing": "river"}).content


def test_many_are_asked_at_once(chat: ChatOpenAI) -> None:
    brief = chat.bind(max_completion_tokens=12)
    questions = [f"Count to {number}." for number in range(8)]
    together = [answer.content for answer in brief.batch(questions)]
    assert together == [brief.invoke(question).content for question in questions]

    async def asked() -> list[Any]:
        return [answer.content for answer in await asyncio.gather(*[brief.ainvoke(question) for question in questions])]

    assert asyncio.run(asked()) == together


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_an_answer_has_the_structure_that_is_asked_for(chat: ChatOpenAI, method: Any) -> None:
    verdict = chat.with_structured_output(Verdict, method=method).invoke("Is ink black?")
    assert isinstance(verdict, Verdict)


def test_a_bound_tool_is_called_and_its_result_read(chat: ChatOpenAI) -> None:
    bound = chat.bind_tools([pick], tool_choice="pick", strict=True)
    question = HumanMessage("Pick a colour.")
    answer = bound.invoke([question])
    (call,) = answer.tool_calls
    assert call["name"] == "pick" and call["args"]["colour"] in ("red", "green")
    result = pick.invoke(call)
    assert isinstance(result, ToolMessage)
    assert chat.bind_tools([pick], tool_choice="none").invoke([question, answer, result]).content


def test_a_call_arrives_in_a_stream(chat: ChatOpenAI) -> None:
    total: Any = None
    for chunk in chat.bind_tools([pick], tool_choice="pick", strict=True).stream("Pick a colour."):
        total = chunk if total is None else total + chunk
    (call,) = total.tool_calls
    assert call["name"] == "pick" and call["args"]["colour"] in ("red", "green")


def test_the_responses_interface_is_used(server: Server, model: str) -> None:
    chat = ChatOpenAI(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=model, temperature=0, max_retries=0, timeout=60,
        max_completion_tokens=30, use_responses_api=True,
    )
    answer = chat.invoke("Name a colour.")
    assert answer.text and "".join(chunk.text for chunk in chat.stream("Name a colour.")) == answer.text


def test_a_text_is_continued(server: Server, model: str, client: openai.OpenAI) -> None:
    language_model = OpenAI(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=model, temperature=0, max_retries=0,
        max_tokens=8,
    )
    expected = client.completions.create(model=model, prompt="The capital of France is", temperature=0, max_tokens=8)
    assert language_model.invoke("The capital of France is") == expected.choices[0].text


def test_texts_become_vectors(server: Server, client: openai.OpenAI) -> None:
    embeddings = OpenAIEmbeddings(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=EMBEDDER, check_embedding_ctx_length=False,
        max_retries=0,
    )
    texts = ["a stone to grind ink on", "a river", "砚台"]
    expected = client.embeddings.create(model=EMBEDDER, input=texts)
    assert embeddings.embed_documents(texts) == [entry.embedding for entry in expected.data]
    assert embeddings.embed_query(texts[0]) == expected.data[0].embedding
