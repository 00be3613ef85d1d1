#!/usr/bin/env python3
"""Compares packed GGUF files of this program with those of llama.cpp's quantization, without importances.

    Scripts/parity/quantize.py --inkstone PROGRAM [--seed N] [--types q4_k_m ...]    a table; ends with 1 on a difference
    Scripts/parity/quantize.py --write                                              renew the fixtures of the tests

The table has a line for each type and tiny model: how many tensors have another type than llama.cpp gives them, and the
largest ratio of our root mean square error of a tensor to llama.cpp's.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import gguf
import llama_cpp
import numpy as np
from safetensors.numpy import save_file

ROOT = Path(__file__).resolve().parents[2]
# llama.cpp's numbers of file types.
FILE_TYPES = {
    "q4_0": 2, "q4_1": 3, "q8_0": 7, "q5_0": 8, "q5_1": 9, "q2_k": 10, "q3_k_s": 11, "q3_k_m": 12, "q3_k_l": 13,
    "q4_k_s": 14, "q4_k_m": 15, "q5_k_s": 16, "q5_k_m": 17, "q6_k": 18,
}
BLOCKS = {"Q2_K": 84, "Q3_K": 110, "Q4_K": 144, "Q5_K": 176, "Q6_K": 210}
LAYERS, INNER, VOCABULARY = 16, 512, 64

# Architecture, settings after its name, and the tensors of a layer: rows and columns, experts before them.
ATTENTION = {"attn_q": (256, 256), "attn_k": (64, 256), "attn_v": (64, 256), "attn_output": (256, 256)}
DENSE = {"ffn_gate": (512, 256), "ffn_up": (512, 256), "ffn_down": (256, 512)}
MODELS = {
    "grouped": ("llama", {"attention.head_count": 8, "attention.head_count_kv": 2}, ATTENTION | DENSE, True),
    "tied": ("llama", {"attention.head_count": 8, "attention.head_count_kv": 8},
             ATTENTION | {"attn_k": (256, 256), "attn_v": (256, 256)} | DENSE, False),
    "experts": ("llama", {"attention.head_count": 8, "attention.head_count_kv": 2, "expert_count": 8,
                          "expert_used_count": 2},
                ATTENTION | {"ffn_gate_inp": (8, 256), "ffn_gate_exps": (8, 512, 256), "ffn_up_exps": (8, 512, 256),
                             "ffn_down_exps": (8, 256, 512)}, True),
    "fused": ("falcon", {"attention.head_count": 8, "attention.head_count_kv": 8},
              {"attn_qkv": (768, 256), "attn_output": (256, 256), "ffn_up": (512, 256), "ffn_down": (256, 512)}, True),
    # 192 is no multiple of 256.
    "narrow": ("llama", {"attention.head_count": 8, "attention.head_count_kv": 2},
               {"attn_q": (192, 192), "attn_k": (48, 192), "attn_v": (48, 192), "attn_output": (192, 192),
                "ffn_gate": (512, 192), "ffn_up": (512, 192), "ffn_down": (192, 512)}, True),
}




def numbers(name: str) -> dict[str, int]:
    """The metadata of a model, by whole keys."""
    architecture, settings, layer, _ = MODELS[name]
    common = {"block_count": LAYERS, "context_length": 64, "embedding_length": layer["attn_output"][0],
              "feed_forward_length": INNER}
    return {f"{architecture}.{key}": value for key, value in (common | settings).items()}


def shapes(name: str) -> dict[str, tuple[int, ...]]:
    """The tensors of a model, rows first."""
    _, _, layer, own_output = MODELS[name]
    width = layer["attn_output"][0]
    edges = {"token_embd": (VOCABULARY, width), "output_norm": (width,)}
    if own_output:
        edges["output"] = (VOCABULARY, width)
    layers = {f"blk.{index}.{part}": shape for index in range(LAYERS)
              for part, shape in ({"attn_norm": (width,), "ffn_norm": (width,)} | layer).items()}
    return {f"{tensor}.weight": shape for tensor, shape in (edges | layers).items()}


def write_model(name: str, path: Path, random: np.random.Generator) -> None:
    """A model of random numbers. Nothing computes with it, so it has no tokenizer."""
    writer = gguf.GGUFWriter(path, MODELS[name][0])
    for key, value in numbers(name).items():
        writer.add_uint32(key, value)
    writer.add_float32(f"{MODELS[name][0]}.attention.layer_norm_rms_epsilon", 1e-5)
    writer.add_float32(f"{MODELS[name][0]}.attention.layer_norm_epsilon", 1e-5)
    for tensor, shape in shapes(name).items():
        writer.add_tensor(tensor, (random.standard_t(4, shape) * 0.05).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@llama_cpp.llama_log_callback
def silent(level: int, text: bytes, data: ctypes.c_void_p) -> None:
    """llama.cpp lists every tensor."""


def quantize_with_llama_cpp(source: Path, target: Path, file_type: int) -> None:
    llama_cpp.llama_log_set(silent, None)
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = file_type
    parameters.nthread = 1
    status = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(parameters))
    if status != 0:
        raise RuntimeError(f"llama.cpp does not quantize {source} to {file_type}")


def types_and_values(path: Path) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    reader = gguf.GGUFReader(path)
    types = {tensor.name: tensor.tensor_type.name for tensor in reader.tensors}
    values = {tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type) for tensor in reader.tensors}
    return types, values


def errors(found: dict[str, np.ndarray], wanted: dict[str, np.ndarray]) -> dict[str, float]:
    """The root mean square error of each tensor."""
    return {name: float(np.sqrt(np.mean((found[name].astype(np.float64) - wanted[name].reshape(found[name].shape)) ** 2)))
            for name in found}


def compare(program: str, kind: str, folder: Path, model: str) -> tuple[list[str], float]:
    """The tensors of other types than llama.cpp's, and the largest ratio of errors."""
    source, ours, theirs = folder / f"{model}.gguf", folder / f"{model}.ours.gguf", folder / f"{model}.theirs.gguf"
    quantize_with_llama_cpp(source, theirs, FILE_TYPES[kind])
    run = subprocess.run([program, "convert", source, ours, "--type", kind], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"inkstone convert: {run.stderr}")
    _, exact = types_and_values(source)
    our_types, our_values = types_and_values(ours)
    their_types, their_values = types_and_values(theirs)
    other = [f"{name} {our_types[name]} {kind}" for name, kind in their_types.items() if our_types[name] != kind]
    our_errors, their_errors = errors(our_values, exact), errors(their_values, exact)
    ratios = [our_errors[name] / error for name, error in their_errors.items() if error > 0]
    ours.unlink()
    theirs.unlink()
    return other, max(ratios, default=1)


def table(arguments: argparse.Namespace) -> int:
    status = 0
    print(f"{'type':10}{'model':10}{'other types':>12}{'largest ratio of errors':>26}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        random = np.random.default_rng(arguments.seed)
        for model in MODELS:
            write_model(model, folder / f"{model}.gguf", random)
        for kind in arguments.types:
            for model in MODELS:
                other, ratio = compare(arguments.inkstone, kind, folder, model)
                print(f"{kind:10}{model:10}{len(other):12}{ratio:26.4f}", flush=True)
                if other:
                    print("  " + "\n  ".join(other[:4]))
                if other or ratio > 1.02:
                    status = 1
    return status


def write_blocks(path: Path) -> None:
    """Rows of several kinds, and the blocks that llama.cpp makes of them."""
    library = ctypes.CDLL(str(next((Path(llama_cpp.__file__).parent / "lib").glob("libggml-base.*"))))
    library.ggml_quantize_chunk.restype = ctypes.c_size_t
    library.ggml_quantize_chunk.argtypes = [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    random = np.random.default_rng(11)
    rows = np.concatenate([
        random.standard_normal((4, 256)) * 0.02, random.standard_t(3, (4, 256)) * 0.05,
        random.standard_normal((4, 256)) * np.exp(random.standard_normal((4, 1))),
        np.abs(random.standard_normal((2, 256))), random.uniform(-1, 3, (2, 256))]).astype(np.float32)
    tensors = {"input": rows}
    for name, size in BLOCKS.items():
        blocks = np.zeros((len(rows), size), np.uint8)
        number = gguf.GGMLQuantizationType[name].value
        library.ggml_quantize_chunk(number, rows.ctypes.data, blocks.ctypes.data, 0, len(rows), 256, None)
        tensors[name] = blocks
    save_file(tensors, path)


def write_types(path: Path) -> None:
    """What llama.cpp's file types give each tensor of the models."""
    models = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for model in MODELS:
            write_model(model, folder / "model.gguf", np.random.default_rng(0))
            types = {}
            for kind, number in FILE_TYPES.items():
                quantize_with_llama_cpp(folder / "model.gguf", folder / "packed.gguf", number)
                found = {tensor.name: tensor.tensor_type.name for tensor in gguf.GGUFReader(folder / "packed.gguf").tensors}
                types[kind] = [found[tensor] for tensor in shapes(model)]
            models.append({"name": model, "architecture": MODELS[model][0], "metadata": numbers(model),
                           "tensors": [{"name": key, "shape": shape} for key, shape in shapes(model).items()],
                           "types": types})
    path.write_text(json.dumps({"models": models}, separators=(",", ":")) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", default=".build/release/inkstone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--types", nargs="+", default=list(FILE_TYPES), choices=list(FILE_TYPES))
    parser.add_argument("--write", action="store_true", help="renew the fixtures")
    arguments = parser.parse_args()
    if arguments.write:
        write_blocks(ROOT / "Tests/InkFormatsTests/Fixtures/quant/ggml/k_blocks.safetensors")
        write_types(ROOT / "Tests/InkModelsTests/Fixtures/tensor_types.json")
    else:
        sys.exit(table(arguments))


if __name__ == "__main__":
    main()
