"""A retriever of `langchain` over the server's knowledge bases, alone and in a chain that answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from knowledge import KETTLE, QUESTION, ROUTER
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import SecretStr
from server import Server


class KnowledgeRetriever(BaseRetriever):
    """Asks `POST /v1/knowledge/NAME/search`, as an application would."""

    server: Any
    name: str
    count: int = 4

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        answer = self.server.json(f"/v1/knowledge/{self.name}/search", {"query": query, "top": self.count})
        return [
            Document(page_content=entry["text"], metadata={key: entry[key] for key in ("document", "start", "end")})
            for entry in answer["results"]
        ]


class VectorStoreRetriever(BaseRetriever):
    """Asks `POST /v1/vector_stores/ID/search` through OpenAI's client."""

    client: Any
    identifier: str

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.client.vector_stores.search(self.identifier, query=query, max_num_results=4)
        return [
            Document(page_content=entry.content[0].text, metadata={"document": entry.filename}) for entry in found
        ]


@pytest.fixture(scope="module")
def base(server: Server, knowledge_embedder: str) -> Iterator[str]:
    name = "langchain-handbook"
    server.json("/v1/knowledge", {"name": name, "embedder": knowledge_embedder}, expected=201)
    for document, text in (("router.md", ROUTER), ("kettle.txt", KETTLE)):
        server.json(f"/v1/knowledge/{name}/documents", {"name": document, "text": text})
    yield name
    server.request(f"/v1/knowledge/{name}", method="DELETE")


@pytest.fixture(params=["knowledge", "vector_stores"])
def retriever(request: pytest.FixtureRequest, server: Server, client: openai.OpenAI, base: str) -> BaseRetriever:
    if request.param == "knowledge":
        return KnowledgeRetriever(server=server, name=base)
    return VectorStoreRetriever(client=client, identifier=base)


def test_a_retriever_finds_the_document(retriever: BaseRetriever) -> None:
    found = retriever.invoke(QUESTION)
    assert found[0].metadata["document"] == "router.md" and "24 months" in " ".join(d.page_content for d in found)
    assert [found, retriever.invoke("vinegar")] == retriever.batch([QUESTION, "vinegar"])


def test_what_is_found_is_bytes_of_the_document(server: Server, base: str) -> None:
    for document in KnowledgeRetriever(server=server, name=base).invoke(QUESTION):
        status, _, text = server.request(f"/v1/knowledge/{base}/documents/{document.metadata['document']}/text")
        assert status == 200
        assert text[document.metadata["start"] : document.metadata["end"]].decode() == document.page_content


def test_a_chain_answers_over_a_retriever(retriever: BaseRetriever, server: Server, model: str) -> None:
    chat = ChatOpenAI(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=model, temperature=0, max_retries=0, timeout=60,
        max_completion_tokens=40,
    )
    prompt = ChatPromptTemplate.from_template("Text:\n{context}\n\nQuestion: {question}\nAnswer from the text.")

    def joined(documents: list[Document]) -> str:
        return "\n\n".join(document.page_content for document in documents)

    chain = {"context": retriever | joined, "question": RunnablePassthrough()} | prompt | chat | StrOutputParser()
    answer = chain.invoke(QUESTION)
    # Greedy, so that the same passages give the same words by hand.
    messages = prompt.invoke({"context": joined(retriever.invoke(QUESTION)), "question": QUESTION})
    assert answer and answer == chat.invoke(messages).content
    assert "".join(chain.stream(QUESTION)) == answer


def test_langchain_embeds_and_searches_by_itself(server: Server, client: openai.OpenAI, embedder: str) -> None:
    embeddings = OpenAIEmbeddings(
        base_url=server.address + "/v1", api_key=SecretStr("none"), model=embedder, check_embedding_ctx_length=False,
        max_retries=0,
    )
    texts = ["a stone to grind ink on", "a river", "砚台"]
    vectors = InMemoryVectorStore.from_texts(texts, embedding=embeddings)
    for text in texts:
        # Nothing is nearer to a text than itself, whatever the weights.
        ((document, score),) = vectors.similarity_search_with_score(text, k=1)
        assert document.page_content == text and score == pytest.approx(1, abs=1e-5)
    expected = client.embeddings.create(model=embedder, input=texts[0]).data[0].embedding
    assert embeddings.embed_query(texts[0]) == expected
