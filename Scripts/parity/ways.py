"""The ways that a model goes through this program and its peers; see models.py."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import convert_without_tokenizer as converter
import numpy as np
import torch
from golden import forward, write_model
from relatives import MODELS
from safetensors.numpy import load_file

WAYS = ["folder", "gguf", "llama.cpp", "agree", "exported", "theirs", "back"]


class Unknown(Exception):
    """A peer does not know the family or the way."""


class LlamaCpp:
    """llama.cpp in a process of its own: a file that it does not like may end it; then another one answers the next."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.stdin.close()
            self.process.wait()

    def ask(self, request: dict[str, Any]) -> Any:
        if self.process is None:
            script = Path(__file__).with_name("llama_cpp_logits.py")
            self.process = subprocess.Popen(
                [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True)
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            status = self.process.wait()
            self.process = None
            raise RuntimeError(f"llama.cpp ended with status {status}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def logits(self, file: Path, ids: list[int]) -> np.ndarray:
        return np.array(self.ask({"file": str(file), "ids": ids})["logits"], dtype=np.float32)


@dataclass(frozen=True)
class Peers:
    """Who computes: this program, the folder with the converter, llama.cpp."""

    program: list[str]
    converter: Path | None
    llama_cpp: LlamaCpp

    def __post_init__(self) -> None:
        if self.converter:
            converter.use(self.converter)

    def run(self, *arguments: object) -> str:
        """What this program prints."""
        run = subprocess.run([*self.program, *map(str, arguments)], capture_output=True, text=True)
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip().splitlines()[-1] if run.stderr.strip() else f"status {run.returncode}")
        return run.stdout

    def logits(self, model: Path, ids: list[int], *options: str) -> np.ndarray:
        """Logits that this program computes."""
        tokens = " ".join(map(str, ids))
        answer = self.run("logits", "--model", model, "--tokens", tokens, "--threads", 1, "--json", *options)
        return np.array(json.loads(answer)["logits"], dtype=np.float32)

    def export(self, source: Path, target: Path) -> str:
        """`inkstone convert`; returns its remarks."""
        run = subprocess.run(
            [*self.program, "convert", str(source), str(target)], capture_output=True, text=True)
        if run.returncode != 0 and "not supported" in run.stderr:
            raise Unknown
        if run.returncode != 0:
            raise RuntimeError(run.stderr.strip().splitlines()[-1])
        return run.stdout + run.stderr


def transformers_logits(folder: Path, ids: list[int], attention: str) -> np.ndarray:
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation=attention, experts_implementation="eager", dtype=torch.float32).eval()
    with torch.no_grad():
        return model(torch.tensor([ids])).logits[0].numpy()


def is_known_to_transformers(folder: Path) -> bool:
    from transformers import CONFIG_MAPPING

    return json.loads((folder / "config.json").read_text())["model_type"] in CONFIG_MAPPING


def difference(found: np.ndarray, reference: np.ndarray) -> float:
    if found.shape != reference.shape:
        raise RuntimeError(f"numbers {found.shape} instead of {reference.shape}")
    return float(np.abs(found - reference).max())


def difference_of_tensors(folder: Path, reference: Path, kept: Callable[[dict], dict]) -> float:
    found, wanted = load_file(folder / "model.safetensors"), kept(load_file(reference / "model.safetensors"))
    if found.keys() != wanted.keys():
        raise RuntimeError(f"only on one side: {', '.join(sorted(found.keys() ^ wanted.keys())[:4])}")
    return max(difference(found[name], tensor) for name, tensor in wanted.items())


class Ways:
    """The ways of one model."""

    def __init__(self, name: str, seed: int, peers: Peers, work: Path) -> None:
        self.name, self.family, self.peers, self.work = name, MODELS[name], peers, work
        written = write_model(name, seed, work)
        self.folder = written.folder
        self.vocabulary = written.settings["vocab_size"]
        ids = written.drawn_ids(1)
        self.ids = ids[0].tolist()
        self.reference = forward(written.model, ids)[0][0].numpy()

    @cached_property
    def file(self) -> Path:
        """What llama.cpp's converter writes."""
        if self.peers.converter is None or not self.family.has_file:
            raise Unknown
        file = self.work / f"{self.name}.gguf"
        try:
            converter.convert(self.folder, file)
        except converter.UnknownFamily as error:
            raise Unknown from error
        return file

    @cached_property
    def exported(self) -> Path:
        """What `inkstone convert` writes."""
        if self.family.options:
            raise Unknown  # Beyond the context, which a file has no words for.
        target = self.work / f"{self.name}-exported.gguf"
        self.remarks = self.peers.export(self.folder, target)
        return target

    @cached_property
    def of_file(self) -> np.ndarray:
        return self.peers.logits(self.file, self.ids)

    @cached_property
    def of_llama_cpp(self) -> np.ndarray:
        return self.peers.llama_cpp.logits(self.file, self.ids)

    def theirs(self) -> float:
        complete = self.work / f"{self.name}-complete.gguf"
        converter.with_vocabulary(self.exported, complete, self.vocabulary)
        if "will refuse the file" in self.remarks:
            raise Unknown
        try:
            wanted = self.of_llama_cpp
        except (Unknown, RuntimeError):
            wanted = self.reference
        return difference(self.peers.llama_cpp.logits(complete, self.ids), wanted)

    def back(self) -> float:
        """The folder can say no more than the file."""
        target = self.work / f"{self.name}-back"
        try:
            source, wanted = self.file, self.of_file
        except Unknown:
            source, wanted = self.exported, self.reference
        self.peers.export(source, target)
        if is_known_to_transformers(target):
            return difference(transformers_logits(target, self.ids, self.family.attention), wanted)
        return difference_of_tensors(target, self.folder, self.family.kept)

    def compute(self, way: str) -> float:
        match way:
            case "folder":
                return difference(self.peers.logits(self.folder, self.ids, *self.family.options), self.reference)
            case "gguf":
                return difference(self.of_file, self.reference)
            case "llama.cpp":
                return difference(self.of_llama_cpp, self.reference)
            case "agree":
                return difference(self.of_file, self.of_llama_cpp)
            case "exported":
                return difference(self.peers.logits(self.exported, self.ids), self.reference)
            case "theirs":
                return self.theirs()
            case _:
                return self.back()

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
