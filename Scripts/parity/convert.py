#!/usr/bin/env python3
"""Compares conversions between folders and GGUF with what others make of the files.

For each family a tiny model with random sizes and a byte-level tokenizer is written by transformers and turned into GGUF
by `inkstone convert`. The `gguf` package reads the file: its keys and names must be ones it knows, its f32 numbers the
checkpoint's. llama.cpp (through `llama-cpp-python`, when it is installed) must give the logits of transformers and the
ids of the tokenizer. Then the GGUF file becomes a folder again, and transformers must load it with the same logits and
ids. Pickled weights, other types and shards are read by transformers as well. Prints a table and ends with 1 when a
number is too large.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from random import Random

import gguf
import numpy
import torch
import transformers
from families import FAMILIES
from golden import build, forward
from safetensors.torch import load_file
from texts import CORPUS
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

try:
    import llama_cpp
except ImportError:
    llama_cpp = None

NAMES = ["llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "gpt2"]
ARCHITECTURES = {"mistral": "llama", "gemma3_text": "gemma3"}
VOCABULARY = 420
TEXTS = [
    "Hello world, it's 2024!", "  two  spaces\n\nand lines\t", "白日依山尽，黄河入海流。", "x = [1, 22, 333];  // code",
    "naïve café — “quotes” 😀👩‍💻", "<s>special</s> inside", "",
]
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"
          r"\s+(?!\S)|\s+")


def tokenizer(kind: str) -> Tokenizer:
    """A tokenizer of the family's kind, trained on a few lines."""
    specials = ["<unk>", "<s>", "</s>"]
    if kind == "sentencepiece":
        result = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        result.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        result.decoder = decoders.Sequence([
            decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
        pieces = specials + [f"<0x{byte:02X}>" for byte in range(256)]
        trainer = trainers.BpeTrainer(vocab_size=VOCABULARY - 4, special_tokens=pieces, show_progress=False)
        result.train_from_iterator([line.replace(" ", "▁") for line in CORPUS], trainer)
        data = json.loads(result.to_str())
        data["added_tokens"] = [token for token in data["added_tokens"] if token["id"] < 3]
        result = Tokenizer.from_str(json.dumps(data))
        result.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A <s>:1 $B:1", [("<s>", 1)])
        return result
    result = Tokenizer(models.BPE())
    cut = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if kind == "qwen2":
        cut = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(CL100K % ""), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    result.pre_tokenizer = cut
    result.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - 4, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    result.train_from_iterator(CORPUS, trainer)
    return result


def make(name: str, seed: int, folder: Path) -> tuple[torch.nn.Module, Tokenizer]:
    """A model with its tokenizer, as a folder."""
    family = FAMILIES[name]
    random = Random(zlib.crc32(f"{seed} {name}".encode()))
    settings = family.draw(random) | {"vocab_size": VOCABULARY}
    if name in ("gemma2", "gemma3_text"):
        # GGUF has no key for another one.
        settings["query_pre_attn_scalar"] = settings["head_dim"]
    model = build(family, settings, random.randrange(1 << 31))
    model.save_pretrained(folder)
    kind = "qwen2" if name.startswith("qwen") else "gpt2" if name == "gpt2" else "sentencepiece"
    made = tokenizer(kind)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        chat_template="{{ messages[0]['content'] }}").save_pretrained(folder)
    return model, made


def run(program: str, *arguments: object) -> None:
    """Runs `inkstone convert`; what it says is shown when it fails."""
    done = subprocess.run([program, "convert", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"inkstone convert {' '.join(map(str, arguments))}: {done.stderr}{done.stdout}")


def known_keys(architecture: str) -> set[str]:
    """Every key that the `gguf` package has a name for."""
    keys: set[str] = set()

    def collect(scope: type) -> None:
        for name, value in vars(scope).items():
            if isinstance(value, str) and not name.startswith("_"):
                keys.add(value.replace("{arch}", architecture))
            elif isinstance(value, type):
                collect(value)

    collect(gguf.constants.Keys)
    return keys


def check_gguf(path: Path, name: str) -> int:
    """Reads a file with the `gguf` package; returns its number of tensors."""
    reader = gguf.GGUFReader(path)
    architecture = ARCHITECTURES.get(name, name)
    number = {value: key for key, value in gguf.MODEL_ARCH_NAMES.items()}[architecture]
    assert bytes(reader.fields["general.architecture"].parts[-1]).decode() == architecture
    unknown = [key for key in reader.fields if not key.startswith("GGUF.") and key not in known_keys(architecture)]
    assert not unknown, f"keys that nobody reads: {unknown}"
    allowed = {gguf.TENSOR_NAMES[tensor] for tensor in gguf.MODEL_TENSORS[number]}
    for tensor in reader.tensors:
        base = re.sub(r"^blk\.\d+\.", "blk.{bid}.", tensor.name.rsplit(".", 1)[0])
        assert base in allowed, f"the name {tensor.name} is none of {architecture}"
    return len(reader.tensors)


def llama_cpp_result(path: Path, ids: list[int], texts: list[str]) -> tuple[numpy.ndarray, list[list[int]]]:
    """Logits of every position and the ids of texts, by llama.cpp."""
    model = llama_cpp.Llama(str(path), n_ctx=64, n_batch=64, logits_all=True, verbose=False, n_threads=2)
    model.eval(ids)
    logits = numpy.array(model.scores[: len(ids)])
    return logits, [model.tokenize(text.encode(), add_bos=False, special=True) for text in texts]


def difference(found: numpy.ndarray, wanted: numpy.ndarray) -> float:
    """The largest distance, as a part of the largest number."""
    return float(numpy.abs(found - wanted).max() / numpy.abs(wanted).max())


def compare(name: str, seed: int, program: str, work: Path) -> tuple[list[str], bool]:
    """One row of the table, and whether all of it is right."""
    source = work / name
    model, made = make(name, seed, source)
    random = Random(seed)
    ids = [random.randrange(3, VOCABULARY) for _ in range(10)]
    wanted = forward(model, torch.tensor([ids]))[0][0].numpy()
    expected_ids = [made.encode(text, add_special_tokens=False).ids for text in TEXTS]
    row, good = [name], True

    def note(value: float, limit: float) -> None:
        nonlocal good
        row.append(f"{value:.1e}")
        good = good and value <= limit

    path = work / f"{name}.gguf"
    run(program, source, path, "--type", "f32")
    row.append(str(check_gguf(path, name)))
    run(program, source, work / f"{name}-q8_0.gguf", "--type", "q8_0")
    check_gguf(work / f"{name}-q8_0.gguf", name)
    if llama_cpp:
        logits, found_ids = llama_cpp_result(path, ids, TEXTS)
        # It ignores a window under the architecture llama, and keeps keys and values in half precision.
        seen = getattr(model.config, "sliding_window", None) if name == "mistral" else None
        note(difference(logits[:seen], wanted[:seen]), 5e-3)
        same = sum(found == right for found, right in zip(found_ids, expected_ids))
        row.append(f"{same}/{len(TEXTS)}")
        good = good and same == len(TEXTS)
    else:
        row += ["-", "-"]

    again = work / f"{name}-again"
    run(program, path, again)
    loaded = transformers.AutoModelForCausalLM.from_pretrained(again, dtype=torch.float32, attn_implementation="eager")
    note(difference(forward(loaded.eval(), torch.tensor([ids]))[0][0].numpy(), wanted), 1e-4)
    restored = Tokenizer.from_file(str(again / "tokenizer.json"))
    same = sum(restored.encode(text, add_special_tokens=False).ids == right for text, right in zip(TEXTS, expected_ids))
    row.append(f"{same}/{len(TEXTS)}")
    good = good and same == len(TEXTS)

    pickled = work / f"{name}-pickled"
    pickled.mkdir()
    (pickled / "config.json").write_bytes((source / "config.json").read_bytes())
    torch.save(model.state_dict(), pickled / "pytorch_model.bin")
    run(program, pickled, work / f"{name}-f16", "--type", "f16", "--shard-size", "30000")
    halves = {}
    for shard in sorted((work / f"{name}-f16").glob("*.safetensors")):
        halves |= load_file(shard)
    exact = all(torch.equal(value, halves[key]) for key, value in
                ((key, value.half()) for key, value in model.state_dict().items() if value.is_floating_point()))
    row.append("equal" if exact else "differ")
    return row, good and exact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", default=".build/release/inkstone", help="the program")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other sizes and weights")
    parser.add_argument("names", nargs="*", help=f"families; without any all of {', '.join(NAMES)}")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(2)
    header = ["family", "tensors", "llama.cpp logits", "its ids", "transformers logits", "its ids", "pickled to f16"]
    print(" | ".join(header))
    failed = []
    for name in arguments.names or NAMES:
        with tempfile.TemporaryDirectory() as work:
            row, good = compare(name, arguments.seed, arguments.inkstone, Path(work))
        print(" | ".join(row) + ("" if good else "   <- too far"), flush=True)
        if not good:
            failed.append(name)
    if failed:
        sys.exit(f"not right: {', '.join(failed)}")


if __name__ == "__main__":
    main()
