#!/usr/bin/env python3
"""Writes a layer that predicts the token after the next one, with random weights, and what it computes.

transformers leaves these layers out, so the layer is put together of its parts as the DeepSeek V3 report (2.2) says: the
block, the norms and the rotation are transformers', the base is a folder that `golden.py` wrote. The file holds the layer
under the names of published checkpoints, `expected.states` [tokens - 1, width] behind the layer's last norm and
`expected.logits` [tokens - 1, vocabulary].
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoConfig
from transformers.models.deepseek_v3.modeling_deepseek_v3 import (
    DeepseekV3DecoderLayer, DeepseekV3RMSNorm, DeepseekV3RotaryEmbedding)


def drawn(module: torch.nn.Module, generator: torch.Generator) -> torch.nn.Module:
    with torch.no_grad():
        buffers = [buffer for name, buffer in module.named_buffers() if name.endswith("correction_bias")]
        for parameter in [*module.parameters(), *buffers]:
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.3 * noise if parameter.dim() == 1 else noise * 1.2 / parameter.shape[-1] ** 0.5)
    return module.float().eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", type=Path, help="the folder of the base")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    config = AutoConfig.from_pretrained(options.base)
    config._attn_implementation = "eager"
    config._experts_implementation = "eager"
    weights = load_file(options.base / "model.safetensors")
    expected = load_file(options.base / "expected.safetensors")
    place, width = config.num_hidden_layers, config.hidden_size
    generator = torch.Generator().manual_seed(options.seed)
    norms = {name: drawn(DeepseekV3RMSNorm(width, config.rms_norm_eps), generator)
             for name in ["enorm", "hnorm", "shared_head.norm"]}
    projection = drawn(torch.nn.Linear(2 * width, width, bias=False), generator)
    block = drawn(DeepseekV3DecoderLayer(config, place), generator)

    ids = expected["input_ids"][0].long()
    hidden = expected[f"hidden_states.{place}"][0]  # behind the last norm
    count = len(ids) - 1
    with torch.no_grad():
        embedded = torch.nn.functional.embedding(ids[1:], weights["model.embed_tokens.weight"].float())
        joined = torch.cat([norms["enorm"](embedded), norms["hnorm"](hidden[:count])], dim=-1)
        x = projection(joined)[None]
        positions = torch.arange(count)[None]
        angles = DeepseekV3RotaryEmbedding(config)(x, positions)
        mask = torch.full((count, count), float("-inf")).triu(1)[None, None]
        x = block(x, attention_mask=mask, position_ids=positions, position_embeddings=angles)
        x = x[0] if isinstance(x, tuple) else x
        states = norms["shared_head.norm"](x[0])
        logits = states @ weights["lm_head.weight"].float().T

    prefix = f"model.layers.{place}"
    tensors = {f"{prefix}.{name}.weight": norm.weight for name, norm in norms.items()}
    tensors[f"{prefix}.eh_proj.weight"] = projection.weight
    tensors |= {f"{prefix}.{name}": value for name, value in block.state_dict().items()}
    tensors |= {"expected.states": states, "expected.logits": logits}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.detach().contiguous() for name, value in tensors.items()}, options.out)
    print(f"{options.out}: {len(tensors)} tensors")


if __name__ == "__main__":
    main()
