"""The list of models with `openai`."""

from __future__ import annotations

import json

import openai
import pytest
from server import EMBEDDER, MODEL, RERANKER, Server


def test_models_are_listed_by_the_names_they_were_given(client: openai.OpenAI) -> None:
    models = list(client.models.list())
    assert {MODEL, EMBEDDER, RERANKER} <= {model.id for model in models}
    assert all(model.object == "model" and model.created > 0 and model.owned_by for model in models)


@pytest.mark.parametrize("name", [MODEL, EMBEDDER], ids=["plain", "with slashes"])
def test_one_model_is_told_by_its_name(client: openai.OpenAI, name: str) -> None:
    assert client.models.retrieve(name).id == name


def test_an_unknown_model_is_not_found(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as failure:
        client.models.retrieve("nobody")
    assert failure.value.code == "model_not_found"


@pytest.mark.parametrize("path", ["/health", "/livez", "/readyz", "/version"])
def test_the_state_of_the_server_is_told(server: Server, path: str) -> None:
    status, _, body = server.request(path)
    assert status == 200
    if path == "/health":
        assert json.loads(body) == {"status": "ok"}
    if path == "/version":
        assert json.loads(body)["version"]
