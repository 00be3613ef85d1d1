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


def enlarged(documents: list[list[str]], count: int) -> list[list[str]]:
    """More documents, as long as the real ones, whose neighbouring terms are neighbours in some real one."""
    drawn = random.Random(5)
    following: dict[str, list[str]] = {}
    for document in documents:
        for term, after in zip(document, document[1:]):
            following.setdefault(term, []).append(after)
    starts = [document[0] for document in documents]
    found = documents[:count]
    while len(found) < count:
        document = [drawn.choice(starts)]
        for _ in range(len(drawn.choice(documents)) - 1):
            document.append(drawn.choice(following.get(document[-1], starts)))
        found.append(document)
    return found


# Passes of each side in a round; the best counts, for both alike. The peer works its scores out when it indexes, ours
# when a term is first asked for: the first search after indexing is measured too.
PASSES = 3


def peer_seconds(documents: list[list[str]], asked: list[list[str]]) -> tuple[dict[str, float], list[list[float]]]:
    import bm25s

    indexing, first, searching = [], [], []
    scores = None
    for _ in range(PASSES):
        start = time.perf_counter()
        peer = bm25s.BM25(method="lucene", k1=1.5, b=0.75, backend="numba")
        peer.index(documents, show_progress=False)
        indexing.append(time.perf_counter() - start)
        peer.retrieve(asked[:2], k=TOP, show_progress=False, n_threads=1)  # compiles
        for seconds in (first, searching):
            begun = time.perf_counter()
            _, scores = peer.retrieve(asked, k=TOP, show_progress=False, n_threads=1)
            seconds.append(time.perf_counter() - begun)
    return {"index": min(indexing), "first": min(first), "search": min(searching + first)}, scores.tolist()


def our_seconds(program: str, documents: str, asked: str) -> tuple[dict[str, float], list[list[float]]]:
    command = [program, "bench", "--keywords", documents, "--queries", asked, "--repeat", str(PASSES), "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    names = {"index": "index_seconds", "first": "first_search_seconds", "search": "search_seconds"}
    return {key: found[name]["min"] for key, name in names.items()}, found["scores"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/keywords",
        description="Indexes and searches the same terms with Inkstone and bm25s in turn; prints the table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peer (default: .build/peers)")
    parser.add_argument("--corpora", type=Path, default=Path(".build/corpora"), help="folder of Scripts/fetch-corpora")
    parser.add_argument("--count", type=int, help="documents; more than there are are made up out of the real ones")
    parser.add_argument("--quick", action="store_true", help="one short round: a look, not a measurement")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    documents = terms(texts(options.corpora))
    if options.count:
        documents = enlarged(documents, options.count)
    asked = queries(documents, 500 if options.quick else 2000)
    print(f"machine   {machine.description()}\n{len(documents)} documents, {len(asked)} queries\n", flush=True)
    samples: dict[str, dict[str, list[float]]] = {side: {"index": [], "first": [], "search": []} for side in ("ours", "peer")}
    scores: dict[str, list[list[float]]] = {}
    watch = machine.Watch() if machine.can_watch() else None
    with tempfile.TemporaryDirectory() as folder:
        files = [written(Path(folder), "documents.txt", documents), written(Path(folder), "queries.txt", asked)]
        sides = [("ours", lambda: our_seconds(options.inkstone, *files)), ("peer", lambda: peer_seconds(documents, asked))]
        for round_number in range(1 if options.quick else 5):
            for side, work in sides if round_number % 2 == 0 else reversed(sides):
                seconds, scores[side] = work()
                for key, value in seconds.items():
                    samples[side][key].append((len(documents) if key == "index" else len(asked)) / value)
    disturbed = watch.share() if watch else 0.0
    rows = [
        Row("keywords", what, unit, samples["ours"][key], samples["peer"][key], at_least=1.0, disturbed=disturbed)
        for key, what, unit in (
            ("index", "indexing", "documents/s"),
            ("first", "search, top 10, first time", "queries/s"),
            ("search", "search, top 10", "queries/s"),
        )
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
