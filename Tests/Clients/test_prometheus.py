"""The metrics are read by Prometheus' own parser."""

from __future__ import annotations

import math

import openai
import pytest
from prometheus_client.parser import text_string_to_metric_families
from server import MODEL, Server

QUESTION = [{"role": "user", "content": "Hello"}]


def samples(server: Server) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    status, fields, body = server.request("/metrics")
    assert status == 200 and fields["content-type"].startswith("text/plain; version=0.0.4")
    told = {}
    for family in text_string_to_metric_families(body.decode()):
        assert family.documentation and family.type in ("counter", "gauge", "histogram"), family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in told, f"{key} is told twice"
            assert not math.isnan(sample.value)
            told[key] = sample.value
    return told


def total(told: dict[tuple[str, tuple[tuple[str, str], ...]], float], name: str) -> float:
    """The sum over all labels of the default model."""
    return sum(
        value
        for (sample, labels), value in told.items()
        if sample == name and dict(labels).get("model_name", MODEL) == MODEL
    )


def test_counters_count_what_was_done(server: Server, client: openai.OpenAI) -> None:
    before = samples(server)
    usage = client.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=5, temperature=0).usage
    after = samples(server)
    for name, count in [
        ("inkstone_prompt_tokens_total", usage.prompt_tokens),
        ("inkstone_generated_tokens_total", usage.completion_tokens),
    ]:
        assert total(after, name) - total(before, name) == count, name


def test_histograms_are_whole(server: Server, client: openai.OpenAI) -> None:
    client.chat.completions.create(model=MODEL, messages=QUESTION, max_tokens=2)
    told = samples(server)
    series: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[float, float]]] = {}
    for (name, labels), value in told.items():
        if name.endswith("_bucket"):
            rest = tuple(label for label in labels if label[0] != "le")
            series.setdefault((name.removesuffix("_bucket"), rest), []).append((float(dict(labels)["le"]), value))
    assert any(name == "inkstone_time_to_first_token_seconds" for name, _ in series)
    for (name, labels), buckets in series.items():
        counts = [count for _, count in sorted(buckets)]
        assert counts == sorted(counts), name
        assert max(limit for limit, _ in buckets) == math.inf
        assert told[(name + "_count", labels)] == counts[-1]
        assert (name + "_sum", labels) in told


@pytest.mark.parametrize(
    ("dialect", "names"),
    [
        ("vllm", ["vllm:num_requests_running", "vllm:prompt_tokens_total", "vllm:time_to_first_token_seconds_count"]),
        ("llamacpp", ["llamacpp:prompt_tokens_total", "llamacpp:requests_processing"]),
    ],
)
def test_names_of_other_dashboards_are_offered(dialect: str, names: list[str]) -> None:
    with Server("--model", MODEL, "--metrics-compat", dialect) as other:
        body = {"model": MODEL, "messages": QUESTION, "max_tokens": 2}
        assert other.request("/v1/chat/completions", body)[0] == 200
        told = {name for name, _ in samples(other)}
        assert set(names) <= told
        assert other.stopped() == 0
