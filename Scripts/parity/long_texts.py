"""Measures how the time to encode grows with texts that are made to be slow.

    python Scripts/parity/long_texts.py --inkstone .build/release/inkstone FILE ... [--megabytes 10]

Each FILE is a tokenizer or a model. Texts of one unit (a space, a letter, a mark, a joined emoji) and texts without a space
are encoded at a tenth of the length and at the whole; the numbers are seconds of processor time without loading, and how
many times the tenth the whole takes. Near ten is linear. Ends with 1 when a ratio is above `--most`.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = ["字", "词", "砚", "あ", "ß", "é", "ж", "א", "ع", "한", "\u0301", "\u200d", "\U0001f642", "9", "٣", "½"]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./"


def drawn(units: str | list[str], count: int) -> str:
    draw = random.Random(5)
    return "".join(draw.choices(units, k=count))


TEXTS = {
    "spaces": lambda count: " " * count,
    "one letter": lambda count: "a" * count,
    "two letters": lambda count: "ab" * (count // 2),
    "digits": lambda count: "7" * count,
    "dots": lambda count: "." * count,
    "quotes": lambda count: "'" * count,
    "Chinese": lambda count: "中" * (count // 3),
    "marks": lambda count: "\u0301" * (count // 2),
    "marked": lambda count: "e\u0301\u0323" * (count // 5),
    "marks out of order": lambda count: "e" + "\u0301\u0323" * (count // 4),
    "jamo": lambda count: "\u1112\u1161\u11ab" * (count // 9),
    "joiners": lambda count: "\U0001f469\u200d" * (count // 7),
    "line ends": lambda count: "\n" * count,
    "spaces, lines": lambda count: " \n" * (count // 2),
    "no space": lambda count: drawn(LETTERS, count),
    "many scripts": lambda count: drawn(SCRIPTS, count * 5 // 12),
}


def seconds(program: str, tokenizer: Path, text: Path) -> float:
    """Processor time of a process that encodes the text once."""
    option = "--tokenizer-file" if tokenizer.is_file() and tokenizer.suffix != ".gguf" else "--model"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [program, "tokenize", option, str(tokenizer), "--file", str(text), "--repeat", "1", "--quiet"]
    run = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode:
        sys.exit(f"{' '.join(command)}: {run.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", required=True, help="the program")
    parser.add_argument("--megabytes", type=float, default=10, help="the length of the whole")
    parser.add_argument("--most", type=float, default=14, help="the largest ratio that is linear")
    parser.add_argument("--texts", nargs="+", choices=TEXTS, default=list(TEXTS), help="only these")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    count, linear = int(options.megabytes * 1e6), True
    print(f"{'':<44}" + "".join(f"{name:>22}" for name in options.texts), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        for name in options.texts:
            files[name] = [Path(folder) / f"{length} {name}" for length in ["short", "long"]]
            for path, length in zip(files[name], [count // 10, count]):
                path.write_text(TEXTS[name](length), encoding="utf-8")
        empty = Path(folder) / "empty"
        empty.write_text("a")
        for tokenizer in options.files:
            loading = min(seconds(options.inkstone, tokenizer, empty) for _ in range(2))
            cells = []
            for name in options.texts:
                short, long = (max(seconds(options.inkstone, tokenizer, path) - loading, 1e-3) for path in files[name])
                ratio = long / max(short, 0.02)
                linear &= ratio <= options.most
                cells.append(f"{short:>7.2f}{long:>8.2f}{ratio:>6.1f} ")
            print(f"{str(tokenizer)[-43:]:<44}" + "".join(cells), flush=True)
    sys.exit(0 if linear else 1)


if __name__ == "__main__":
    main()
