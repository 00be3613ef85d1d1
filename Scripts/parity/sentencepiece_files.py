"""Compares SentencePiece and unigram tokenizers with the libraries that define them, on mixed strings.

    python Scripts/parity/sentencepiece_files.py --inkstone .build/release/inkstone FILE ...

Each FILE is a SentencePiece `.model` (compared with `sentencepiece`, bytes that are not UTF-8 included) or a
`tokenizer.json` with a Unigram or BPE model (compared with `tokenizers`). Ids, pieces and decoded text must be equal,
and so must the text of random ids. `--train` makes small models of every kind (user-defined, unused and byte pieces,
all normalization rules, suffix spaces) and compares them too. Ends with 1 if anything differs.

Needs the packages `sentencepiece`, `tokenizers` and, for `--train`, `protobuf`.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import sentencepiece
from texts import byte_texts, texts


class Ours:
    """Answers of `inkstone tokenize --lines`."""

    def __init__(self, program, path, parsing):
        self.command = [program, "tokenize", "--tokenizer-file", str(path), "--spelled-tokens", parsing, "--quiet"]

    def __call__(self, values):
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as lines:
            lines.write("".join(json.dumps(value) + "\n" for value in values))
            lines.flush()
            run = subprocess.run([*self.command, "--lines", lines.name], stdout=subprocess.PIPE, check=True)
        answers = [json.loads(line) for line in run.stdout.decode("utf-8").split("\n") if line]
        if len(answers) != len(values):
            raise SystemExit(f"{len(answers)} answers to {len(values)} questions")
        return answers


class Tally:
    """Counts differences and shows the first few."""

    def __init__(self, name):
        self.name, self.checked, self.different = name, {}, {}

    def check(self, what, ours, theirs, source):
        self.checked[what] = self.checked.get(what, 0) + 1
        if ours == theirs:
            return
        self.different[what] = self.different.get(what, 0) + 1
        if self.different[what] <= 3:
            print(f"  {what} of {source!r:.200}\n    ours   {ours!r:.300}\n    theirs {theirs!r:.300}")

    def report(self):
        parts = [f"{what} {self.different.get(what, 0)} of {count}" for what, count in self.checked.items()]
        print(f"{self.name}: differences in " + ", ".join(parts), flush=True)
        return not self.different


def random_ids(size, count, seed):
    """Lists of ids; half of them from the beginning of the vocabulary, where control and byte pieces are."""
    draw = random.Random(seed)
    return [[draw.randrange(size if draw.random() < 0.6 else min(300, size)) for _ in range(draw.randrange(1, 30))]
            for _ in range(count)]


def text_of(decoded):
    return decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else decoded


def compare_model(program, path, count, seed):
    library = sentencepiece.SentencePieceProcessor(model_file=str(path))
    # Whatever the ending, the command must see a .model.
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "compared.model"
        model.write_bytes(pathlib.Path(path).read_bytes())
        ours = Ours(program, model, "text")
        inputs = [text.encode("utf-8") for text in texts(count, seed)] + byte_texts(count // 10, seed + 1)
        tally = Tally(pathlib.Path(path).name)
        for data, answer in zip(inputs, ours([{"hex": data.hex()} for data in inputs])):
            ids = library.encode(data, out_type=int)
            tally.check("ids", answer["ids"], ids, data)
            if answer["ids"] == ids:
                tally.check("pieces", answer["pieces"], [library.id_to_piece(i) for i in ids], data)
                tally.check("text", answer["text"], text_of(library.decode_ids(ids)), data)
        lists = random_ids(library.get_piece_size(), count // 5, seed)
        for ids, answer in zip(lists, ours(lists)):
            tally.check("text of random ids", answer["text"], text_of(library.decode_ids(ids)), ids)
        return tally.report()


def compare_json(program, path, count, seed):
    import tokenizers

    library = tokenizers.Tokenizer.from_file(str(path))
    ours = Ours(program, path, "parse")
    inputs = texts(count, seed)
    tally = Tally(pathlib.Path(path).name)
    for text, answer in zip(inputs, ours(inputs)):
        theirs = library.encode(text)
        tally.check("ids", answer["ids"], theirs.ids, text)
        if answer["ids"] == theirs.ids:
            tally.check("pieces", answer["pieces"], [library.id_to_token(i) for i in theirs.ids], text)
            tally.check("text", answer["text"], library.decode(theirs.ids), text)
    lists = random_ids(library.get_vocab_size(), count // 5, seed)
    for ids, answer in zip(lists, ours(lists)):
        tally.check("text of random ids", answer["text"], library.decode(ids), ids)
    return tally.report()


def train(folder):
    """Small models of every kind."""
    folder = pathlib.Path(folder)
    corpus = folder / "corpus.txt"
    lines = (text.replace("\n", " ").replace("\0", "") for text in texts(6000, seed=7, markers=False))
    corpus.write_text("\n".join(line for line in lines if line.strip()) + "\n", encoding="utf-8")
    user = ["<user>", "▁▁", "  ", "ab", "the", "中国", "<n>", "\t", "😀👍"]
    kinds = {
        "bpe": dict(model_type="bpe", user_defined_symbols=user, control_symbols=["<ctl>"], byte_fallback=True),
        "bpe_suffix": dict(model_type="bpe", treat_whitespace_as_suffix=True),
        "bpe_plain": dict(model_type="bpe", add_dummy_prefix=False, remove_extra_whitespaces=False,
                          normalization_rule_name="identity", byte_fallback=True, split_by_whitespace=False),
        "unigram": dict(model_type="unigram", user_defined_symbols=user, byte_fallback=True),
        "unigram_folded": dict(model_type="unigram", user_defined_symbols=user, normalization_rule_name="nfkc_cf"),
        "unigram_suffix": dict(model_type="unigram", treat_whitespace_as_suffix=True, remove_extra_whitespaces=False),
        "unigram_identity": dict(model_type="unigram", remove_extra_whitespaces=False,
                                 normalization_rule_name="identity"),
        "unigram_ids": dict(model_type="unigram", unk_surface="?", bos_id=-1, pad_id=3, eos_id=1, unk_id=0),
        "word": dict(model_type="word", hard_vocab_limit=False),
        "char": dict(model_type="char", hard_vocab_limit=False, user_defined_symbols=user),
        "char_bytes": dict(model_type="char", hard_vocab_limit=False, byte_fallback=True),
    }
    paths = []
    for name, options in kinds.items():
        settings = dict(vocab_size=1500, character_coverage=0.98, minloglevel=2) | options
        sentencepiece.SentencePieceTrainer.train(input=str(corpus), model_prefix=str(folder / name), **settings)
        paths.append(folder / f"{name}.model")
    return paths + unused(folder) + [denormalizing(folder)]


def unused(folder):
    """Some models with a third of their pieces marked as unused."""
    from sentencepiece import sentencepiece_model_pb2 as format

    draw, paths = random.Random(3), []
    for name in ["bpe", "unigram", "char"]:
        model = format.ModelProto()
        model.ParseFromString((folder / f"{name}.model").read_bytes())
        for piece in model.pieces:
            if piece.type == format.ModelProto.SentencePiece.NORMAL and draw.random() < 0.3:
                piece.type = format.ModelProto.SentencePiece.UNUSED
        paths.append(folder / f"{name}_unused.model")
        paths[-1].write_bytes(model.SerializeToString())
    return paths


def denormalizing(folder):
    """A model whose decoded text goes through rules."""
    from sentencepiece import sentencepiece_model_pb2 as format

    model, rules = format.ModelProto(), format.ModelProto()
    model.ParseFromString((folder / "unigram_identity.model").read_bytes())
    rules.ParseFromString((folder / "unigram_folded.model").read_bytes())
    specification = model.denormalizer_spec
    specification.precompiled_charsmap = rules.normalizer_spec.precompiled_charsmap
    specification.add_dummy_prefix = False
    specification.remove_extra_whitespaces = False
    specification.escape_whitespaces = False
    path = folder / "denormalizing.model"
    path.write_bytes(model.SerializeToString())
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inkstone", required=True, help="the program")
    parser.add_argument("--count", type=int, default=10_000, help="strings for each file")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other strings and ids")
    parser.add_argument("--train", action="store_true", help="compare small models of every kind too")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    equal = True
    with tempfile.TemporaryDirectory() as folder:
        for path in options.files + (train(folder) if options.train else []):
            compare = compare_json if path.suffix == ".json" else compare_model
            equal &= compare(options.inkstone, path, options.count, options.seed)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
