"""Damages the files of small models at random places and expects a sentence from the program, never a crash.

    python Scripts/parity/damaged.py --inkstone .build/release/inkstone --seed 7 [--count 200] [--only gguf,bin]

Each file is cut off, or some of its bytes are changed, mostly where its header lies; then everything that reads such a file
runs. A process that ends by a signal, computes for more than a minute or asks for more than four gigabytes is a fault, and so is
a file that a failed conversion leaves behind. Needs torch, transformers, tokenizers, safetensors and sentencepiece.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from golden import quiet, write
from texts import texts

# Of processor time; by the clock ten times as much, since other processes may be in the way.
SECONDS = 60
BYTES = 4 << 30
# What the program ends with when it has said what is wrong; its usage errors are 64.
SAID = range(0, 65)


def tokenizer(folder: Path) -> None:
    """A small byte-level tokenizer.json."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator(texts(400), trainer)
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "GPT2Tokenizer"}))


def sentence_pieces(folder: Path, kind: str) -> Path:
    import sentencepiece

    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(text.replace("\n", " ").replace("\0", "") for text in texts(2000, markers=False)))
    prefix = folder / kind
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(prefix), vocab_size=800, model_type=kind, byte_fallback=True,
        character_coverage=0.98, minloglevel=2)
    return prefix.with_suffix(".model")


class Subject:
    """A file that is damaged, where it lies in a copy of a folder, and the commands that read it."""

    def __init__(self, source: Path, name: str, header: int, commands: list[list[str]]) -> None:
        self.source, self.name, self.header, self.commands = source, name, header, commands
        self.whole = (source / name).read_bytes()

    def damaged(self, draw: random.Random) -> tuple[bytes, str]:
        end = len(self.whole)
        limit = end if draw.random() < 0.2 else min(self.header, end)
        place = draw.randrange(limit)
        data = bytearray(self.whole)
        match draw.randrange(5):
            case 0:
                return bytes(data[:place]), f"cut off at {place}"
            case 1:
                data[place] ^= 1 << draw.randrange(8)
                return bytes(data), f"a bit changed at {place}"
            case 2:
                data[place] = draw.randrange(256)
                return bytes(data), f"a byte changed at {place}"
            case 3:
                value = draw.choice([b"\xff" * 8, b"\x00" * 8, b"\xff" * 7 + b"\x7f", b"\x00\x00\x00\x80" * 2])
                data[place : place + 8] = value
                return bytes(data[:end]), f"eight bytes {value.hex()} at {place}"
            case _:
                length = draw.randrange(1, 64)
                data[place : place + length] = []
                return bytes(data), f"{length} bytes taken out at {place}"


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def fault(command: list[str], made: Path) -> str | None:
    """What is wrong with how the command ended; `made` is where it writes."""
    try:
        run = subprocess.run(command, capture_output=True, timeout=10 * SECONDS, preexec_fn=limited, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        return f"took more than {10 * SECONDS} s"
    said = run.stderr.decode("utf-8", "replace").strip()
    if run.returncode not in SAID:
        return f"ended with {run.returncode}: {said[-300:]}"
    if run.returncode and not said:
        return f"ended with {run.returncode} without a word"
    left = [path.name for path in made.iterdir()]
    return f"left {', '.join(left)}" if run.returncode and left else None


def subjects(work: Path, seed: int, program: str) -> dict[str, Subject]:
    import torch
    from safetensors.torch import load_file, save_file

    folder = write("llama", seed, work)
    # The vocabulary of the model is smaller than that of a byte-level tokenizer.
    config = json.loads((folder / "config.json").read_text())
    tensors = load_file(folder / "model.safetensors")
    config["vocab_size"] = 400
    for name in ["model.embed_tokens.weight", "lm_head.weight"]:
        rows = tensors[name]
        tensors[name] = rows.repeat(-(-400 // rows.shape[0]), 1)[:400].contiguous()
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(config))
    for extra in ["expected.json", "expected.safetensors", "config_hub.json"]:
        (folder / extra).unlink(missing_ok=True)
    tokenizer(folder)
    pickled = work / "pickled"
    shutil.copytree(folder, pickled)
    (pickled / "model.safetensors").unlink()
    torch.save(tensors, pickled / "pytorch_model.bin")
    legacy = work / "legacy"
    shutil.copytree(pickled, legacy)
    torch.save(tensors, legacy / "pytorch_model.bin", _use_new_zipfile_serialization=False)
    file = work / "file"
    file.mkdir()
    subprocess.run([program, "convert", str(folder), str(file / "model.gguf")], check=True, capture_output=True)
    pieces = work / "pieces"
    pieces.mkdir()
    bpe, unigram = sentence_pieces(pieces, "bpe").name, sentence_pieces(pieces, "unigram").name
    model = ["{}"]
    whole = [["inspect", *model, "--tensors", "--memory"], ["doctor", *model]]
    text = ["--text", "Hello 世界 <s> 😀"]
    of_folder = [*whole, ["convert", *model, "{out}.gguf"], ["convert", *model, "{out}", "--type", "bf16"]]

    def pieces_of(name: str) -> list[list[str]]:
        return [["tokenize", "--tokenizer-file", f"{{}}/{name}", *text]]

    return {
        "gguf": Subject(file, "model.gguf", 20_000, [
            ["inspect", "{}/model.gguf", "--tensors", "--memory"], ["doctor", "{}/model.gguf"],
            ["tokenize", "--model", "{}/model.gguf", *text], ["convert", "{}/model.gguf", "{out}"],
            ["convert", "{}/model.gguf", "{out}.gguf", "--type", "q8_0"]]),
        "safetensors": Subject(folder, "model.safetensors", 4000, of_folder),
        "bin": Subject(pickled, "pytorch_model.bin", 8000, of_folder),
        "legacy-bin": Subject(legacy, "pytorch_model.bin", 8000, of_folder),
        "config": Subject(folder, "config.json", 4000, of_folder),
        "tokenizer": Subject(folder, "tokenizer.json", 30_000, [
            ["tokenize", "--tokenizer-file", "{}/tokenizer.json", *text], ["doctor", "{}"],
            ["convert", "{}", "{out}.gguf"]]),
        "bpe": Subject(pieces, bpe, 12_000, pieces_of(bpe)),
        "unigram": Subject(pieces, unigram, 12_000, pieces_of(unigram)),
    }


def check(name: str, subject: Subject, program: str, count: int, seed: int) -> int:
    draw, faults = random.Random(f"{seed} {name}"), 0
    for _ in range(count):
        data, what = subject.damaged(draw)
        with tempfile.TemporaryDirectory() as work:
            copy = Path(work) / "model"
            shutil.copytree(subject.source, copy)
            (copy / subject.name).write_bytes(data)
            for arguments in subject.commands:
                made = Path(work) / "made"
                made.mkdir()
                out = made / "out"
                command = [program, *(part.replace("{out}", str(out)).replace("{}", str(copy)) for part in arguments)]
                found = fault(command, made)
                if found:
                    faults += 1
                    print(f"{name}, {what}: {' '.join(arguments)} {found}", flush=True)
                shutil.rmtree(made)
    print(f"{name}: {count} damaged files, {faults} faults", flush=True)
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", required=True, help="the program")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=200, help="damaged copies of each file")
    parser.add_argument("--only", help="names, with commas between them")
    options = parser.parse_args()
    quiet()
    wanted = options.only.split(",") if options.only else None
    with tempfile.TemporaryDirectory() as work:
        files = subjects(Path(work), options.seed, options.inkstone)
        faults = sum(
            check(name, subject, options.inkstone, options.count, options.seed) for name, subject in files.items()
            if not wanted or name in wanted)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
