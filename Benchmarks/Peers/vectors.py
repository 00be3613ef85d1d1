"""Searches for vectors of both sides, in turn. Started by `vectors`, which installs what this needs."""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import machine
from table import Row, rendered

FOUND = 10
EFFORTS = [10, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384]
RECALLS = [0.95, 0.99]
PEERS = ["hnswlib", "faiss"]
# Queries that flat indexes are asked, on both sides: they look at everything each time.
FLAT_QUERIES = 100


def write_data(folder: Path, kind: str, count: int, queries: int, dimension: int) -> None:
    """Vectors of length 1 and the exact best of each query.

    `clustered`: a mixture of Gaussians around 1,000 centres in a space of 96 dimensions, with a little noise in all of
    them, as embeddings of texts are. `uniform`: no structure at all, the hardest case for a graph.
    """
    import faiss
    import numpy as np

    random = np.random.default_rng(1)
    total = count + queries
    if kind == "clustered":
        inner, centres = 96, 1000
        middle = random.standard_normal((centres, inner))[random.integers(centres, size=total)]
        rows = (middle + random.standard_normal((total, inner))) @ random.standard_normal((inner, dimension))
        rows = rows / inner**0.5 + 0.25 * random.standard_normal((total, dimension))
    else:
        rows = random.standard_normal((total, dimension))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    rows[:count].tofile(folder / "vectors.f32")
    rows[count:].tofile(folder / "queries.f32")
    exact = faiss.IndexFlatIP(dimension)
    exact.add(rows[:count])
    exact.search(rows[count:], FOUND)[1].astype(np.int32).tofile(folder / "truth.i32")


def resident_bytes() -> int:
    """Memory of this process now; its peak would be that of the process that started it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def run_peer(peer: str, folder: Path, dimension: int, build_threads: int) -> None:
    """Builds with all threads and prints what it took, then searches with one for each line of the standard input; runs
    in a process of its own."""
    import faiss
    import hnswlib
    import numpy as np

    base = np.fromfile(folder / "vectors.f32", np.float32).reshape(-1, dimension)
    queries = np.fromfile(folder / "queries.f32", np.float32).reshape(-1, dimension)
    truth = [set(row) for row in np.fromfile(folder / "truth.i32", np.int32).reshape(-1, FOUND)]
    flat = None

    def measure(what: str, search: Callable[[], list]) -> dict:
        start = time.perf_counter()
        found = search()
        seconds = time.perf_counter() - start
        recall = sum(len(best & set(row)) for best, row in zip(truth, found)) / (FOUND * len(found))
        return {"what": what, "recall": recall, "queries_per_second": len(found) / seconds}

    before = resident_bytes()
    start = time.perf_counter()
    if peer == "hnswlib":
        index = hnswlib.Index("ip", dimension)
        index.init_index(len(base), ef_construction=200, M=16)
        index.add_items(base, num_threads=build_threads)
        built = time.perf_counter() - start
        index.set_num_threads(1)
        set_effort = index.set_ef

        def walk(query: np.ndarray) -> np.ndarray:
            return index.knn_query(query[None], FOUND)[0][0]
    else:
        faiss.omp_set_num_threads(build_threads)
        index = faiss.IndexHNSWFlat(dimension, 16, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 200
        index.add(base)
        built = time.perf_counter() - start
        faiss.omp_set_num_threads(1)

        def set_effort(effort: int) -> None:
            index.hnsw.efSearch = effort

        def walk(query: np.ndarray) -> np.ndarray:
            return index.search(query[None], FOUND)[1][0]

    memory = resident_bytes() - before
    if peer == "faiss":
        flat = faiss.IndexFlatIP(dimension)
        flat.add(base)
    while True:
        searches = []
        for effort in EFFORTS:
            set_effort(effort)
            searches.append(measure(f"effort {effort}", lambda: [walk(query) for query in queries]))
        if flat is not None:
            some = queries[:FLAT_QUERIES]
            searches.append(
                measure("one query at a time", lambda: [flat.search(query[None], FOUND)[1][0] for query in some])
            )
            # Left alone, faiss takes matrix products for far larger batches only.
            threshold = faiss.cvar.distance_compute_blas_threshold
            faiss.cvar.distance_compute_blas_threshold = 1
            searches.append(measure("all at once", lambda: list(flat.search(some, FOUND)[1])))
            faiss.cvar.distance_compute_blas_threshold = threshold
        print(json.dumps({"build_seconds": built, "memory_bytes": memory, "searches": searches}), flush=True)
        if not sys.stdin.readline():
            return


class Side:
    """A process that has built its indexes, and searches them each time that it is asked to."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.begun = False
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "OMP_WAIT_POLICY": "passive"},
        )

    def turn(self) -> dict:
        """What it finds this time; the first time it builds before."""
        if self.begun:
            print(file=self.process.stdin, flush=True)
        self.begun = True
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with status {self.process.wait()}")
        return json.loads(line)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def sides(options: argparse.Namespace, folder: Path) -> dict[str, list[str]]:
    ours = [options.inkstone, "bench", "--vectors", str(folder), "--threads", str(options.threads), "--json"]
    found = {"ours": [*ours, "--quiet", "--turns"]}
    for peer in PEERS:
        found[peer] = [sys.executable, __file__, "--peer", peer, "--folder", str(folder)]
        found[peer] += ["--dimension", str(options.dimension), "--threads", str(options.threads)]
    return found


def taken_turns(options: argparse.Namespace, folder: Path, rounds: int) -> dict[str, list[dict]]:
    """Each side builds once, alone on the machine; then the sides search in turn."""
    begun: list[Side] = []
    turns: dict[str, list[dict]] = {}
    try:
        for name, command in sides(options, folder).items():
            begun.append(Side(name, command))
            turns[name] = [begun[-1].turn()]
        for number in range(1, rounds):
            for side in begun if number % 2 == 0 else reversed(begun):
                turns[side.name].append(side.turn())
    finally:
        for side in begun:
            side.end()
    return turns


def rate_at(searches: list[dict], recall: float) -> float:
    """Queries a second of the fastest search that finds so many, between two efforts by a straight line; 0 for none."""
    points = sorted((each["recall"], each["queries_per_second"]) for each in searches if "effort" in each["what"])
    best = max((rate for found, rate in points if found >= recall), default=0.0)
    for (low, fast), (high, slow) in zip(points, points[1:]):
        if low < recall <= high:
            best = max(best, fast + (slow - fast) * (recall - low) / (high - low))
    return best


def rate_of(searches: list[dict], what: str) -> float:
    return next(each["queries_per_second"] for each in searches if each["what"] == what)


def measured(options: argparse.Namespace, folder: Path, kind: str) -> list[Row]:
    rounds = 1 if options.quick else options.rounds
    watch = machine.Watch() if machine.can_watch() else None
    peers = taken_turns(options, folder, rounds)
    ours = [
        {f"{each['kind']} {each['storage']}": each for each in turn["indexes"]} for turn in peers.pop("ours")
    ]
    disturbed = watch.share() if watch else 0.0
    rows = []

    def row(what: str, unit: str, our: list[float], by_peer: dict[str, list[float]], **more) -> None:
        lower = not more.get("higher_is_better", True)
        medians = {peer: statistics.median(values) for peer, values in by_peer.items()}
        best = (min if lower else max)(medians, key=lambda peer: medians[peer])
        note = ", ".join(f"{peer} {value:.4g}" for peer, value in medians.items())
        rows.append(Row("vectors", f"{kind}, {what}", unit, our, by_peer[best], note=note, disturbed=disturbed, **more))

    for storage in ["float32", "int8+float32", "int8"]:
        name = f"hnsw {storage}"
        for recall in RECALLS:
            row(
                f"{name}, recall {recall}", "queries/s", [rate_at(each[name]["searches"], recall) for each in ours],
                {peer: [rate_at(each["searches"], recall) for each in peers[peer]] for peer in PEERS},
                at_least=1.0, aim=1.3,
            )
        row(
            f"{name}, build, {options.threads} threads", "s", [ours[0][name]["build_seconds"]],
            {peer: [peers[peer][0]["build_seconds"]] for peer in PEERS},
            higher_is_better=False, at_least=1.0, aim=1.3,
        )
        row(
            f"{name}, memory", "MB", [ours[0][name]["memory_bytes"] / 1e6],
            {peer: [peers[peer][0]["memory_bytes"] / 1e6] for peer in PEERS},
            higher_is_better=False,
        )
    for storage in ["float32", "int8+float32"]:
        for what in ["one query at a time", "all at once"]:
            row(
                f"flat {storage}, {what}", "queries/s",
                [rate_of(each[f"flat {storage}"]["searches"], what) for each in ours],
                {"faiss": [rate_of(each["searches"], what) for each in peers["faiss"]]}, at_least=1.0, aim=1.2,
            )
    return rows


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/vectors",
        description="Runs the vector searches of Inkstone, hnswlib and faiss in turn and prints the table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peers (default: .build/peers)")
    parser.add_argument("--data", choices=["clustered", "uniform"], help="one kind of data (default: both, which takes twice as long)")
    parser.add_argument("--count", type=int, default=100_000, help="vectors (default: 100000)")
    parser.add_argument("--queries", type=int, default=1000, help="queries (default: 1000)")
    parser.add_argument("--dimension", type=int, default=384, help="elements of a vector (default: 384)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads that build (default: all)")
    parser.add_argument("--quick", action="store_true", help="20,000 vectors, one round: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the sides search in turn (default: 3)")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if options.peer:
        run_peer(options.peer, options.folder, options.dimension, options.threads)
        return 0
    if options.quick:
        options.count = min(options.count, 20_000)
    print(f"machine   {machine.description()}\n", flush=True)
    rows: list[Row] = []
    for kind in [options.data] if options.data else ["clustered", "uniform"]:
        with tempfile.TemporaryDirectory() as folder:
            write_data(Path(folder), kind, options.count, options.queries, options.dimension)
            rows += measured(options, Path(folder), kind)
    print(rendered(rows))
    print(f"\nratio: ours to the better peer. {options.count} vectors of {options.dimension}, {FOUND} found, searched")
    print("by one thread. Queries a second at a recall lie on the line between the two efforts around it.")
    if options.json:
        samples = [vars(row) | {"ratio": row.ratio} for row in rows]
        text = json.dumps({"machine": machine.description(), "rows": samples}, indent=1)
        options.json.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
