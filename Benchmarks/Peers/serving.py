"""Runs both servers in turn under the same load and prints one table. Started by `serving`, which builds what it needs."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import endurance
import machine
from compare import listed, progress
from load import Measured, closed_loop, drawn
from programs import Inkstone, ProgramError, run_json
from servers import InkstoneServer, LlamaServer, Load, Running, Side, quantize
from table import Row, rendered

PARTS = ["load", "prefix", "overhead", "idle", "start", "endurance"]
VARIANTS = ["Q4_1", "Q4_0", "Q8_0"]
SHIPPED = "Q4_1"
MODEL = "smollm2-135m"
PROMPT, ANSWER, PREFIX = 128, 64, 1000
UNDISTURBED = 0.08
# Words that are one token each, for prompts that go through the template.
WORDS = "time year people way day man thing woman life child world school state family student group country problem".split()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/serving",
        description="Runs `inkstone serve` and llama-server in turn under the same load and prints a table of ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peer (default: .build/peers)")
    standard = ",".join(part for part in PARTS if part != "endurance")
    parser.add_argument("--only", default=standard, help=f"parts, with commas: {', '.join(PARTS)} (default: {standard})")
    parser.add_argument("--variants", default="Q4_0,Q8_0", help=f"files, with commas: {', '.join(VARIANTS)}")
    parser.add_argument("--clients", default="1,4,8,16", help="how many clients, with commas (default: 1,4,8,16)")
    parser.add_argument("--quick", action="store_true", help="one round: a look, not a measurement")
    parser.add_argument("--rounds", type=int, default=3, help="how often the two sides take turns (default: 3)")
    parser.add_argument("--minutes", type=float, default=1.2, help="how long `endurance` lasts (default: 1.2)")
    parser.add_argument("--models", type=Path, help="folder with smollm2-<variant>.gguf files to use or to fill")
    parser.add_argument("--json", type=Path, help="also write every sample to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--peer", type=Path, default=Path(".build/peers/llama-server/bin"), help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, default=Path(".build/peers/work"), help=argparse.SUPPRESS)
    return parser.parse_args()


class Serving:
    """Both sides, the files they serve, and how often everything is measured."""

    def __init__(self, options: argparse.Namespace) -> None:
        threads = os.cpu_count() or 1
        options.work.mkdir(parents=True, exist_ok=True)
        self.options = options
        self.threads = threads
        self.program = Inkstone(options.inkstone)
        self.ours = InkstoneServer(options.inkstone, threads, options.work)
        self.peer = LlamaServer(str(options.peer / "llama-server"), threads, options.work)
        self.rounds = 1 if options.quick else max(1, options.rounds)
        self.random = random.Random(1)
        self.files = self._files(listed(VARIANTS, options.variants, "variant"))

    def _files(self, variants: list[str]) -> dict[str, Path]:
        folder = self.options.models or self.options.work / "models"
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / f"smollm2-{SHIPPED}.gguf"
        if not source.exists():
            source.symlink_to(self.program.pull(MODEL).resolve())
        files = {}
        for variant in variants:
            files[variant] = folder / f"smollm2-{variant}.gguf"
            if not files[variant].exists():
                progress(f"quantizing {variant}")
                quantize(self.options.peer / "llama-quantize", source, files[variant], variant)
        return files

    def undisturbed(
        self, side: Side, running: Running, model: Path, clients: int, load: Load | None = None,
        prefix: list[int] | None = None, tries: int = 3,
    ) -> tuple[Measured, float]:
        """One closed loop, repeated while other processes use the machine; the least disturbed one and by how much."""
        best: tuple[Measured, float] | None = None
        for attempt in range(1 if self.options.quick else tries):
            watch = machine.Watch((running.process.pid,)) if machine.can_watch() else None
            each = max(2, 12 // clients)
            measured = closed_loop(side, running, clients, each, lambda: self._body(side, model, load, prefix))
            share = watch.share() if watch else 0.0
            if best is None or share < best[1]:
                best = (measured, share)
            if best[1] < UNDISTURBED:
                break
            if attempt + 1 < tries:
                time.sleep(1)
        assert best is not None
        return best

    def _body(
        self, side: Side, model: Path, load: Load | None, prefix: list[int] | None
    ) -> tuple[bytes, Load]:
        count = len(load.prompt) if load else PROMPT
        tokens = drawn(self.random, count) if prefix is None else prefix + drawn(self.random, count - len(prefix))
        drawn_load = Load(tokens, load.answer if load else ANSWER)
        return json.dumps(side.body(model, drawn_load, shares=prefix is not None)).encode(), drawn_load

    def ours_alone(self, model: Path, clients: int, load: Load) -> tuple[list[Measured], float]:
        """Our side, with prompts that have nothing in common."""
        samples: list[Measured] = []
        disturbed = 0.0
        with self.ours.start(model, clients, 0) as running:
            closed_loop(self.ours, running, 1, 2, lambda: self._body(self.ours, model, load, None))
            for _ in range(self.rounds):
                measured, share = self.undisturbed(self.ours, running, model, clients, load)
                samples.append(measured)
                disturbed = max(disturbed, share)
        return samples, disturbed

    def in_turn(
        self, model: Path, clients: int, context: int, load: Load | None = None, prefix: list[int] | None = None
    ) -> tuple[list[Measured], list[Measured], float]:
        """Both sides, each with a server of its own that rests while the other is measured."""
        mine: list[Measured] = []
        theirs: list[Measured] = []
        disturbed = 0.0
        with self.ours.start(model, clients, context) as first, self.peer.start(model, clients, context) as second:
            sides: list[tuple[Side, Running, list[Measured]]] = [(self.ours, first, mine), (self.peer, second, theirs)]
            for side, running, _ in sides:
                # What a first request builds is not what is measured; a prefix is put into the cache here.
                closed_loop(side, running, 1, 2, lambda: self._body(side, model, load, prefix))
            for number in range(self.rounds):
                for side, running, samples in sides if number % 2 == 0 else reversed(sides):
                    measured, share = self.undisturbed(side, running, model, clients, load, prefix)
                    samples.append(measured)
                    disturbed = max(disturbed, share)
        return mine, theirs, disturbed

    def best_setting(self, model: Path) -> None:
        """The peer with the attention that is faster for this model on this machine under a load of 8 clients."""
        rates = {}
        for flash in ("on", "off"):
            side = replace(self.peer, flash=flash)
            with side.start(model, 8, 512) as running:
                rates[flash] = self.undisturbed(side, running, model, 8)[0].rate
        self.peer = replace(self.peer, flash=max(rates, key=lambda flash: rates[flash]))


def quantile(values: list[float], share: float) -> float:
    """The smallest value that so large a share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]


def first_tokens(samples: list[Measured], share: float) -> list[float]:
    """Milliseconds to the first token: the quantile of each turn."""
    return [1000 * quantile(measured.first, share) for measured in samples]


def under_load(serving: Serving, variant: str, clients: int) -> Iterator[Row]:
    """Tokens a second of all clients, and the time to the first token."""
    mine, theirs, disturbed = serving.in_turn(serving.files[variant], clients, 512)
    label = f"{variant}, {clients} client{'s' if clients > 1 else ''}"
    yield Row(
        "load", f"all tokens {label}", "tokens/s", [one.rate for one in mine], [one.rate for one in theirs], at_least=1.3,
        aim=2, disturbed=disturbed, note=f"peer: attention {serving.peer.flash}",
    )
    for name, share in (("median", 0.5), ("p99", 0.99)):
        yield Row(
            "load", f"first token {label}, {name}", "ms", first_tokens(mine, share), first_tokens(theirs, share),
            higher_is_better=False, at_least=1.3, aim=2, disturbed=disturbed,
        )


def shared_prefix(serving: Serving, variant: str, clients: int = 16) -> Iterator[Row]:
    """The time to the first token with a prefix that was seen before against one that was not."""
    model = serving.files[variant]
    load = Load([0] * (PREFIX + 28), 8)
    prefix = drawn(serving.random, PREFIX)
    alone, first_share = serving.ours_alone(model, clients, load)
    shared, theirs, second_share = serving.in_turn(model, clients, 1536, load, prefix)
    label = f"{variant}, {clients} clients, {PREFIX} tokens shared"
    disturbed = max(first_share, second_share)
    yield Row(
        "prefix", f"first token {label}", "ms", first_tokens(shared, 0.5), first_tokens(alone, 0.5),
        higher_is_better=False, at_least=5, disturbed=disturbed, note="peer column: ours without sharing",
    )
    yield Row(
        "prefix", f"first token {label}", "ms", first_tokens(shared, 0.5), first_tokens(theirs, 0.5),
        higher_is_better=False, disturbed=disturbed,
    )


def overhead(serving: Serving, variant: str) -> Row:
    """Conversations over HTTP at one client beside the engine alone.

    Both start anew in every round: where a process happens to lie in memory moves its speed by more than HTTP costs.
    """
    model = serving.files[variant]
    rates: list[float] = []
    alone: list[float] = []
    for _ in range(2 if serving.options.quick else 4 * serving.rounds):
        with serving.ours.start(model, 1, 512) as running:
            # Requests of their own fill the cache with what the template says.
            for _ in range(2):
                conversation(serving, running, model)
            asked = [conversation(serving, running, model) for _ in range(12)]
        # What the template says in every conversation comes from the cache: it is looked at, not computed again.
        cached, computed = asked[-1].cached, asked[-1].computed
        # Medians, because one request that another process disturbs is longer by more than HTTP costs.
        rates.append(statistics.median((answer.computed + ANSWER) / answer.seconds for answer in asked))
        bench = run_json(
            [serving.program.path, "bench", "--model", str(model), "--threads", str(serving.threads), "--clients", "1"]
            + ["--prefix", str(cached), "--prompt", str(computed), "--generate", str(ANSWER), "--repeat", "12", "--json"]
        )
        alone.append((computed + ANSWER) / float(bench["latency_seconds"]["median"]))
    share = statistics.median(alone) / statistics.median(rates) - 1
    label = f"chat at 1 client {variant}, {cached} tokens cached and {computed} computed"
    return Row(
        "overhead", label, "tokens/s", rates, alone, at_least=0.97,
        note=f"peer column: `inkstone bench` with the same; HTTP, JSON and template cost {share:+.1%}, goal under 3 %",
    )


class Conversation(NamedTuple):
    """What a conversation over HTTP took: tokens of its prompt and seconds."""

    cached: int
    computed: int
    seconds: float


def conversation(serving: Serving, running: Running, model: Path) -> Conversation:
    """Asks something of one's own."""
    words = " ".join(serving.random.choice(WORDS) for _ in range(PROMPT - 6))
    body = {
        "model": str(model), "messages": [{"role": "user", "content": words}], "max_tokens": ANSWER,
        "temperature": 0, "logit_bias": {"0": -100, "2": -100},
    }
    start = time.perf_counter()
    usage = running.post("/v1/chat/completions", body)["usage"]
    seconds = time.perf_counter() - start
    if usage["completion_tokens"] != ANSWER:
        raise ProgramError(f"an answer has {usage['completion_tokens']} tokens, asked for were {ANSWER}")
    cached = int(usage["prompt_tokens_details"]["cached_tokens"])
    return Conversation(cached, usage["prompt_tokens"] - cached, seconds)


def idle(serving: Serving) -> Row:
    """Resident memory of servers without a model."""
    samples: dict[str, list[float]] = {}
    for side in (serving.ours, serving.peer):
        with side.start(None, 1, 512) as running:
            time.sleep(1)
            samples[side.name] = [running.resident_bytes() / 2**20]
    mine, theirs = samples[serving.ours.name], samples[serving.peer.name]
    note = f"goal: under 40 MB: {'yes' if mine[0] * 2**20 < 40e6 else 'no'}"
    return Row("idle", "idle memory without a model", "MiB", mine, theirs, higher_is_better=False, note=note)


def start(serving: Serving, variant: str) -> Row:
    """From the start of the process until requests are taken, page cache warm."""
    model = serving.files[variant]
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(2 + serving.rounds):
        for side, samples in ((serving.ours, mine), (serving.peer, theirs)):
            began = time.perf_counter()
            with side.start(model, 4, 512):
                samples.append(1000 * (time.perf_counter() - began))
    note = f"goal: under 300 ms: {'yes' if statistics.median(mine[1:]) < 300 else 'no'}"
    return Row("start", f"start to ready {variant}", "ms", mine[1:], theirs[1:], higher_is_better=False, note=note)


def measured(serving: Serving) -> Iterator[Row]:
    """All rows that were asked for."""
    parts = set(listed(PARTS, serving.options.only, "part"))
    counts = [int(count) for count in serving.options.clients.split(",")]
    for variant, model in serving.files.items():
        if "load" in parts:
            if not serving.options.quick:
                progress(f"{variant}: which attention suits the peer")
                serving.best_setting(model)
            for clients in counts:
                progress(f"{variant}: {clients} clients")
                yield from under_load(serving, variant, clients)
        if "prefix" in parts:
            progress(f"{variant}: a shared prefix")
            yield from shared_prefix(serving, variant)
        if "overhead" in parts:
            progress(f"{variant}: what HTTP costs")
            yield overhead(serving, variant)
        if "start" in parts:
            progress(f"{variant}: start to ready")
            yield start(serving, variant)
        if "endurance" in parts:
            progress(f"{variant}: endurance for {serving.options.minutes:g} minutes")
            yield from endurance.rows(serving.ours, model, variant, serving.options.minutes)
    if "idle" in parts:
        progress("idle memory")
        yield idle(serving)


def interrupt(*_: object) -> None:
    """Ends the measurement as Ctrl-C does, so that no server is left behind."""
    raise KeyboardInterrupt


def main() -> int:
    options = arguments()
    signal.signal(signal.SIGTERM, interrupt)
    rows: list[Row] = []
    failure = ""
    try:
        serving = Serving(options)
        print(f"machine   {machine.description()}")
        print("peer      llama-server from the llama-cpp-python source package, built natively")
        print(f"settings  {serving.threads} threads; the peer with a place for each client and continuous batching")
        print(f"load      closed loop; {PROMPT} tokens at random, {ANSWER} answered, greedy, no shared prefix")
        for path in serving.files.values():
            print(f"model     {path.name}, {path.stat().st_size / 1e6:.1f} MB")
        print(flush=True)
        for row in measured(serving):
            rows.append(row)
    except ProgramError as error:
        failure = str(error)
    except KeyboardInterrupt:
        failure = "stopped"
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    if rows:
        print(rendered(rows))
        print("\nratio: above 1 is better for us. Medians; the two sides take turns.")
    if options.json:
        samples = [vars(row) | {"ratio": row.ratio} for row in rows]
        options.json.write_text(json.dumps({"machine": machine.description(), "rows": samples}, indent=1), encoding="utf-8")
    if failure:
        print(f"stopped before the end: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
