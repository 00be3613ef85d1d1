"""What is trained: models, batches, and how batches of given token ids reach a program that reads text."""

from __future__ import annotations

import itertools
import json
import pydoc_data.topics
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

RATE = 3e-4
BETAS = (0.9, 0.95)
EPSILON = 1e-8
RANK, ALPHA, TARGETS = 8, 16, ("q_proj", "v_proj")


@dataclass(frozen=True)
class Size:
    """The rows of a step and the tokens of a row."""

    batch: int
    context: int

    @property
    def tokens(self) -> int:
        """Tokens of a step."""
        return self.batch * self.context

    def __str__(self) -> str:
        return f"{self.batch}x{self.context}"


# What batches are made for: a step's time and memory, or the losses of many steps, for which small ones do.
SPEED, CURVE = "speed", "curve"


@dataclass(frozen=True)
class Case:
    """A model with the sizes of its batches, and what is asked of the comparison."""

    name: str
    label: str
    sizes: dict[str, Size]
    # Steps of a turn that count.
    steps: int
    vocabulary: int
    # Layers, width and heads of a GPT from nothing; without them it is LoRA on SmolLM2-135M.
    shape: tuple[int, int, int] | None
    weight_decay: float
    at_least: float
    aim: float
    # What our base is stored in.
    base: str = "f32"

    @property
    def is_lora(self) -> bool:
        return self.shape is None

    @property
    def folder(self) -> str:
        """Where model and batches lie; cases of one model share them."""
        return "lora" if self.is_lora else self.name

    def configuration(self) -> dict[str, object]:
        """What transformers' GPT2Config is given."""
        assert self.shape is not None
        layers, width, heads = self.shape
        return {
            "vocab_size": self.vocabulary, "n_positions": self.sizes[SPEED].context, "n_layer": layers, "n_embd": width,
            "n_head": heads, "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0,
            # No token ends a row: rows are as long as they are.
            "bos_token_id": None, "eos_token_id": None,
        }


LORA = {SPEED: Size(4, 256), CURVE: Size(1, 128)}
CASES = [
    Case("gpt", "GPT 6x384", {SPEED: Size(16, 256), CURVE: Size(4, 256)}, 6, 4096, (6, 384, 6), 0.1, 1.2, 1.4),
    Case("gpt2", "GPT-2 small", {SPEED: Size(4, 512), CURVE: Size(1, 128)}, 2, 50_257, (12, 768, 12), 0.1, 1.2, 1.4),
    Case("lora", "LoRA r=8 on SmolLM2-135M", LORA, 4, 49_152, None, 0.0, 1.2, 1.5),
    # Against the case before it.
    Case("qlora", "QLoRA the same, 4-bit base", LORA, 4, 49_152, None, 0.0, 0.8, 1.0, base="as_stored"),
]


def named(name: str) -> Case:
    return next(case for case in CASES if case.name == name)


def words_as_ids(vocabulary: int) -> list[int]:
    """Python's reference topics as ids: the most frequent words in order, the others spread over the rest."""
    topics = pydoc_data.topics.topics
    words = re.findall(r"\w+|[^\w\s]|\n", "\n".join(topics[name] for name in sorted(topics)))
    common = [word for word, _ in sorted(Counter(words).items(), key=lambda entry: (-entry[1], entry[0]))]
    number = {word: rank % vocabulary for rank, word in enumerate(common)}
    return [number[word] for word in words]


def rows(ids: list[int], size: Size, steps: int) -> list[list[int]]:
    """The rows of so many steps, in order; the text begins again where it ends."""
    stream = itertools.cycle(ids)
    return [list(itertools.islice(stream, size.context)) for _ in range(size.batch * steps)]


# Blocks of characters that no tokenizer of ours or others changes: one character stands for one id.
BLOCKS = [(0x4E00, 0x9FA5), (0x3400, 0x4DB5), (0x20000, 0x2A6D6)]


def characters(count: int) -> list[str]:
    return [chr(code) for first, last in BLOCKS for code in range(first, last + 1)][:count]


def write_tokenizer(folder: Path, vocabulary: int) -> None:
    """A tokenizer whose every token is one character, so that a line of text says which ids a row has."""
    folder.mkdir(parents=True, exist_ok=True)
    model = {
        "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
        "fuse_unk": False, "byte_fallback": False, "vocab": {text: id for id, text in enumerate(characters(vocabulary))},
        "merges": [],
    }
    document = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
        "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model,
    }
    (folder / "tokenizer.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")


def write_rows(file: Path, ids: list[list[int]], vocabulary: int) -> None:
    """A line of characters for each row."""
    text = characters(vocabulary)
    file.write_text("".join("".join(text[id] for id in row) + "\n" for row in ids), encoding="utf-8")
