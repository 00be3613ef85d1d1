"""Runs both sides in turn and prints one table. Started by `run`, which builds what this needs."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import machine
import mixtures
import quality
import speed
import texts
import tokenizing
from programs import Inkstone, Llama, ProgramError
from table import Row, rendered

PARTS = ["decode", "prompt", "memory", "busy", "first", "perplexity", "logits", "tokenize", "open", "mixtures"]
VARIANTS = ["Q4_1", "Q4_0", "Q4_K_M", "Q6_K", "Q8_0", "F16"]
SHIPPED = "Q4_1"
MIXTURE_TYPES = ["q4_k_m", "q8_0"]
MODEL = "smollm2-135m"


def listed(names: list[str], text: str, what: str) -> list[str]:
    """A list written with commas, each of them known."""
    chosen = [name.strip() for name in text.split(",") if name.strip()]
    for name in chosen:
        if name not in names:
            raise SystemExit(f"unknown {what} \"{name}\"; known: {', '.join(names)}")
    return chosen


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/run",
        description="Runs Inkstone and its peers in turn on this machine and prints the table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peers (default: .build/peers)")
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, with commas: {', '.join(PARTS)}")
    parser.add_argument("--variants", default=",".join(VARIANTS), help=f"files, with commas: {', '.join(VARIANTS)}")
    parser.add_argument("--with-transformers", action="store_true", help="install torch and transformers for `logits`")
    parser.add_argument("--quick", action="store_true", help="one round, short: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the two sides take turns (default: 3)")
    parser.add_argument("--repeat", type=int, default=3, help="repetitions in a turn (default: 3)")
    parser.add_argument("--models", type=Path, help="folder with smollm2-<variant>.gguf files to use or to fill")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--peer", default=".build/peers/peer", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, default=Path(".build/peers/work"), help=argparse.SUPPRESS)
    return parser.parse_args()


def model_files(folder: Path, variants: list[str], ours: Inkstone, peer: Llama) -> dict[str, Path]:
    """The shipped file, fetched by `inkstone pull`, and the variants made from it by the peer's own quantizer."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / f"smollm2-{SHIPPED}.gguf"
    if not source.exists():
        source.symlink_to(ours.pull(MODEL).resolve())
    files = {}
    for variant in variants:
        path = folder / f"smollm2-{variant}.gguf"
        if not path.exists():
            progress(f"quantizing {variant}")
            peer.quantize(source, path, variant)
        files[variant] = path
    return files


def progress(text: str) -> None:
    """One line on standard error, replaced by the next when that is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
    else:
        print(text, file=sys.stderr, flush=True)


def head(peer: Llama, files: dict[str, Path]) -> list[str]:
    """What was measured, where, and what the machine can do at most."""
    lines = [f"machine   {machine.description()}"]
    for threads in (1, os.cpu_count() or 1):
        limit = machine.limits(threads)
        lines.append(
            f"limits    {threads} thread{'s' if threads > 1 else ''}: reads {limit['read']:.0f} GB/s, "
            f"copies {limit['copy']:.0f} GB/s, float32 products {limit['matrix']:.0f} GFLOP/s (numpy)"
        )
    lines.append(f"peer      llama.cpp from the llama-cpp-python source package, built natively")
    lines.append(f"built     {peer.system()}")
    lines.append("settings  batches of 512, memory-mapped, repacking on, the faster attention of the two")
    lines += [f"model     {path.name}, {path.stat().st_size / 1e6:.1f} MB" for path in files.values()]
    return lines


def measured(options: argparse.Namespace, ours: Inkstone, peer: Llama, files: dict[str, Path]) -> Iterator[Row]:
    """All rows that were asked for, in the order of the parts."""
    parts = set(listed(PARTS, options.only, "part"))
    cores = max(1, os.cpu_count() or 1)
    rounds, repeat = (1, 1) if options.quick else (max(1, options.rounds), max(1, options.repeat))
    generate = 32 if options.quick else 128
    plan = speed.Plan(rounds, repeat, prompt=512, generate=generate, threads=(1, cores) if cores > 1 else (1,))
    best: dict[str, Llama] = {}
    for variant, path in files.items():
        best[variant] = peer
        if parts & {"decode", "prompt", "busy"} and not options.quick:
            progress(f"{variant}: which attention suits the peer")
            best[variant] = speed.best_setting(peer, path, cores)
    if parts & {"decode", "prompt", "memory"}:
        for variant, path in files.items():
            progress(f"{variant}: speed and memory")
            yield from speed.measure(variant, path, ours, best[variant], plan, parts)
    for variant, path in files.items():
        if "busy" in parts and variant in (SHIPPED, "Q4_0"):
            progress(f"{variant}: with a busy neighbour")
            yield speed.busy_neighbour(variant, path, ours, best[variant], plan)
        if "first" in parts and variant in (SHIPPED, "Q4_0", "Q8_0"):
            progress(f"{variant}: first token")
            yield speed.first_token(variant, path, ours, best[variant], plan)
    if "perplexity" in parts:
        text = texts.english(options.work, 20_000 if options.quick else 100_000)
        for variant, path in files.items():
            progress(f"{variant}: perplexity")
            yield quality.perplexity(variant, path, text, ours, peer, cores)
    if "logits" in parts:
        folder = options.models or options.work / "models"
        model = folder / f"smollm2-{SHIPPED}.gguf"
        if quality.reference_installed():
            progress("logits: transformers on dequantized weights")
            model = model_files(folder, ["F32"], ours, peer)["F32"]
        yield quality.logits(model, options.work, ours, peer)
    yield from tokenizer_rows(options, ours, next(iter(files.values())), parts, rounds)
    if "mixtures" in parts:
        progress("mixtures of experts")
        suited = (lambda _: peer) if options.quick else (lambda path: speed.best_setting(peer, path, cores))
        yield from mixtures.rows(MIXTURE_TYPES, options.work / "mixtures", ours, suited, plan)


def tokenizer_rows(
    options: argparse.Namespace, ours: Inkstone, model: Path, parts: set[str], rounds: int
) -> Iterator[Row]:
    if "tokenize" in parts:
        languages = {
            "English": texts.english(options.work), "Chinese": texts.chinese(options.work), "code": texts.code(options.work),
        }
        for language, text in languages.items():
            if text is None:
                yield Row("tokenize", f"tokenize {language}", "MB/s", [], [], note="the text could not be fetched")
                continue
            progress(f"tokenizing {language}")
            yield tokenizing.throughput(language, text, model, ours, rounds)
    if "open" in parts:
        progress("opening a large tokenizer.json")
        yield tokenizing.opening(tokenizing.large_tokenizer(options.work / "large" / "tokenizer.json"), ours, rounds)


def sorted_by_part(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: PARTS.index(row.part))


def main() -> int:
    options = arguments()
    ours, peer = Inkstone(options.inkstone), Llama(options.peer)
    rows: list[Row] = []
    failure = ""
    try:
        variants = listed(VARIANTS, options.variants, "variant")
        files = model_files(options.models or options.work / "models", variants, ours, peer)
        print("\n".join(head(peer, files)), end="\n\n", flush=True)
        for row in measured(options, ours, peer, files):
            rows.append(row)
    except ProgramError as error:
        failure = str(error)
    except KeyboardInterrupt:
        failure = "stopped"
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if rows:
        print(rendered(sorted_by_part(rows)))
        print("\nratio: above 1 is better for us. Medians; the two sides take turns.")
    if options.json:
        samples = [vars(row) | {"ratio": row.ratio} for row in sorted_by_part(rows)]
        options.json.write_text(json.dumps({"machine": machine.description(), "rows": samples}, indent=1), encoding="utf-8")
    ratios = [row.ratio for row in rows if row.ratio is not None and row.at_least is not None]
    if ratios:
        reached = sum(row.ratio is not None and row.at_least is not None and row.ratio >= row.at_least for row in rows)
        print(f"{reached} of {len(ratios)} goals reached; median ratio {statistics.median(ratios):.2f}")
    if failure:
        print(f"stopped before the end: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
