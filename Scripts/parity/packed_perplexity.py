#!/usr/bin/env python3
"""Compares the perplexity of packed files of this program with that of llama.cpp's own, each measured by both.

    Scripts/parity/packed_perplexity.py --inkstone PROGRAM --model smollm2.gguf --text TEXT [--types q4_k_m ...]

The model is decoded to f32 first, so that both pack the same numbers. A line has the perplexity of the file that
`inkstone convert` writes, by llama.cpp and by `inkstone perplexity`, and beside it that of the file that llama.cpp's
quantization writes without importances. The text is cut into chunks whose second halves are scored, as llama-perplexity
does. Ends with 4 when our file is more than 2 % worse, or the two programs differ by more than 2 % on one file.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import llama_cpp
import numpy as np
from quantize import FILE_TYPES, quantize_with_llama_cpp

NAMES = {"f32": 0, "f16": 1} | FILE_TYPES
USUAL = ["f16", "q8_0", "q6_k", "q5_k_m", "q5_k_s", "q4_k_m", "q4_k_s", "q4_0", "q3_k_m", "q2_k"]


def by_llama_cpp(path: Path, text: str, context: int, chunks: int) -> float:
    model = llama_cpp.Llama(
        str(path), n_ctx=context, n_batch=context, logits_all=True, verbose=False, n_threads=1, n_threads_batch=1)
    tokens = model.tokenize(text.encode(), add_bos=True, special=False)
    starts = llama_cpp.llama_vocab_get_add_bos(model._model.vocab)
    total, count, half = 0.0, 0, context // 2
    for chunk in range(min(chunks, len(tokens) // context)):
        part = tokens[chunk * context: (chunk + 1) * context]
        fed = [model.token_bos(), *part[1:]] if starts else part
        model.reset()
        model.eval(fed)
        logits = model.scores[half: context - 1].astype(np.float64)
        logits -= logits.max(-1, keepdims=True)
        chosen = logits[np.arange(len(logits)), part[half + 1:]]
        total += float((np.log(np.exp(logits).sum(-1)) - chosen).sum())
        count += len(logits)
    return float(np.exp(total / count))


def by_inkstone(program: str, path: Path, text: Path, context: int, chunks: int) -> float:
    run = subprocess.run(
        [program, "perplexity", "--model", path, "--file", text, "--context", str(context), "--chunks", str(chunks),
         "--threads", "1", "--json", "--quiet"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"inkstone perplexity: {run.stderr}")
    return float(json.loads(run.stdout)["perplexity"])


def convert(program: str, source: Path, target: Path, kind: str) -> None:
    run = subprocess.run([program, "convert", source, target, "--type", kind, "--quiet"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"inkstone convert --type {kind}: {run.stderr}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inkstone", default=".build/release/inkstone")
    parser.add_argument("--model", type=Path, required=True, help="a GGUF file or a folder")
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--bytes", type=int, default=60_000, help="how much of the text is used")
    parser.add_argument("--context", type=int, default=512)
    parser.add_argument("--chunks", type=int, default=16)
    parser.add_argument("--types", nargs="+", default=USUAL, choices=list(NAMES))
    arguments = parser.parse_args()
    status = 0
    print(f"{'':8}{'ours':^28}{'llama.cpp quantization':^28}")
    print(f"{'type':8}{'MB':>8}{'llama.cpp':>10}{'inkstone':>10}{'MB':>8}{'llama.cpp':>10}{'inkstone':>10}{'ratio':>8}")
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        text = work / "text.txt"
        text.write_text(arguments.text.read_bytes()[: arguments.bytes].decode("utf-8", "ignore"), encoding="utf-8")
        plain = work / "f32.gguf"
        convert(arguments.inkstone, arguments.model, plain, "f32")
        for kind in arguments.types:
            ours, theirs = work / "ours.gguf", work / "theirs.gguf"
            convert(arguments.inkstone, plain, ours, kind)
            quantize_with_llama_cpp(plain, theirs, NAMES[kind])
            row = []
            for path in (ours, theirs):
                row += [path.stat().st_size / 1e6, by_llama_cpp(path, text.read_text(), arguments.context, arguments.chunks),
                        by_inkstone(arguments.inkstone, path, text, arguments.context, arguments.chunks)]
                path.unlink()
            ratio = row[1] / row[4]
            far = ratio > 1.02 or any(abs(row[a] / row[b] - 1) > 0.02 for a, b in [(1, 2), (4, 5)])
            status = 4 if far else status
            cells = f"{row[0]:8.1f}{row[1]:10.4f}{row[2]:10.4f}{row[3]:8.1f}{row[4]:10.4f}{row[5]:10.4f}{ratio:8.4f}"
            print(f"{kind:8}{cells}" + ("  <" if far else ""), flush=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
