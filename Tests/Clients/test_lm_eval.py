"""`lm_eval` over `local-completions` gives the score that it gives over transformers with the same weights.

The weights are those of the default model, decoded to f32 by `inkstone convert`, so that both sides compute with the
same numbers. What transformers gives for them is stored beside this file; `--with-transformers` computes it anew, and
`--store` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server import MODEL, Server, command

STORED = Path(__file__).with_name("lm_eval_reference.json")
# A request is a sum of up to some hundreds of log-probabilities, each with the rounding of f32 in it.
RELATIVE, ABSOLUTE = 2e-5, 1e-3
WINDOW = 512
CHOICES = [
    ("The opposite of hot is", ["cold", "blue", "seven"]),
    ("Two plus two is", ["four", "nine hundred", "a fish"]),
    ("The capital of France is", ["Berlin", "Paris", "Madrid"]),
    ("Water freezes and becomes", ["ice", "smoke", "sand"]),
    ("A cat says", ["meow", "woof", "moo"]),
    ("The sun rises in the", ["west", "cellar", "east"]),
    ("A week has this many days:", ["seven", "twelve", "two"]),
    ("中国的首都是", ["上海", "北京", "东京"]),
    ("Grass is usually", ["green", "purple", "transparent and cold"]),
    ("Hamlet was written by", ["Goethe", "Shakespeare", "Dante"]),
]
TEXTS = [
    "An inkstone is the flat stone on which ink is ground before anything can be written. " * 6,
    "def add(first, second):\n    return first + second\n\n\nprint(add(2, 3))\n",
    "砚台是研墨的工具，与笔、墨、纸合称文房四宝。",
    # Longer than the window of the task, so that it is read in pieces.
    " ".join(f"{number} times {number} is {number * number}." for number in range(1, 90)),
]
TASKS = {
    "small_choice": """
task: small_choice
dataset_path: json
dataset_kwargs: {{data_files: {{test: {choices}}}}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: "{{{{choices}}}}"
doc_to_target: "{{{{target}}}}"
metric_list: [{{metric: acc}}, {{metric: acc_norm}}]
""",
    "small_text": """
task: small_text
dataset_path: json
dataset_kwargs: {{data_files: {{test: {texts}}}}}
test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{{{text}}}}"
metric_list: [{{metric: word_perplexity}}, {{metric: bits_per_byte}}]
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model with decoded weights, in the layout that transformers reads."""
    folder = tmp_path_factory.mktemp("weights") / "decoded"
    command("convert", command("pull", MODEL)["path"], str(folder), "--type", "f32")
    return folder


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("tasks")
    answers = ["cold", "four", "Paris", "ice", "meow", "east", "seven", "北京", "green", "Shakespeare"]
    choices = [
        {"question": question, "choices": words, "target": words.index(answer)}
        for (question, words), answer in zip(CHOICES, answers, strict=True)
    ]
    (home / "choices.jsonl").write_text("\n".join(map(json.dumps, choices)), encoding="utf-8")
    (home / "texts.jsonl").write_text("\n".join(json.dumps({"text": text}) for text in TEXTS), encoding="utf-8")
    for name, text in TASKS.items():
        yaml = text.format(choices=home / "choices.jsonl", texts=home / "texts.jsonl")
        (home / f"{name}.yaml").write_text(yaml, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        # A cache of its own: what an earlier run left must not be taken for these files.
        import datasets.config

        patch.setattr(datasets.config, "HF_DATASETS_CACHE", str(home / "cache"))
        yield home


def evaluated(tasks: Path, model: str, arguments: dict[str, Any], batch: int) -> dict[str, Any]:
    """Scores of both tasks, and the log-likelihood of every request."""
    import lm_eval
    from lm_eval.tasks import TaskManager

    results = lm_eval.simple_evaluate(
        model=model, model_args=arguments, tasks=list(TASKS), batch_size=batch, log_samples=True, bootstrap_iters=0,
        task_manager=TaskManager(include_path=str(tasks), include_defaults=False), verbosity="ERROR",
    )
    assert results
    likelihoods = {}
    for name, samples in results["samples"].items():
        ordered = sorted(samples, key=lambda sample: sample["doc_id"])
        likelihoods[name] = [sample["filtered_resps"] for sample in ordered]
    scores = {
        name: {
            metric: value for metric, value in metrics.items() if metric.endswith(",none") and "stderr" not in metric
        }
        for name, metrics in results["results"].items()
    }
    return json.loads(json.dumps({"scores": scores, "likelihoods": likelihoods}))


def numbers(value: Any) -> list[float]:
    if isinstance(value, list):
        return [number for entry in value for number in numbers(entry)]
    return [float(value)]


@pytest.fixture(scope="module")
def reference(request: pytest.FixtureRequest, folder: Path, tasks: Path) -> dict[str, Any]:
    """What transformers gives."""
    if not request.config.getoption("--with-transformers"):
        stored: dict[str, Any] = json.loads(STORED.read_text(encoding="utf-8"))
        return stored
    arguments = {"pretrained": str(folder), "dtype": "float32", "device": "cpu", "max_length": WINDOW}
    computed = evaluated(tasks, "hf", arguments, 1)
    if request.config.getoption("--store"):
        STORED.write_text(json.dumps(computed, indent=1) + "\n", encoding="utf-8")
    return computed


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("concurrent", "batch"), [(1, 1), (4, 5)], ids=["one by one", "batches at once"])
def test_scores_are_those_of_transformers(
    folder: Path, decoded: Server, tasks: Path, reference: dict[str, Any], concurrent: int, batch: int
) -> None:
    # lm_eval keeps one token of a remote model's window for the answer and one for what stands before a text.
    arguments = {
        "model": str(folder), "tokenizer": str(folder), "base_url": decoded.address + "/v1/completions",
        "num_concurrent": concurrent, "max_retries": 1, "max_length": WINDOW + 2, "tokenizer_backend": "huggingface",
    }
    told = evaluated(tasks, "local-completions", arguments, batch)
    for name, metrics in reference["scores"].items():
        for metric, value in metrics.items():
            assert told["scores"][name][metric] == pytest.approx(value, rel=1e-4), (name, metric)
    for name, likelihoods in reference["likelihoods"].items():
        expected = pytest.approx(numbers(likelihoods), rel=RELATIVE, abs=ABSOLUTE)
        assert numbers(told["likelihoods"][name]) == expected, name


@pytest.fixture(scope="module")
def decoded(folder: Path) -> Iterator[Server]:
    """A server of the decoded weights, which must end as cleanly as the other."""
    with Server("--model", str(folder), "--parallel", "8") as server:
        yield server
        assert server.stopped() == 0 and not server.errors, server.log[-20:]
