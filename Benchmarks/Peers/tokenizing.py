"""Tokenizer speed: ours against the faster of HF tokenizers and tiktoken, with the vocabulary of the same model."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import Inkstone, run_json
from table import Row

# GPT-2's pattern with every digit alone and white space before a digit kept whole: what `Digits` and `ByteLevel` of
# HF tokenizers do, written as one expression for tiktoken.
PATTERN = (
    r"""'(?:[sdmt]|ll|ve|re)| ?\p{L}++|\p{N}| ?[^\s\p{L}\p{N}]++|\s++$|\s++(?=\p{N})|\s+(?!\S)|\s"""
)
DOCUMENT = 4096
REPEAT = 3


def byte_of_character() -> dict[str, int]:
    """The printable characters that stand for bytes in byte-level vocabularies."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in kept]
    return {chr(byte): byte for byte in kept} | {chr(256 + index): byte for index, byte in enumerate(others)}


class Vocabulary:
    """Tokens, merges and kinds of tokens out of a GGUF file."""

    def __init__(self, model: Path) -> None:
        from gguf import GGUFReader

        fields = GGUFReader(str(model)).fields
        self.tokens: list[str] = fields["tokenizer.ggml.tokens"].contents()
        self.merges: list[str] = fields["tokenizer.ggml.merges"].contents()
        self.kinds: list[int] = fields["tokenizer.ggml.token_type"].contents()

    def hugging_face(self) -> Any:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers

        pairs = [tuple(merge.split(" ")) for merge in self.merges]
        tokenizer = Tokenizer(models.BPE({token: index for index, token in enumerate(self.tokens)}, pairs))
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
        )
        tokenizer.decoder = decoders.ByteLevel()
        return tokenizer

    def tiktoken(self) -> Any:
        import tiktoken

        to_byte = byte_of_character()
        ranks = {
            bytes(to_byte[character] for character in token): index
            for index, token in enumerate(self.tokens)
            if self.kinds[index] == 1
        }
        # tiktoken wants a token for every byte; the ones the vocabulary lacks get ids past its end.
        absent = [byte for byte in range(256) if bytes([byte]) not in ranks]
        ranks |= {bytes([byte]): len(self.tokens) + index for index, byte in enumerate(absent)}
        return tiktoken.Encoding("peer", pat_str=PATTERN, mergeable_ranks=ranks, special_tokens={})


def documents(text: str) -> list[str]:
    """The text cut at line ends into documents of about four thousand characters."""
    pieces: list[str] = []
    current: list[str] = []
    length = 0
    for line in text.splitlines(keepends=True):
        current.append(line)
        length += len(line)
        if length >= DOCUMENT:
            pieces.append("".join(current))
            current, length = [], 0
    return pieces + (["".join(current)] if current else [])


def best_rate(work: Callable[[], object], size: int, repeat: int) -> float:
    """Megabytes a second of the shortest repetition, as `inkstone tokenize --file` counts."""
    shortest = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - start)
    return size / shortest / 1e6


def our_rate(ours: Inkstone, model: Path, text: Path) -> float:
    """Megabytes a second of the whole text as one string."""
    return float(ours.tokenize_file(model, text, REPEAT)["megabytes_per_second"])


def throughput(language: str, text: Path, model: Path, ours: Inkstone, rounds: int) -> Row:
    """One text with one thread; each peer with the whole text at once or in documents, whichever is faster for it."""
    vocabulary = Vocabulary(model)
    hugging_face, tiktoken = vocabulary.hugging_face(), vocabulary.tiktoken()
    content = text.read_text(encoding="utf-8")
    size, pieces = len(content.encode()), documents(content)
    candidates: dict[str, Callable[[], object]] = {
        "tokenizers": lambda: [hugging_face.encode(piece) for piece in pieces],
        "tiktoken": lambda: [tiktoken.encode_ordinary(piece) for piece in pieces],
        "tiktoken (one string)": lambda: tiktoken.encode_ordinary(content),
    }
    mine: list[float] = []
    by_peer: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(rounds):
        mine.append(our_rate(ours, model, text))
        for name, work in candidates.items():
            by_peer[name].append(best_rate(work, size, REPEAT))
    medians = {name: statistics.median(samples) for name, samples in by_peer.items()}
    faster = max(medians, key=lambda name: medians[name])
    note = ", ".join(f"{name} {median:.1f}" for name, median in medians.items())
    return Row(
        "tokenize", f"tokenize {language}", "MB/s", mine, by_peer[faster], at_least=1.5, aim=4.0, note=note
    )


def large_tokenizer(path: Path, entries: int = 150_000) -> Path:
    """A `tokenizer.json` of that many entries: the bytes, then random merges of what is there (fixed seed)."""
    if path.exists():
        return path
    draw = random.Random(7)
    alphabet = sorted(byte_of_character())
    tokens = list(alphabet)
    known = set(tokens)
    merges: list[list[str]] = []
    while len(tokens) < entries:
        left, right = (tokens[int(len(tokens) * draw.random() ** 2)] for _ in range(2))
        if len(left) + len(right) <= 12 and left + right not in known:
            merges.append([left, right])
            known.add(left + right)
            tokens.append(left + right)
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    content = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": byte_level, "post_processor": byte_level, "decoder": byte_level,
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {token: index for index, token in enumerate(tokens)}, "merges": merges,
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
    return path


def opening(path: Path, ours: Inkstone, rounds: int) -> Row:
    """Opening a large `tokenizer.json`: ours is the whole process that also encodes a word, the peer's only the call."""
    from tokenizers import Tokenizer

    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds + 2):
        start = time.perf_counter()
        run_json([ours.path, "tokenize", "--model", str(path), "--text", "hello", "--json"])
        mine.append(1000 * (time.perf_counter() - start))
        start = time.perf_counter()
        Tokenizer.from_file(str(path))
        theirs.append(1000 * (time.perf_counter() - start))
    note = "ours: the whole process; goal under 150 ms, aim 60 ms"
    return Row("open", "open tokenizer.json, 150k entries", "ms", mine, theirs, higher_is_better=False, note=note)
