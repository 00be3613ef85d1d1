"""Logits of a GGUF file as transformers computes them in float32 on its dequantized weights.

    python reference.py FILE.gguf OUT.json "text"

Writes `tokens` (ids) and `logits` (one row a token) as JSON. Needs torch and transformers.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def logits(model: Path, text: str) -> tuple[list[int], list[list[float]]]:
    """Token ids of the text and the logits after each of them."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(model.parent), gguf_file=model.name)
    network = AutoModelForCausalLM.from_pretrained(
        str(model.parent), gguf_file=model.name, dtype=torch.float32, attn_implementation="eager"
    )
    network.eval()
    tokens: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        rows: list[list[float]] = network(torch.tensor([tokens])).logits[0].tolist()
    return tokens, rows


def main() -> int:
    if len(sys.argv) != 4:
        print(__doc__, file=sys.stderr)
        return 2
    tokens, rows = logits(Path(sys.argv[1]), sys.argv[3])
    Path(sys.argv[2]).write_text(json.dumps({"tokens": tokens, "logits": rows}), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
