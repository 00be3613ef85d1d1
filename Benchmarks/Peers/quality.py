"""Whether both sides compute the same: perplexity of each file on one text."""

from __future__ import annotations

from pathlib import Path

from programs import Inkstone, Llama
from table import Row

CONTEXT = 512


def perplexity(variant: str, model: Path, text: Path, ours: Inkstone, peer: Llama, threads: int) -> Row:
    """Chunks of 512 tokens, each from an empty cache, the second half of each scored."""
    mine = ours.perplexity(model, threads, CONTEXT, text)
    theirs = peer.perplexity(model, threads, CONTEXT, text)
    return Row(
        "perplexity", f"perplexity {variant}", "", [mine], [theirs], higher_is_better=False, at_least=0.995, aim=1.0,
        note=f"{100 * (mine / theirs - 1):+.2f} %",
    )
