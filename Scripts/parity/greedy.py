#!/usr/bin/env python3
"""Compares the texts that this program and llama.cpp continue greedily from one GGUF file.

    Scripts/parity/greedy.py --inkstone PROGRAM --model smollm2.gguf [--tokens 24]

First the file is decoded to f32 by `inkstone convert`: there both must give the same tokens, which shows that the model
is read as llama.cpp reads it. Then the packed file. Products with packed weights round activations to 8 bits, and one
number that falls to the other side moves all that follows, so that texts part where two tokens are near each other. How
often that happens is told beside how often llama.cpp parts from itself when only its cache is of another type or its
attention is the fused one.

Ends with 4 when a text parts that should not: over floats where the best tokens are more than 0.001 apart, over packed
weights more than 1.
"""

import argparse
import itertools
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import llama_cpp
import numpy as np

PROMPTS = [
    "The capital of France is Paris, and the capital of Germany is", "Once upon a time there was a little girl who lived in",
    "def fibonacci(n):\n", "The three laws of thermodynamics are", "今天天气很好，我们", "Water boils at",
    "In 1969, the first man", "The best way to learn a language is", "SELECT name FROM", "To make bread you need flour,",
    "My favourite book is", "The quick brown fox", "Dear Sir or Madam,", "import numpy as np\n",
    "Photosynthesis is the process by which", "The largest planet in the solar system", "A triangle has three",
    "Shakespeare wrote", "She opened the door and", "Energy cannot be created"]
SETTINGS = {"cache of f16": ("F16", False), "cache of f32": ("F32", False), "fused attention": ("F16", True)}


class Text(NamedTuple):
    """A prompt and what follows it, with the distance of the two best logits at every step."""

    prompt: list[int]
    tokens: list[int]
    margins: list[float]


def by_llama_cpp(path: Path, cache: str, fused: bool, count: int) -> list[Text]:
    kind = getattr(llama_cpp, f"GGML_TYPE_{cache}")
    model = llama_cpp.Llama(
        str(path), n_ctx=128 + count, n_batch=128, logits_all=True, verbose=False, n_threads=1, n_threads_batch=1,
        type_k=kind, type_v=kind, flash_attn=fused)
    texts = []
    for prompt in PROMPTS:
        text = Text(model.tokenize(prompt.encode()), [], [])
        model.reset()
        model.eval(text.prompt)
        for _ in range(count):
            row = np.array(model.scores[model.n_tokens - 1])
            second, first = np.argsort(row)[-2:]
            text.tokens.append(int(first))
            text.margins.append(float(row[first] - row[second]))
            model.eval([int(first)])
        texts.append(text)
    return texts


def first_difference(one: list[int], other: list[int]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b), len(one))


def parting_from_inkstone(program: str, path: Path, texts: list[Text]) -> list[int]:
    """Where this program would go on otherwise; as far as it goes the same way, one pass over the text says so."""
    partings = []
    for text in texts:
        ids = " ".join(map(str, text.prompt + text.tokens[:-1]))
        run = subprocess.run(
            [program, "logits", "--model", path, "--tokens", ids, "--threads", "1", "--json", "--quiet"],
            capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"inkstone logits: {run.stderr}")
        best = np.array(json.loads(run.stdout)["logits"])[len(text.prompt) - 1:].argmax(-1)
        partings.append(first_difference(best.tolist(), text.tokens))
    return partings


def tell(name: str, partings: list[int], texts: list[Text], largest: float) -> bool:
    """Prints a line; whether a text parted where its best tokens were further apart than that."""
    count = len(texts[0].tokens)
    whole = sum(at == count for at in partings)
    margins = [text.margins[at] for at, text in zip(partings, texts, strict=True) if at < count]
    worst = max(margins, default=0.0)
    print(f"{name:52}{whole:4} of {len(texts)} whole{np.mean(partings):7.1f} of {count} tokens"
          f"{f'   parts at a margin of at most {worst:.3f}' if margins else ''}", flush=True)
    return worst > largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inkstone", default=".build/release/inkstone")
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file")
    parser.add_argument("--tokens", type=int, default=24, help="how many tokens follow each prompt")
    arguments = parser.parse_args()
    program, path, count = arguments.inkstone, arguments.model, arguments.tokens
    with tempfile.TemporaryDirectory() as work:
        plain = Path(work) / "f32.gguf"
        subprocess.run([program, "convert", path, plain, "--type", "f32", "--quiet"], check=True, stdout=subprocess.DEVNULL)
        texts = by_llama_cpp(plain, "F32", False, count)
        failed = tell("decoded to f32: inkstone and llama.cpp", parting_from_inkstone(program, plain, texts), texts, 1e-3)
    continued = {name: by_llama_cpp(path, *setting, count) for name, setting in SETTINGS.items()}
    for name, texts in continued.items():
        partings = parting_from_inkstone(program, path, texts)
        failed = tell(f"packed: inkstone and llama.cpp, {name}", partings, texts, 1) or failed
    for (one, texts), (other, others) in itertools.combinations(continued.items(), 2):
        partings = [first_difference(a.tokens, b.tokens) for a, b in zip(texts, others, strict=True)]
        tell(f"packed: llama.cpp, {one} and {other}", partings, texts, 1)
    sys.exit(4 if failed else 0)


if __name__ == "__main__":
    main()
