"""Whether both sides compute the same: perplexity of each file on one text, and logits against transformers."""

from __future__ import annotations

import importlib.util
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from programs import Inkstone, Llama, ProgramError
from table import Row

CONTEXT = 512
PROMPT = "The capital of France is the city of Paris, and the capital of Italy is"
CANDIDATES = 20


def perplexity(variant: str, model: Path, text: Path, ours: Inkstone, peer: Llama, threads: int) -> Row:
    """Chunks of 512 tokens, each from an empty cache, the second half of each scored."""
    mine = ours.perplexity(model, threads, CONTEXT, text)
    theirs = peer.perplexity(model, threads, CONTEXT, text)
    return Row(
        "perplexity", f"perplexity {variant}", "", [mine], [theirs], higher_is_better=False, at_least=0.995, aim=1.0,
        note=f"{100 * (mine / theirs - 1):+.2f} %",
    )


def reference_installed() -> bool:
    """Whether torch and transformers (which reads GGUF files with accelerate) are in this environment."""
    return all(importlib.util.find_spec(name) is not None for name in ("torch", "transformers", "accelerate"))


def logits(model: Path, folder: Path, ours: Inkstone, peer: Llama) -> Row:
    """The largest difference from transformers among the likeliest next tokens, on float32 weights (natural log)."""
    what = f"logits, float32 weights, {CANDIDATES} likeliest"
    if not reference_installed():
        return Row("logits", what, "", [], [], note="needs torch and transformers: Benchmarks/Peers/run --with-transformers")
    expected = log_probabilities(reference(model, folder)["logits"][-1])
    mine = {token: value for token, value in our_log_probabilities(ours, model).items() if token < len(expected)}
    theirs = log_probabilities(peer.logits(model, PROMPT))
    difference = max(abs(value - expected[token]) for token, value in mine.items())
    by_peer = max(abs(theirs[token] - expected[token]) for token in mine)
    return Row(
        "logits", what, "difference", [difference], [by_peer], higher_is_better=False,
        note="against transformers; goal 1e-3, aim 1e-4",
    )


def reference(model: Path, folder: Path) -> dict[str, Any]:
    """What `reference.py` computes for the prompt, kept beside the texts."""
    destination = folder / "reference-logits.json"
    if not destination.exists():
        script = Path(__file__).with_name("reference.py")
        finished = subprocess.run(
            [sys.executable, str(script), str(model), str(destination), PROMPT], capture_output=True, text=True, check=False
        )
        if finished.returncode != 0:
            raise ProgramError(f"reference.py ended with {finished.returncode}: {finished.stderr.strip()[-600:]}")
    answer: dict[str, Any] = json.loads(destination.read_text(encoding="utf-8"))
    return answer


def log_probabilities(row: list[float]) -> list[float]:
    """Logits as logarithms of probabilities, natural base."""
    highest = max(row)
    total = highest + math.log(sum(math.exp(value - highest) for value in row))
    return [value - total for value in row]


def our_log_probabilities(ours: Inkstone, model: Path) -> dict[int, float]:
    """Token id and log-probability of the likeliest first tokens."""
    answer = ours.generate(model, PROMPT, max_tokens=1, log_probabilities=CANDIDATES)
    entries = answer.get("logprobs")
    found = dict(pairs(entries[0] if isinstance(entries, list) and entries else entries))
    if not found:
        raise ProgramError("inkstone generate --logprobs gave no log-probabilities")
    return found


def pairs(entry: Any) -> list[tuple[int, float]]:
    """Every (`id`, `logprob`) in an entry and in what it holds."""
    found: list[tuple[int, float]] = []
    if isinstance(entry, dict):
        token = entry.get("id", entry.get("token"))
        if isinstance(token, int) and isinstance(entry.get("logprob"), (int, float)):
            found.append((token, float(entry["logprob"])))
        for value in entry.values():
            found += pairs(value)
    elif isinstance(entry, list):
        for value in entry:
            found += pairs(value)
    return found
