"""Training of both sides, in turn. Started by `training`, which installs what this needs."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import machine
import training_cases as cases
from programs import ProgramError, run_json
from table import Row, aligned, rendered
from training_cases import CURVE, SPEED, Case

MEBIBYTE = 1 << 20
# Steps that are not counted: buffers are made in it, and torch.compile compiles.
WARM = 1
# Memory, and how far curves may be apart for the loss.
MEMORY_AT_MOST, MEMORY_AIM = 0.7, 0.4
APART_AT_MOST, APART_AIM = 1e-3, 1e-4
PARTS = ["speed", "curves"]


@dataclass(frozen=True)
class Outcome:
    """A run: seconds and loss of each step, and the most memory that the process held."""

    seconds: list[float]
    losses: list[float]
    resident_bytes: int

    def rates(self, case: Case) -> list[float]:
        """Tokens a second of the steps that count."""
        return [case.sizes[SPEED].tokens / seconds for seconds in self.seconds[WARM:]]


def finished(command: list[str], environment: dict[str, str] | None = None) -> tuple[str, int]:
    """Standard output and peak resident bytes of a process; an error holds the end of what it wrote."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
        if process.returncode != 0:
            errors.seek(0)
            tail = (errors.read().decode(errors="replace").strip() or text.strip())[-800:]
            raise ProgramError(f"{' '.join(command)} ended with {process.returncode}: {tail}")
    # Kibibytes on Linux, bytes on macOS.
    return text, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@dataclass(frozen=True)
class Torch:
    """PyTorch in a process of its own."""

    folder: Path
    threads: int

    def call(self, action: str, case: Case, purpose: str, steps: int, *more: str) -> list[str]:
        script = Path(__file__).with_name("torch_training.py")
        place = str(self.folder / case.folder)
        return [sys.executable, str(script), action, case.name, place, "--rows", purpose, "--steps", str(steps), *more]

    def prepare(self, case: Case, purpose: str, steps: int, gguf: Path | None) -> None:
        more = ["--gguf", str(gguf)] if gguf and case.is_lora else []
        finished(self.call("prepare", case, purpose, steps, *more))

    def train(self, case: Case, purpose: str, mode: str, steps: int, adapter: Path | None = None) -> Outcome:
        more = ["--mode", mode, "--threads", str(self.threads)]
        if adapter:
            more += ["--adapter", str(adapter)]
        environment = {**os.environ, "OMP_NUM_THREADS": str(self.threads), "MKL_NUM_THREADS": str(self.threads)}
        text, resident = finished(self.call("train", case, purpose, steps, *more), environment)
        answer = json.loads(text.strip().splitlines()[-1])
        return Outcome(answer["seconds"], answer["losses"], resident)


@dataclass(frozen=True)
class Inkstone:
    """`inkstone train` with a recipe that says what the peer does."""

    program: str
    folder: Path
    threads: int
    gguf: Path | None

    def recipe(self, case: Case, purpose: str, base: str, rate: float) -> dict[str, object]:
        """JSON, which is YAML."""
        folder = self.folder / case.folder
        size = case.sizes[purpose]
        recipe: dict[str, object] = {
            "task": "pretrain",
            "seed": 0,
            "model": {"path": str(self.gguf if case.is_lora else folder / "model")},
            "tokenizer": {"path": str(folder / "model")},
            "data": [{"path": str(folder / f"{purpose}.txt"), "documents": "lines"}],
            "order": "sequential",
            "sequence": {"length": size.context},
            "optimizer": {
                "kind": "adamw", "learning_rate": rate, "betas": list(cases.BETAS), "epsilon": cases.EPSILON,
                "weight_decay": case.weight_decay,
            },
            "batch": {"size": size.batch},
            "steps": 1,
            "checkpoint": {"every": 1_000_000, "keep": 1},
        }
        if case.is_lora:
            recipe["train"] = {
                "method": "lora", "rank": cases.RANK, "alpha": cases.ALPHA, "targets": list(cases.TARGETS),
                "base": base,
            }
        return recipe

    def train(
        self, case: Case, purpose: str, steps: int, base: str | None = None, rate: float = cases.RATE,
        name: str = "run",
    ) -> Outcome:
        output = self.folder / case.folder / name
        shutil.rmtree(output, ignore_errors=True)
        recipe = self.folder / case.folder / f"{name}.yaml"
        recipe.write_text(json.dumps(self.recipe(case, purpose, base or case.base, rate), indent=1), encoding="utf-8")
        command = [self.program, "train", str(recipe), "--output", str(output), "--steps", str(steps)]
        text, resident = finished([*command, "--threads", str(self.threads), "--resume", "never", "--json"])
        metrics = objects((output / "metrics.jsonl").read_text(encoding="utf-8"))
        timings = output / "timings.jsonl"
        measured = objects(timings.read_text(encoding="utf-8") if timings.exists() else text)
        seconds = [float(each["seconds"]) for each in measured if "seconds" in each and "step" in each]
        losses = [float(each["loss"]) for each in metrics]
        if len(seconds) < steps or len(losses) < steps:
            raise ProgramError(f"{output} holds {len(seconds)} times and {len(losses)} losses of {steps} steps")
        return Outcome(seconds[:steps], losses[:steps], resident)

    def fresh_adapter(self, case: Case) -> Path:
        """The adapter that a run begins with: that of a step at a rate that changes nothing, in PEFT's layout."""
        self.train(case, CURVE, 1, rate=1e-30, name="start")
        return self.folder / case.folder / "start" / "final"


def objects(text: str) -> list[dict[str, object]]:
    """The JSON objects of lines that hold one."""
    found = []
    for line in text.splitlines():
        if line.startswith("{"):
            try:
                found.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return [each for each in found if isinstance(each, dict)]


def memory_row(case: Case, ours: list[Outcome], peers: dict[str, list[Outcome]], disturbed: float) -> Row:
    """Against the peer that takes less."""

    def sizes(outcomes: list[Outcome]) -> list[float]:
        return [outcome.resident_bytes / MEBIBYTE for outcome in outcomes]

    middles = {side: statistics.median(sizes(outcomes)) for side, outcomes in peers.items()}
    least = min(middles, key=lambda side: middles[side])
    return Row(
        "speed", f"{case.label}, peak memory", "MiB", sizes(ours), sizes(peers[least]), higher_is_better=False,
        at_least=round(1 / MEMORY_AT_MOST, 2), aim=1 / MEMORY_AIM,
        note=", ".join(f"{side} {value:.0f}" for side, value in middles.items()), disturbed=disturbed,
    )


def speed(case: Case, inkstone: Inkstone, torch: Torch, rounds: int, steps: int) -> list[Row]:
    """Rows of speed and memory. All sides take a turn, then ours and the fastest peer in turn."""
    modes = ["eager"] if case.base != "f32" else ["eager", "compile"]
    sides = ["ours", *modes] if case.base == "f32" else ["ours", "f32", *modes]
    outcomes: dict[str, list[Outcome]] = {side: [] for side in sides}

    def rates(side: str) -> list[float]:
        return [rate for outcome in outcomes[side] for rate in outcome.rates(case)]

    rivals = modes if case.base == "f32" else ["f32"]
    best = rivals[0]
    watch = machine.Watch() if machine.can_watch() else None
    for round_number in range(rounds):
        for side in sides if round_number == 0 else ["ours", best]:
            match side:
                case "ours":
                    outcome = inkstone.train(case, SPEED, WARM + steps)
                case "f32":
                    outcome = inkstone.train(case, SPEED, WARM + steps, base="f32", name="unpacked")
                case mode:
                    # Of a packed base the peer's memory alone is compared.
                    outcome = torch.train(case, SPEED, mode, WARM + (steps if case.base == "f32" else 1))
            outcomes[side].append(outcome)
            print(f"  {side:8}{statistics.median(outcome.rates(case)):8.1f} tokens/s", file=sys.stderr, flush=True)
        best = max(rivals, key=lambda side: statistics.median(rates(side)))
    disturbed = watch.share() if watch else 0.0
    note = ", ".join(f"{side} {statistics.median(rates(side)):.0f}" for side in sides if side != "ours")
    return [
        Row(
            "speed", case.label, "tokens/s", rates("ours"), rates(best), at_least=case.at_least, aim=case.aim,
            note=note if case.base == "f32" else f"peer: ours in float32; {note}", disturbed=disturbed,
        ),
        memory_row(case, outcomes["ours"], {mode: outcomes[mode] for mode in modes}, disturbed),
    ]


@dataclass(frozen=True)
class Curve:
    """The losses of both sides."""

    case: Case
    ours: list[float]
    peer: list[float]

    @property
    def apart(self) -> float:
        """The largest difference in parts of the peer's loss."""
        return max(abs(ours - peer) / abs(peer) for ours, peer in zip(self.ours, self.peer, strict=True))

    def cells(self) -> list[str]:
        reached = "aim" if self.apart <= APART_AIM else "yes" if self.apart <= APART_AT_MOST else "no"
        ends = [f"{losses[place]:.4f}" for losses in (self.ours, self.peer) for place in (0, -1)]
        steps = f"{len(self.ours)} of {self.case.sizes[CURVE]}"
        return [self.case.label, steps, *ends, f"{self.apart:.1e}", f"{APART_AT_MOST:g}", reached]


CURVE_HEADER = [
    "loss", "steps", "ours, first", "last", "peer, first", "last", "largest difference", "at most", "reached",
]


def curve(case: Case, inkstone: Inkstone, torch: Torch, steps: int) -> Curve:
    adapter = inkstone.fresh_adapter(case) if case.is_lora else None
    ours = inkstone.train(case, CURVE, steps)
    peer = torch.train(case, CURVE, "eager", steps, adapter)
    return Curve(case, ours.losses, peer.losses)


def arguments() -> argparse.Namespace:
    names = ",".join(case.name for case in cases.CASES)
    parser = argparse.ArgumentParser(
        prog="Benchmarks/Peers/training",
        description="Trains the same models on the same batches with Inkstone and PyTorch in turn; prints the ratios.",
    )
    parser.add_argument("--venv", help="folder of the Python environment with the peers (default: .build/peers)")
    parser.add_argument("--only", default=names, help=f"cases, with commas (default: {names})")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"parts, with commas (default: {','.join(PARTS)})")
    parser.add_argument("--quick", action="store_true", help="one turn of 2 steps, curves of 10: only a look")
    parser.add_argument("--rounds", type=int, default=2, help="how often the sides take turns (default: 2)")
    parser.add_argument("--steps", type=int, help=f"steps of a turn that count, after {WARM} (default: by the case)")
    parser.add_argument("--curve-steps", type=int, default=100, help="steps of the loss curves (default: 100)")
    parser.add_argument("--threads", type=int, default=2, help="threads of each side (default: 2)")
    parser.add_argument("--json", type=Path, help="also write every sample and both curves to this file")
    parser.add_argument("--inkstone", default=".build/release/inkstone", help=argparse.SUPPRESS)
    parser.add_argument("--work", type=Path, default=Path(".build/peers/training"), help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(text: str, known: list[str], what: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in known:
            raise ProgramError(f"there is no {what} {name}; there are {', '.join(known)}")
    return names


def compared(options: argparse.Namespace) -> tuple[list[Row], list[Curve]]:
    chosen_cases = [cases.named(name) for name in chosen(options.only, [case.name for case in cases.CASES], "case")]
    parts = chosen(options.parts, PARTS, "part")
    rounds, curve_steps = (1, 10) if options.quick else (max(1, options.rounds), options.curve_steps)
    gguf = None
    if any(case.is_lora for case in chosen_cases):
        gguf = Path(str(run_json([options.inkstone, "pull", "smollm2-135m", "--json"])["path"]))
    work = options.work.resolve()
    torch = Torch(work, options.threads)
    inkstone = Inkstone(options.inkstone, work, options.threads, gguf)
    rows: list[Row] = []
    curves: list[Curve] = []
    for case in chosen_cases:
        if "speed" in parts:
            print(f"speed     {case.label}", file=sys.stderr, flush=True)
            steps = max(1, options.steps or (2 if options.quick else case.steps))
            torch.prepare(case, SPEED, WARM + steps, gguf)
            rows += speed(case, inkstone, torch, rounds, steps)
        # A base that is rounded otherwise has another curve.
        if "curves" in parts and case.base == "f32":
            print(f"curves    {case.label}", file=sys.stderr, flush=True)
            torch.prepare(case, CURVE, curve_steps, gguf)
            curves.append(curve(case, inkstone, torch, curve_steps))
    return rows, curves


def main() -> int:
    options = arguments()
    print(f"machine   {machine.description()}, {options.threads} threads a side\n", flush=True)
    try:
        rows, curves = compared(options)
    except ProgramError as error:
        print(error, file=sys.stderr)
        return 1
    if rows:
        print(rendered(rows))
        print("\nratio: ours to the better of eager and compiled PyTorch; medians over the steps of all turns. Memory: to")
        print("the smaller of both.\n")
    if curves:
        print(aligned([CURVE_HEADER, *(each.cells() for each in curves)]))
        print("\nsteps: rows x tokens of a batch; difference: in parts of the peer's loss.")
    if options.json:
        samples = [vars(row) | {"ratio": row.ratio} for row in rows]
        losses = [
            {"case": each.case.name, "ours": each.ours, "peer": each.peer, "apart": each.apart} for each in curves
        ]
        answer = {"machine": machine.description(), "rows": samples, "curves": losses}
        options.json.write_text(json.dumps(answer, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
