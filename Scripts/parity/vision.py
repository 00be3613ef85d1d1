#!/usr/bin/env python3
"""Makes tiny CLIP and LLaVA models of random sizes and writes down what transformers computes with them.

    vision.py OUT [--seed N] [--count N]

OUT/models/clip and OUT/models/llava in the layout of the golden data, and pictures with their preprocessing
(images.py) beside them. With --count the other models go to OUT/1, OUT/2 ... in the same layout. Then

    INKSTONE_GOLDEN=OUT swift test -c release --disable-testable-imports --filter "GoldenClip|GoldenLlava|Golden.*mage"

compares. Needs torch, transformers, safetensors, numpy and Pillow.
"""

import argparse
import json
import os
import subprocess
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import (
    CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration,
)


def shake(model, generator):
    """Weights that all matter: neither norms of one nor biases of zero."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim == 0:
                continue
            scale = 0.3 / max(weight.shape[-1] ** 0.5 / 4, 1) if weight.ndim > 1 else 0.2
            noise = torch.randn(weight.shape, generator=generator) * scale
            weight.copy_(noise + 1 if "norm" in name and name.endswith("weight") else noise)


def vision_config(rng, **extra):
    heads, width = int(rng.integers(1, 5)), int(rng.integers(3, 15))
    patch = int(rng.integers(2, 7))
    return CLIPVisionConfig(
        hidden_size=heads * width, intermediate_size=int(rng.integers(10, 90)), num_attention_heads=heads,
        num_hidden_layers=int(rng.integers(2, 5)), patch_size=patch,
        image_size=patch * int(rng.integers(1, 10)) + int(rng.integers(0, patch)),
        hidden_act=str(rng.choice(["quick_gelu", "gelu"])), **extra)


def save(folder, model, expected, description):
    model.save_pretrained(folder)
    save_file({name: tensor.contiguous().clone() for name, tensor in expected.items()}, os.path.join(folder, "expected.safetensors"))
    with open(os.path.join(folder, "expected.json"), "w") as file:
        json.dump(description, file, indent=1)


def clip(folder, rng, generator):
    heads, width, vocabulary = int(rng.integers(1, 4)), int(rng.integers(4, 20)), int(rng.integers(40, 120))
    end = int(rng.choice([2, vocabulary - 1]))
    text = CLIPTextConfig(
        hidden_size=heads * width, intermediate_size=int(rng.integers(10, 90)), num_attention_heads=heads,
        num_hidden_layers=int(rng.integers(1, 4)), vocab_size=vocabulary,
        max_position_embeddings=int(rng.integers(10, 80)), eos_token_id=end, bos_token_id=vocabulary - 2)
    config = CLIPConfig(
        text_config=text.to_dict(), vision_config=vision_config(rng).to_dict(), projection_dim=int(rng.integers(5, 40)))
    model = CLIPModel(config).eval()
    shake(model, generator)
    rows, length = int(rng.integers(1, 5)), int(rng.integers(3, text.max_position_embeddings + 1))
    ids = torch.zeros(rows, length, dtype=torch.long)
    mask = torch.zeros(rows, length, dtype=torch.long)
    for row in range(rows):
        own = length if row == 0 else int(rng.integers(2, length + 1))
        ids[row, :own] = torch.from_numpy(rng.integers(3, vocabulary - 2, own))
        ids[row, own - 1] = vocabulary - 1
        mask[row, :own] = 1
    size = config.vision_config.image_size
    pixels = torch.randn(int(rng.integers(1, 4)), 3, size, size, generator=generator)
    with torch.no_grad():
        out = model(input_ids=ids, attention_mask=mask, pixel_values=pixels)
    expected = {
        "input_ids": ids, "attention_mask": mask, "pixel_values": pixels, "text_embeds": out.text_embeds,
        "image_embeds": out.image_embeds, "text_pooler_output": out.text_model_output.pooler_output,
        "vision_pooler_output": out.vision_model_output.pooler_output,
        "text_last_hidden_state": out.text_model_output.last_hidden_state,
        "vision_last_hidden_state": out.vision_model_output.last_hidden_state,
        "logits_per_image": out.logits_per_image, "logits_per_text": out.logits_per_text,
    }
    save(folder, model, expected, {"name": "clip", "eos_token_id": end})


def llava(folder, rng, generator):
    heads, width, vocabulary = 2 * int(rng.integers(1, 4)), 2 * int(rng.integers(2, 9)), int(rng.integers(50, 130))
    text = LlamaConfig(
        hidden_size=heads * width, intermediate_size=int(rng.integers(20, 90)), num_attention_heads=heads,
        num_key_value_heads=int(rng.choice([1, heads // 2, heads])), num_hidden_layers=int(rng.integers(1, 4)),
        vocab_size=vocabulary, max_position_embeddings=512, tie_word_embeddings=False)
    vision = vision_config(rng)
    layers = vision.num_hidden_layers
    layer = [-2, -1, int(rng.integers(0, layers + 1)), [-2, -1], [1, -1]][int(rng.integers(0, 5))]
    config = LlavaConfig(
        vision_config=vision.to_dict(), text_config=text.to_dict(), image_token_index=vocabulary - 1,
        vision_feature_layer=layer, vision_feature_select_strategy=str(rng.choice(["default", "full"])),
        projector_hidden_act=str(rng.choice(["gelu", "gelu_new", "relu"])),
        multimodal_projector_bias=bool(rng.integers(0, 2)), image_seq_length=1)
    model = LlavaForConditionalGeneration(config).eval()
    shake(model, generator)
    pixels = torch.randn(int(rng.integers(1, 3)), 3, vision.image_size, vision.image_size, generator=generator)
    with torch.no_grad():
        features = torch.cat(list(model.get_image_features(pixel_values=pixels).pooler_output), 0)
        per_image = features.shape[0] // pixels.shape[0]
        parts = [rng.integers(3, vocabulary - 1, int(rng.integers(1, 6))) for _ in range(pixels.shape[0] + 1)]
        ids = list(parts[0])
        for part in parts[1:]:
            ids += [vocabulary - 1] * per_image + list(part)
        ids = torch.tensor([ids])
        logits = model(input_ids=ids, pixel_values=pixels).logits
        sequence, steps = ids, []
        for _ in range(6):
            steps.append(model(input_ids=sequence, pixel_values=pixels).logits[0, -1])
            # The image token is not chosen: it would need another picture.
            sequence = torch.cat([sequence, steps[-1][: vocabulary - 1].argmax().view(1, 1)], 1)
    expected = {
        "input_ids": ids, "pixel_values": pixels, "projected_image_features": features, "logits": logits,
        "greedy.step_logits": torch.stack(steps),
    }
    chosen = [int(token) for token in sequence[0, ids.shape[1] :]]
    save(folder, model, expected, {"name": "llava", "greedy": {"continuation": chosen}, "vision_feature_layer": layer})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=1)
    arguments = parser.parse_args()
    for index in range(arguments.count):
        seed = arguments.seed + index
        target = arguments.out if index == 0 else os.path.join(arguments.out, str(index))
        rng, generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)
        for name, make in (("clip", clip), ("llava", llava)):
            folder = os.path.join(target, "models", name)
            os.makedirs(folder, exist_ok=True)
            make(folder, rng, generator)
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run([sys.executable, os.path.join(here, "images.py"), target, "--seed", str(seed)], check=True)
        print(f"seed {seed}: {target}")


if __name__ == "__main__":
    main()
