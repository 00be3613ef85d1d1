"""Keyword search of both sides over the same terms, in turn. Started by `keywords`, which installs what this needs."""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import machine
from table import Row, rendered

PIECE = 1000
TOP = 10
RUNS = re.compile(r"[a-z0-9]+|[\u4e00-\u9fd5]+")


def texts(corpora: Path) -> list[str]:
    """Pieces of the encyclopedia, and instructions in English and Chinese."""
    found: list[str] = []
    for name in ("alpaca-en.json", "alpaca-zh.json"):
        records = json.loads((corpora / "instructions" / name).read_text(encoding="utf-8"))
        found += [" ".join(str(value) for value in record.values()) for record in records]
    encyclopedia = (corpora / "english" / "encyclopedia.txt").read_text(encoding="utf-8")
    return found + [encyclopedia[start : start + PIECE] for start in range(0, len(encyclopedia), PIECE)]


def terms(documents: list[str]) -> list[list[str]]:
    import jieba
    import Stemmer

    jieba.setLogLevel(60)
    stemmer = Stemmer.Stemmer("english")

    def cut(run: str) -> list[str]:
        return jieba.lcut(run, HMM=False) if run[0] > "\u3000" else [stemmer.stemWord(run)]

    cuts = ([term for run in RUNS.findall(text.lower()) for term in cut(run)] for text in documents)
    return [found for found in cuts if found]


def queries(documents: list[list[str]], count: int) -> list[list[str]]:
    """Two to eight neighbouring terms of some document."""
    drawn = random.Random(7)
    found = []
    while len(found) < count:
        document = drawn.choice(documents)
        length = drawn.randint(2, 8)
        start = drawn.randrange(max(1, len(document) - length))
        found.append(document[start : start + length])
    return found


def written(folder: Path, name: str, lines: list[list[str]]) -> str:
    path = folder / name
    path.write_text("".join(" ".join(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


# Passes of each side in a round; the best counts, for both alike. Ours keeps scores of terms between passes.
PASSES = 3


def peer_seconds(documents: list[list[str]], asked: list[list[str]]) -> tuple[float, float, list[list[float]]]:
    import bm25s

    indexing, searching = [], []
    scores = None
    for _ in range(PASSES):
        start = time.perf_counter()
        peer = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numba")
        peer.index(documents, show_progress=False)
        indexing.append(time.perf_counter() - start)
    peer.retrieve(asked[:2], k=TOP, show_progress=False, n_threads=1)  # compiles
    for _ in range(PASSES):
        begun = time.perf_counter()
        _, scores = peer.retrieve(asked, k=TOP, show_progress=False, n_threads=1)
        searching.append(time.perf_counter() - begun)
    return min(indexing), min(searching), scores.tolist()


def our_seconds(program: str, documents: str, asked: str) -> tuple[float, float, list[list[float]]]:
    command = [program, "bench", "--keywords", documents, "--queries", asked, "--repeat", str(PASSES), "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found["index_seconds"]["min"], found["search_seconds"]["min"], found["scores"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/keywords",
        description="Indexes and searches the same terms with Inkstone and bm25s in turn; prints the table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peer (default: .build/peers)")
    parser.add_argument("--corpora", type=Path, default=Path(".build/corpora"), help="folder of Scripts/fetch-corpora")
    parser.add_argument("--quick", action="store_true", help="one short round: a look, not a measurement")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    documents = terms(texts(options.corpora))
    asked = queries(documents, 500 if options.quick else 2000)
    print(f"machine   {machine.description()}\n{len(documents)} documents, {len(asked)} queries\n", flush=True)
    samples: dict[str, dict[str, list[float]]] = {side: {"index": [], "search": []} for side in ("ours", "peer")}
    scores: dict[str, list[list[float]]] = {}
    watch = machine.Watch() if machine.can_watch() else None
    with tempfile.TemporaryDirectory() as folder:
        files = [written(Path(folder), "documents.txt", documents), written(Path(folder), "queries.txt", asked)]
        sides = [("ours", lambda: our_seconds(options.inkstone, *files)), ("peer", lambda: peer_seconds(documents, asked))]
        for round_number in range(1 if options.quick else 5):
            for side, work in sides if round_number % 2 == 0 else reversed(sides):
                indexing, searching, scores[side] = work()
                samples[side]["index"].append(len(documents) / indexing)
                samples[side]["search"].append(len(asked) / searching)
    disturbed = watch.share() if watch else 0.0
    rows = [
        Row("keywords", what, unit, samples["ours"][key], samples["peer"][key], at_least=1.0, disturbed=disturbed)
        for key, what, unit in (("index", "indexing", "documents/s"), ("search", "search, top 10", "queries/s"))
    ]
    worst = max(abs(a - b) for ours, peer in zip(scores["ours"], scores["peer"]) for a, b in zip(ours, peer))
    print(rendered(rows))
    print(f"\nbm25s with numba, method lucene, 1 thread each. Largest difference between scores: {worst:.1e}")
    if options.json:
        report = {"machine": machine.description(), "difference": worst, "rows": [vars(row) | {"ratio": row.ratio} for row in rows]}
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0 if worst <= 1e-5 else 1


if __name__ == "__main__":
    sys.exit(main())
