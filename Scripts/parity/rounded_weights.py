#!/usr/bin/env python3
"""Writes weights that bitsandbytes rounded, and what it decodes of them.

    python3 Scripts/parity/rounded_weights.py weights Tests/InkFormatsTests/Fixtures/formats/bitsandbytes
    python3 Scripts/parity/rounded_weights.py models OUT --seed 7
    python3 Scripts/parity/rounded_weights.py check --inkstone .build/release/inkstone --seed 7

`weights` writes files of single weights for the tests, `models` folders as transformers saves models with 4 and with 8
bits, each with the logits of its decoded weights. `check` makes such folders and compares: the logits of the program,
and every number of the folder that `inkstone convert` decodes with bitsandbytes' own. Needs torch, transformers and
bitsandbytes, which computes on processors too.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import bitsandbytes as rounding
import torch
from safetensors.torch import load_file, save_file

# Kind, block, double quantization, rows and columns.
WEIGHTS = {
    "nf4": ("nf4", 64, False, 6, 50), "nf4_double": ("nf4", 64, True, 300, 64), "fp4": ("fp4", 128, False, 5, 70),
    "fp4_double": ("fp4", 64, True, 7, 40), "nf4_wide": ("nf4", 256, True, 3, 130),
}


def single(kind: str, block: int, double: bool, rows: int, columns: int) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """The tensors of a layer, and its weight decoded."""
    generator = torch.Generator().manual_seed(rows * columns)
    weight = torch.randn(rows, columns, generator=generator) * torch.rand(rows, 1, generator=generator)
    codes, state = rounding.functional.quantize_4bit(
        weight, blocksize=block, compress_statistics=double, quant_type=kind)
    parts = {f"layer.weight.{name}": part for name, part in state.as_dict(packed=True).items()}
    return {"layer.weight": codes} | parts, rounding.functional.dequantize_4bit(codes, state)


def integers() -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    weight = torch.randn(9, 40, generator=generator) * torch.rand(9, 1, generator=generator)
    codes, scales, _ = rounding.functional.int8_vectorwise_quant(weight.half())
    order = torch.tensor(0, dtype=torch.uint8)
    tensors = {"layer.weight": codes, "layer.SCB": scales, "layer.weight_format": order}
    return tensors, rounding.functional.int8_vectorwise_dequant(codes, scales)


def write_weights(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    made = {name: single(*settings) for name, settings in WEIGHTS.items()} | {"int8": integers()}
    # Bytes may be kept as numbers of another type, which nothing is computed with.
    codes = made["nf4"][0]["layer.weight"]
    made["nf4_kept_as_bf16"] = (made["nf4"][0] | {"layer.weight": codes.flatten().view(torch.bfloat16)[:, None]}, made["nf4"][1])
    for name, (tensors, decoded) in made.items():
        tensors = {key: value.contiguous() for key, value in tensors.items()} | {"norm.weight": torch.ones(3)}
        save_file(tensors, out / f"{name}.safetensors")
        save_file({"layer.weight": decoded.contiguous(), "norm.weight": torch.ones(3)}, out / f"{name}_decoded.safetensors")


# Whole models


def decoded_layer(module: torch.nn.Module) -> torch.Tensor | None:
    """The weight of a rounded layer in f32."""
    match module:
        case rounding.nn.Linear4bit():
            state = module.weight.quant_state
            state.dtype = torch.float32
            return rounding.functional.dequantize_4bit(module.weight.data, state)
        case rounding.nn.Linear8bitLt():
            scales = module.state.SCB if module.state.SCB is not None else module.weight.SCB
            return rounding.functional.int8_vectorwise_dequant(module.weight.data, scales)
        case _:
            return None


def settings(bits: str) -> Any:
    from transformers import BitsAndBytesConfig

    if bits == "int8":
        return BitsAndBytesConfig(load_in_8bit=True)
    kind, _, scales = bits.partition("_")
    return BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type=kind, bnb_4bit_use_double_quant=scales == "double",
        bnb_4bit_compute_dtype=torch.float32)


def write_model(bits: str, random: Random, folder: Path) -> dict[str, torch.Tensor]:
    """A folder as transformers saves it, and beside it what its weights are; returns these."""
    from transformers import AutoModelForCausalLM, LlamaConfig

    # The peer's kernel for processors takes the first scale for all where a block is wider than a row of 32.
    heads, width = 2, 32
    config = LlamaConfig(
        vocab_size=random.randint(60, 80), hidden_size=heads * width, intermediate_size=64 * random.randint(1, 3),
        num_hidden_layers=2, num_attention_heads=heads, num_key_value_heads=heads // 2, max_position_embeddings=64,
        tie_word_embeddings=False)
    torch.manual_seed(random.randrange(1 << 31))
    plain = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in plain.parameters():
            noise = torch.randn(parameter.shape)
            parameter.copy_(1 + 0.3 * noise if parameter.dim() == 1 else noise * 1.2 / parameter.shape[-1] ** 0.5)
    with tempfile.TemporaryDirectory() as work:
        plain.save_pretrained(work)
        model = AutoModelForCausalLM.from_pretrained(
            work, quantization_config=settings(bits), dtype=torch.float32, device_map="cpu")
    model.save_pretrained(folder)
    weights = {name: tensor.float() for name, tensor in plain.state_dict().items()}
    for name, module in model.named_modules():
        decoded = decoded_layer(module)
        if decoded is not None:
            weights[f"{name}.weight"] = decoded.float()
    plain.load_state_dict(weights)
    ids = torch.tensor([[random.randrange(3, config.vocab_size) for _ in range(9)]])
    with torch.no_grad():
        logits = plain.eval()(ids).logits
    save_file({"input_ids": ids, "logits": logits.contiguous()}, folder / "expected.safetensors")
    (folder / "generation_config.json").unlink(missing_ok=True)
    return weights


KINDS = ["nf4", "nf4_double", "fp4", "fp4_double", "int8"]


def check(program: str, seed: int) -> int:
    status = 0
    print(f"{'kind':12}{'logits':>12}{'weights that differ':>22}")
    for bits in KINDS:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work) / bits
            weights = write_model(bits, Random(f"{seed} {bits}"), folder)
            expected = load_file(folder / "expected.safetensors")
            ids = " ".join(map(str, expected["input_ids"][0].tolist()))
            run = subprocess.run(
                [program, "logits", "--model", folder, "--tokens", ids, "--json"], capture_output=True, text=True)
            if run.returncode:
                sys.exit(run.stderr)
            found = torch.tensor(json.loads(run.stdout)["logits"])
            far = float((found - expected["logits"][0]).abs().max())
            converted = Path(work) / "decoded"
            subprocess.run([program, "convert", folder, converted, "--type", "f32"], check=True, capture_output=True)
            decoded = load_file(converted / "model.safetensors")
            other = [name for name, weight in weights.items() if not torch.equal(decoded[name], weight)]
            extra = decoded.keys() - weights.keys()
            print(f"{bits:12}{far:12.1e}{len(other):22}" + (f"  {other[:3]} {sorted(extra)[:3]}" if other or extra else ""))
            if far > 5e-4 or other or extra:
                status = 4
    return status


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["weights", "models", "check"])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--inkstone", default=".build/release/inkstone")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    match arguments.what:
        case "weights":
            write_weights(arguments.out)
        case "models":
            for bits in KINDS:
                write_model(bits, Random(f"{arguments.seed} {bits}"), arguments.out / bits)
        case _:
            sys.exit(check(arguments.inkstone, arguments.seed))


if __name__ == "__main__":
    main()
