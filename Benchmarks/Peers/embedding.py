"""Sentences embedded by all sides, in turn. Started by `embedding`, which installs what this needs."""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import Row, rendered

# What a sentence has: tokens of words that the vocabulary holds whole, and the two that the model adds.
TOKENS = 64
WORDS = "the stone on which ink is ground before a word can be written rests beside paper and brush".split()


def sentences(count: int) -> list[str]:
    """Sentences of the same length, none like another."""
    source = random.Random(1)
    return [" ".join(source.choice(WORDS) for _ in range(TOKENS - 2)) for _ in range(count)]


def run_peer(peer: str, model: str, file: str, threads: int) -> None:
    """Embeds the lines of a file with batches of several sizes, and prints the best rate."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "true" if threads > 1 else "false"
    import numpy as np

    texts = Path(file).read_text().splitlines()
    if peer == "torch":
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        encoder = SentenceTransformer(model, device="cpu")

        def embed(batch: int) -> np.ndarray:
            return encoder.encode(texts, batch_size=batch, show_progress_bar=False, normalize_embeddings=True)
    else:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(model + "/onnx/model.onnx", options, ["CPUExecutionProvider"])
        names = {entry.name for entry in session.get_inputs()}
        tokenizer = Tokenizer.from_file(model + "/tokenizer.json")

        def embed(batch: int) -> np.ndarray:
            vectors = []
            for start in range(0, len(texts), batch):
                encoded = tokenizer.encode_batch(texts[start : start + batch])
                ids = np.array([entry.ids for entry in encoded], np.int64)
                mask = np.array([entry.attention_mask for entry in encoded], np.int64)
                given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
                states = session.run(None, {name: given[name] for name in names})[0]
                weights = mask[..., None].astype(np.float32)
                pooled = (states * weights).sum(1) / weights.sum(1)
                vectors.append(pooled / np.linalg.norm(pooled, axis=1, keepdims=True))
            return np.concatenate(vectors)

    embed(32)
    best = 0.0
    for batch in (8, 32, 64):
        start = time.perf_counter()
        vectors = embed(batch)
        best = max(best, len(texts) / (time.perf_counter() - start))
    print(json.dumps({"rate": best, "vector": [float(value) for value in vectors[0]]}))


def ours(program: str, model: str, texts: list[str], threads: int, folder: Path) -> tuple[float, list[float]]:
    """The rate without the start of the program: the time of all sentences less that of a few."""
    few = max(len(texts) // 8, 1)
    took: dict[int, float] = {}
    vector: list[float] = []
    for count in (few, len(texts)):
        file = folder / f"{count}.txt"
        file.write_text("\n".join(texts[:count]) + "\n")
        start = time.perf_counter()
        answer = subprocess.run(
            [program, "embed", "--model", model, "--file", str(file), "--threads", str(threads)],
            check=True, capture_output=True, text=True).stdout
        took[count] = time.perf_counter() - start
        vector = [float(value) for value in answer.split("\n", 1)[0].split()]
    return (len(texts) - few) / (took[len(texts)] - took[few]), vector


def export(model: Path, target: Path) -> None:
    """The encoder as an ONNX file, beside its tokenizer."""
    import torch
    from transformers import AutoModel

    class States(torch.nn.Module):
        """The encoder with its arguments by place, as the exporter gives them."""

        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(model, attn_implementation="eager").eval()

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
            return self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state

    (target / "onnx").mkdir(parents=True)
    ids = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        States(), (ids, ids, torch.zeros_like(ids)), str(target / "onnx/model.onnx"),
        input_names=["input_ids", "attention_mask", "token_type_ids"], output_names=["last_hidden_state"],
        dynamic_axes={name: axes for name in ("input_ids", "attention_mask", "token_type_ids", "last_hidden_state")},
        dynamo=False)
    (target / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes())


def main() -> int:
    parser = argparse.ArgumentParser(prog="Benchmarks/Peers/embedding", description=__doc__)
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--model", help="a folder of Sentence Transformers; by default what `inkstone pull minilm` fetches")
    parser.add_argument("--count", type=int, default=1024, help="sentences")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", help="write the samples to this file too")
    parser.add_argument("--peer", choices=["torch", "onnx"], help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        run_peer(arguments.peer, arguments.model, arguments.file, arguments.threads)
        return 0
    model = arguments.model
    if not model:
        answer = subprocess.run(
            [arguments.inkstone, "pull", "minilm", "--json"], check=True, capture_output=True, text=True)
        model = json.loads(answer.stdout)["path"]
    texts = sentences(arguments.count)
    rates: dict[str, list[float]] = {"ours": [], "torch": [], "onnx": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export(Path(model), folder / "onnx-model")
        file = folder / "all.txt"
        file.write_text("\n".join(texts))
        for _ in range(arguments.rounds):
            rate, own = ours(arguments.inkstone, model, texts, arguments.threads, folder)
            rates["ours"].append(rate)
            for peer, place in (("torch", model), ("onnx", str(folder / "onnx-model"))):
                answer = subprocess.run(
                    [sys.executable, __file__, "--peer", peer, "--model", place, "--file", str(file),
                     "--threads", str(arguments.threads)], check=True, capture_output=True, text=True).stdout
                told = json.loads(answer.splitlines()[-1])
                rates[peer].append(told["rate"])
                difference = max(abs(left - right) for left, right in zip(own, told["vector"]))
                if difference > 1e-4:
                    print(f"{peer}: vectors differ by {difference}", file=sys.stderr)
                    return 1
    threads = f"{arguments.threads} threads"
    rows = [
        Row("embedding", f"sentences/s of {TOKENS} tokens, {threads}, sentence-transformers", "1/s", rates["ours"],
            rates["torch"], at_least=1.3, aim=2),
        Row("embedding", f"sentences/s of {TOKENS} tokens, {threads}, ONNX Runtime", "1/s", rates["ours"], rates["onnx"],
            at_least=1.3, aim=2),
    ]
    print(rendered(rows))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rates, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
