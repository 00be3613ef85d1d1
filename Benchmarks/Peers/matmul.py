"""Matrix products of both sides, in turn. Started by `matmul`, which installs what this needs."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import machine
from table import Row, rendered

SQUARE = [f"plain:{size}x{size}x{size}" for size in (512, 1024, 2048)]
# Tokens, inputs and outputs of linear layers: GPT of width 384, GPT-2 small, SmolLM2-135M. Heads by a piece of their
# vocabulary.
LAYERS = [
    (4096, 384, 1536), (4096, 384, 1152), (4096, 1536, 384), (2048, 768, 3072), (2048, 768, 2304), (2048, 768, 8192),
    (1024, 576, 1536), (1024, 576, 576), (1024, 576, 8192),
]
TRAINING = [
    f"{kind}:{tokens}x{inputs}x{outputs}"
    for tokens, inputs, outputs in LAYERS
    for kind in ("forward", "input-gradient", "weight-gradient")
]
PEERS = ["torch", "numpy"]


@dataclass(frozen=True)
class Product:
    """A product as `inkstone bench --product` names it."""

    name: str

    @property
    def kind(self) -> str:
        return self.name.partition(":")[0]

    @property
    def extents(self) -> tuple[int, int, int]:
        tokens, inputs, outputs = (int(extent) for extent in self.name.partition(":")[2].split("x"))
        return tokens, inputs, outputs

    @property
    def operations(self) -> float:
        tokens, inputs, outputs = self.extents
        return 2.0 * tokens * inputs * outputs


def torch_call(product: Product, threads: int) -> Callable[[], object]:
    import torch

    torch.set_num_threads(threads)
    tokens, inputs, outputs = product.extents
    x, dy = torch.rand(tokens, inputs), torch.rand(tokens, outputs)
    weights, result = torch.rand(outputs, inputs), torch.zeros(outputs, inputs)
    if product.kind == "plain":
        right, y = torch.rand(inputs, outputs), torch.zeros(tokens, outputs)
        return lambda: torch.mm(x, right, out=y)
    if product.kind == "forward":
        y = torch.zeros(tokens, outputs)
        return lambda: torch.mm(x, weights.T, out=y)
    if product.kind == "input-gradient":
        dx = torch.zeros(tokens, inputs)
        return lambda: torch.mm(dy, weights, out=dx)
    return lambda: result.addmm_(dy.T, x)


def numpy_call(product: Product) -> Callable[[], object]:
    """The gradient of weights is not added to what is there, which spares numpy a little work."""
    import numpy as np

    tokens, inputs, outputs = product.extents
    random = np.random.default_rng(1)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.random((rows, columns), dtype=np.float32)

    if product.kind == "plain":
        left, right = matrix(tokens, inputs), matrix(inputs, outputs)
    elif product.kind == "forward":
        left, right = matrix(tokens, inputs), matrix(outputs, inputs).T
    elif product.kind == "input-gradient":
        left, right = matrix(tokens, outputs), matrix(outputs, inputs)
    else:
        left, right = matrix(tokens, outputs).T, matrix(tokens, inputs)
    result = np.zeros((left.shape[0], right.shape[1]), np.float32)
    return lambda: np.matmul(left, right, out=result)


def run_peer(peer: str, names: list[str], threads: int, repeat: int) -> None:
    """Prints the seconds of the fastest of `repeat` runs of each product; runs in a process of its own."""
    import time

    seconds = {}
    for name in names:
        product = Product(name)
        call = torch_call(product, threads) if peer == "torch" else numpy_call(product)
        call()
        shortest = float("inf")
        for _ in range(repeat):
            start = time.perf_counter()
            call()
            shortest = min(shortest, time.perf_counter() - start)
        seconds[name] = shortest
    print(json.dumps(seconds))


def peer_seconds(peer: str, names: list[str], threads: int, repeat: int) -> dict[str, float]:
    count = str(threads)
    environment = {
        **os.environ, "OMP_NUM_THREADS": count, "OPENBLAS_NUM_THREADS": count, "MKL_NUM_THREADS": count,
    }
    command = [sys.executable, __file__, "--peer", peer, "--threads", count, "--repeat", str(repeat), *names]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(finished.stdout)


def our_seconds(program: str, names: list[str], threads: int, repeat: int) -> dict[str, float]:
    command = [program, "bench", "--threads", str(threads), "--repeat", str(repeat), "--json"]
    for name in names:
        command += ["--product", name]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    return {each["product"]: each["seconds"]["min"] for each in json.loads(finished.stdout)["products"]}


def measured(program: str, names: list[str], threads: int, rounds: int, repeat: int) -> list[Row]:
    """A row for each product: GFLOP/s, against the better of the peers."""
    sides: list[tuple[str, Callable[[], dict[str, float]]]] = [
        ("ours", lambda: our_seconds(program, names, threads, repeat))
    ]
    for peer in PEERS:
        sides.append((peer, lambda peer=peer: peer_seconds(peer, names, threads, repeat)))
    samples: dict[str, dict[str, list[float]]] = {side: {name: [] for name in names} for side, _ in sides}
    watch = machine.Watch() if machine.can_watch() else None
    for round_number in range(rounds):
        for side, work in sides if round_number % 2 == 0 else reversed(sides):
            for name, seconds in work().items():
                samples[side][name].append(Product(name).operations / seconds / 1e9)
    disturbed = watch.share() if watch else 0.0
    rows = []
    for name in names:
        medians = {peer: statistics.median(samples[peer][name]) for peer in PEERS}
        best = max(PEERS, key=lambda peer: medians[peer])
        note = ", ".join(f"{peer} {value:.0f}" for peer, value in medians.items())
        rows.append(
            Row(
                "products", f"{name}, {threads} thread{'s' if threads > 1 else ''}", "GFLOP/s", samples["ours"][name],
                samples[best][name], at_least=0.97, aim=1.0, note=note, disturbed=disturbed,
            )
        )
    return rows


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/matmul",
        description="Runs the f32 matrix products of Inkstone, torch and numpy in turn and prints the table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peers (default: .build/peers)")
    parser.add_argument("--only", choices=["square", "training"], help="square matrices or the layers of training")
    parser.add_argument("--threads", default="", help="numbers of threads, with commas (default: 1 and all)")
    parser.add_argument("--quick", action="store_true", help="one short round: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the sides take turns (default: 3)")
    parser.add_argument("--repeat", type=int, default=15, help="runs in a turn, of which the fastest counts (default: 15)")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--peer", choices=PEERS, help=argparse.SUPPRESS)
    parser.add_argument("products", nargs="*", help="products instead of the usual ones: KIND:TOKENSxINPUTSxOUTPUTS")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    cores = os.cpu_count() or 1
    counts = [int(count) for count in options.threads.split(",") if count] or sorted({1, cores})
    if options.peer:
        run_peer(options.peer, options.products, counts[0], options.repeat)
        return 0
    groups = {"square": SQUARE, "training": TRAINING}
    names = options.products or (groups[options.only] if options.only else SQUARE + TRAINING)
    rounds, repeat = (1, 5) if options.quick else (max(1, options.rounds), max(1, options.repeat))
    print(f"machine   {machine.description()}\n", flush=True)
    rows: list[Row] = []
    for threads in counts:
        try:
            rows += measured(options.inkstone, names, threads, rounds, repeat)
        except subprocess.CalledProcessError as error:
            print(f"{error.cmd[0]}: {error.stderr.strip()}", file=sys.stderr)
            return 1
    print(rendered(rows))
    print("\nratio: ours to the better peer. Medians of the fastest runs of each turn; the sides take turns.")
    if options.json:
        samples = [vars(row) | {"ratio": row.ratio} for row in rows]
        options.json.write_text(json.dumps({"machine": machine.description(), "rows": samples}, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
