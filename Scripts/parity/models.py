#!/usr/bin/env python3
"""Compares logits of tiny models of every family between this program and its peers.

Fresh models with random sizes and weights go through every way there is:

    folder      transformers' folder, read here, against transformers
    gguf        llama.cpp's conversion of that folder, read here, against transformers
    llama.cpp   the same file, computed by llama.cpp, against transformers
    agree       the same file, read here and by llama.cpp
    exported    the file that `inkstone convert` writes of the folder, read here, against transformers
    back        the folder that `inkstone convert` writes of llama.cpp's file, read by transformers, against `gguf`

A number is the largest difference of a logit; `-` means that a peer does not know the family or the way. Files of some
families say less than the folder (windows, multipliers): then both readers of the file differ from transformers in the
same way, and that they agree counts.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from functools import cached_property
from pathlib import Path

import numpy as np
from families import FAMILIES
from golden import quiet, write
from safetensors.numpy import load_file

WAYS = ["folder", "gguf", "llama.cpp", "agree", "exported", "back"]


class Unknown(Exception):
    """A peer does not know the family or the way."""


def ours(program: list[str], model: Path, ids: list[int]) -> np.ndarray:
    """Logits that this program computes."""
    tokens = " ".join(map(str, ids))
    run = subprocess.run(
        [*program, "logits", "--model", str(model), "--tokens", tokens, "--json"], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip().splitlines()[-1])
    return np.array(json.loads(run.stdout)["logits"], dtype=np.float32)


def convert_with_llama_cpp(source: Path, folder: Path, file: Path) -> None:
    """Runs the converter of llama.cpp's repository, without the tokenizer that the tiny models lack."""
    script = Path(__file__).with_name("convert_without_tokenizer.py")
    run = subprocess.run([sys.executable, str(script), str(source), str(folder), str(file)],
                         capture_output=True, text=True)
    if run.returncode == 3:
        raise Unknown
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip().splitlines()[-1])


def llama_cpp(file: Path, ids: list[int]) -> np.ndarray:
    """Logits that llama.cpp computes. A process of its own: a file that it does not like may end it."""
    script = Path(__file__).with_name("llama_cpp_logits.py")
    run = subprocess.run([sys.executable, str(script), str(file), json.dumps(ids)], capture_output=True, text=True)
    if run.returncode != 0:
        lines = run.stderr.strip().splitlines() or [f"ended with status {run.returncode}"]
        raise RuntimeError(lines[-1])
    return np.array(json.loads(run.stdout), dtype=np.float32)


def transformers_logits(folder: Path, ids: list[int], attention: str) -> np.ndarray:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation=attention, experts_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].numpy()


def export(program: list[str], source: Path, target: Path) -> None:
    """Runs `inkstone convert`."""
    run = subprocess.run([*program, "convert", str(source), str(target)], capture_output=True, text=True)
    if run.returncode != 0 and "not supported" in run.stderr:
        raise Unknown
    if run.returncode != 0:
        raise RuntimeError(run.stderr.strip().splitlines()[-1])


def difference(found: np.ndarray, reference: np.ndarray) -> float:
    if found.shape != reference.shape:
        raise RuntimeError(f"logits {found.shape} instead of {reference.shape}")
    return float(np.abs(found - reference).max())


class Ways:
    """The ways of one model."""

    def __init__(self, name: str, seed: int, program: list[str], converter: Path | None, work: Path) -> None:
        self.name, self.program, self.converter, self.work = name, program, converter, work
        self.folder = write(name, seed, work)
        expected = load_file(self.folder / "expected.safetensors")
        self.ids, self.reference = expected["input_ids"][0].tolist(), expected["logits"][0]

    @cached_property
    def file(self) -> Path:
        if self.converter is None or not FAMILIES[self.name].has_file:
            raise Unknown
        file = self.work / f"{self.name}.gguf"
        convert_with_llama_cpp(self.converter, self.folder, file)
        return file

    @cached_property
    def of_file(self) -> np.ndarray:
        return ours(self.program, self.file, self.ids)

    @cached_property
    def of_llama_cpp(self) -> np.ndarray:
        return llama_cpp(self.file, self.ids)

    def compute(self, way: str) -> float:
        match way:
            case "folder":
                return difference(ours(self.program, self.folder, self.ids), self.reference)
            case "gguf":
                return difference(self.of_file, self.reference)
            case "llama.cpp":
                return difference(self.of_llama_cpp, self.reference)
            case "agree":
                return difference(self.of_file, self.of_llama_cpp)
            case "exported":
                target = self.work / f"{self.name}-exported.gguf"
                export(self.program, self.folder, target)
                return difference(ours(self.program, target, self.ids), self.reference)
            case _:
                if FAMILIES[self.name].publication:
                    raise Unknown
                target = self.work / f"{self.name}-back"
                export(self.program, self.file, target)
                # The folder can say no more than the file.
                return difference(
                    transformers_logits(target, self.ids, FAMILIES[self.name].attention), self.of_file)

    def results(self, ways: list[str]) -> dict[str, float | str]:
        """The largest difference on each way."""
        results: dict[str, float | str] = {}
        for way in ways:
            try:
                results[way] = self.compute(way)
            except Unknown:
                results[way] = "-"
            # A peer may refuse a file in any way; the other families are compared all the same.
            except Exception as error:
                results[way] = "failed"
                print(f"{self.name}, {way}: {error}", file=sys.stderr)
        return results


def is_right(results: dict[str, float | str], tolerance: float, agreement: float) -> bool:
    """Whether every way that counts is within its tolerance."""
    def within(way: str, limit: float) -> bool:
        value = results.get(way, "-")
        return value == "-" or isinstance(value, float) and value <= limit

    # llama.cpp looks activations up in tables of half precision.
    file = within("gguf", tolerance) or (results.get("agree") != "-" and within("agree", agreement))
    return file and all(within(way, tolerance) for way in ["folder", "exported", "back"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", default="inkstone", help="the program, with its first arguments")
    parser.add_argument("--llama-cpp", type=Path, help="a folder with llama.cpp's sources, for its converter")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other sizes and weights")
    parser.add_argument("--tolerance", type=float, default=5e-4, help="the largest difference that is none")
    parser.add_argument("--agreement", type=float, default=3e-2, help="the largest difference to llama.cpp that is none")
    parser.add_argument("--ways", nargs="+", choices=WAYS, help="only these columns")
    parser.add_argument("names", nargs="*", help=f"families; without any all of {', '.join(FAMILIES)}")
    arguments = parser.parse_args()
    ways = [way for way in WAYS if way in (arguments.ways or WAYS)]
    right = True
    quiet()
    print(f"{'family':<22}" + "".join(f"{way:>12}" for way in ways))
    for name in arguments.names or FAMILIES:
        with tempfile.TemporaryDirectory() as work:
            model = Ways(name, arguments.seed, arguments.inkstone.split(), arguments.llama_cpp, Path(work))
            results = model.results(ways)
        cells = [f"{value:.1e}" if isinstance(value, float) else value for value in results.values()]
        is_model_right = is_right(results, arguments.tolerance, arguments.agreement)
        right &= is_model_right
        print(f"{name:<22}" + "".join(f"{cell:>12}" for cell in cells) + ("" if is_model_right else "  <"), flush=True)
    sys.exit(0 if right else 4)


if __name__ == "__main__":
    main()
