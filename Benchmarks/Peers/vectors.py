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


def run_peer(peer: str, folder: Path, dimension: int, build_threads: int) -> None:
    """Builds with all threads, searches with one, and prints what it took; runs in a process of its own."""
    import faiss
    import hnswlib
    import numpy as np

    base = np.fromfile(folder / "vectors.f32", np.float32).reshape(-1, dimension)
    queries = np.fromfile(folder / "queries.f32", np.float32).reshape(-1, dimension)
    truth = [set(row) for row in np.fromfile(folder / "truth.i32", np.int32).reshape(-1, FOUND)]
    searches = []

    def measure(what: str, search: Callable[[], list]) -> None:
        start = time.perf_counter()
        found = search()
        seconds = time.perf_counter() - start
        recall = sum(len(best & set(row)) for best, row in zip(truth, found)) / (FOUND * len(truth))
        searches.append({"what": what, "recall": recall, "queries_per_second": len(truth) / seconds})

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    if peer == "hnswlib":
        index = hnswlib.Index("ip", dimension)
        index.init_index(len(base), ef_construction=200, M=16)
        index.add_items(base, num_threads=build_threads)
        built = time.perf_counter() - start
        index.set_num_threads(1)
        for effort in EFFORTS:
            index.set_ef(effort)
            measure(f"effort {effort}", lambda: [index.knn_query(query[None], FOUND)[0][0] for query in queries])
    else:
        faiss.omp_set_num_threads(build_threads)
        index = faiss.IndexHNSWFlat(dimension, 16, faiss.METRIC_INNER_PRODUCT)
        index.hnsw.efConstruction = 200
        index.add(base)
        built = time.perf_counter() - start
        faiss.omp_set_num_threads(1)
        for effort in EFFORTS:
            index.hnsw.efSearch = effort
            measure(f"effort {effort}", lambda: [index.search(query[None], FOUND)[1][0] for query in queries])
        flat = faiss.IndexFlatIP(dimension)
        flat.add(base)
        measure("one query at a time", lambda: [flat.search(query[None], FOUND)[1][0] for query in queries])
        measure("all at once", lambda: list(flat.search(queries, FOUND)[1]))
    memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(json.dumps({"build_seconds": built, "memory_bytes": memory, "searches": searches}))


def peer_run(peer: str, folder: Path, dimension: int, build_threads: int) -> dict:
    command = [sys.executable, __file__, "--peer", peer, "--folder", str(folder), "--dimension", str(dimension)]
    finished = subprocess.run(
        command + ["--threads", str(build_threads)], capture_output=True, text=True, check=True,
        env={**os.environ, "OMP_WAIT_POLICY": "passive"},
    )
    return json.loads(finished.stdout)


def our_run(program: str, folder: Path, threads: int) -> dict[str, dict]:
    command = [program, "bench", "--vectors", str(folder), "--threads", str(threads), "--json"]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    return {f"{each['kind']} {each['storage']}": each for each in json.loads(finished.stdout)["indexes"]}


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
    ours: list[dict[str, dict]] = []
    built: list[dict[str, dict]] = []
    peers: dict[str, list[dict]] = {peer: [] for peer in PEERS}
    watch = machine.Watch() if machine.can_watch() else None
    for _ in range(rounds):
        ours.append(our_run(options.inkstone, folder, 1))
        built.append(our_run(options.inkstone, folder, options.threads) if options.threads > 1 else ours[-1])
        for peer in PEERS:
            peers[peer].append(peer_run(peer, folder, options.dimension, options.threads))
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
            f"{name}, build, {options.threads} threads", "s", [each[name]["build_seconds"] for each in built],
            {peer: [each["build_seconds"] for each in peers[peer]] for peer in PEERS},
            higher_is_better=False, at_least=1.0, aim=1.3,
        )
        row(
            f"{name}, memory", "MB", [each[name]["memory_bytes"] / 1e6 for each in ours],
            {"hnswlib": [each["memory_bytes"] / 1e6 for each in peers["hnswlib"]]},
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
    parser.add_argument("--data", choices=["clustered", "uniform"], help="one kind of data (default: both)")
    parser.add_argument("--count", type=int, default=100_000, help="vectors (default: 100000)")
    parser.add_argument("--queries", type=int, default=1000, help="queries (default: 1000)")
    parser.add_argument("--dimension", type=int, default=384, help="elements of a vector (default: 384)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="threads that build (default: all)")
    parser.add_argument("--quick", action="store_true", help="20,000 vectors, one round: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the sides take turns (default: 3)")
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
            try:
                rows += measured(options, Path(folder), kind)
            except subprocess.CalledProcessError as error:
                print(f"{error.cmd[0]}: {error.stderr.strip()}", file=sys.stderr)
                return 1
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
