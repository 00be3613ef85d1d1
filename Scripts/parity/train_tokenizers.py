"""Trains byte-level BPE tokenizers with Hugging Face's tokenizers, as reference for ours.

    python Scripts/parity/train_tokenizers.py --out Tests/InkTokenizersTests/Fixtures/training [--seed 7]

Writes trained.json: for each case the texts, the settings, and the vocabulary and merges that the reference trains from
them. The texts are drawn from the words below: English, Chinese, digits, and runs that repeat themselves. One case has special
tokens that merges spell too. Needs tokenizers.
"""

import argparse
import json
import pathlib
import random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

ENGLISH = """the a of and to in river stone brush paper ink writes written writing writer light lighter lightest slowly slow
mountain mountains cloud cloudy it's don't we'll they've wind winter window night nightly moon moonlight walks walked walking
under over between morning evening quietly quiet lamp table 7 12 1999 2024 365 x1 a_b ( ) , . ; : -- \u2014 \u00e9t\u00e9 na\u00efve""".split()
CHINESE = """\u5c71 \u6c34 \u6708 \u6708\u5149 \u98ce \u6625\u98ce \u79cb\u98ce \u58a8 \u7b14\u58a8 \u7eb8 \u4e66 \u4e66\u5199 \u8bd7 \u8bd7\u4eba \u5fc3 \u77f3 \u77f3\u5934 \u6cb3 \u6cb3\u6c34 \u4eba \u4eba\u4eec \u5929 \u660e\u5929 \u4eca\u5929 \u7684 \u4e86 \u5728 \u662f \uff0c \u3002 \u3001 \uff1f""".split()
RUNS = ["a", "ab", "-", "=", "ha", "aab", "\U0001f642", "\u4e00", " "]


def text(generator, kinds):
    parts = []
    for _ in range(generator.randint(5, 30)):
        kind = generator.choice(kinds)
        if kind == "english":
            parts.append(generator.choice([" ", " ", "", "\n"]) + generator.choice(ENGLISH))
        elif kind == "chinese":
            parts.append("".join(generator.choice(CHINESE) for _ in range(generator.randint(1, 12))))
        else:
            parts.append(" " + generator.choice(["", "b", "x", "-"]) + generator.choice(RUNS) * generator.randint(1, 24))
    return "".join(parts)


def byte_level(split):
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if split == "gpt2":
        return byte_level
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level])


def train(texts, size, frequency, special, split):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = byte_level(split)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=size, min_frequency=frequency, special_tokens=special, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def case(name, texts, size, frequency=2, special=("<|endoftext|>",), split="gpt2"):
    tokenizer = train(texts, size, frequency, list(special), split)
    model = json.loads(tokenizer.to_str())["model"]
    return {
        "name": name, "texts": texts, "vocabulary_size": size, "minimum_frequency": frequency, "special_tokens": list(special),
        "split": split, "vocabulary": [token for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1])],
        "merges": [merge if isinstance(merge, list) else merge.split(" ") for merge in model["merges"]],
        "ids": [tokenizer.encode(text).ids for text in texts[:10]],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)

    def texts(count, *kinds):
        return [text(generator, kinds) for _ in range(count)]

    cases = [
        case("english", texts(60, "english"), 480),
        case("chinese", texts(60, "chinese"), 520),
        case("mixed", texts(80, "english", "chinese", "runs"), 700, special=["<|endoftext|>", "<|pad|>", "\u7ed3\u675f"]),
        case("single digits", texts(40, "english"), 420, split="gpt2_single_digits"),
        case("runs", texts(60, "runs"), 2000, frequency=0),
        case("exhausted", texts(8, "english", "chinese"), 5000, frequency=3, special=[]),
        case("special token of letters", texts(40, "english"), 400, special=["<|endoftext|>", "writ", "ing"]),
    ]
    arguments.out.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"cases": cases}, ensure_ascii=False, separators=(",", ":"))
    (arguments.out / "trained.json").write_text(content + "\n", encoding="utf-8")
    print(f"{len(cases)} cases, {len(content)} characters; learned", [len(case["merges"]) for case in cases])


if __name__ == "__main__":
    main()
