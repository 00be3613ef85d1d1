"""Models with experts, of random weights: a mixture like Qwen3's, and one like DeepSeek's with latent attention.

No such model is small enough to be fetched, so they are written here as folders and converted by our own program. What
weights are does not change how long they take; routers choose among random experts, as trained ones nearly do.
"""

from __future__ import annotations

import json
import struct
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import speed
from programs import Inkstone, Llama, ProgramError
from table import Row

WIDTH, LAYERS, HEADS, EXPERTS, CHOSEN, INNER, VOCABULARY = 512, 12, 8, 32, 4, 256, 8192
COMMON: dict[str, Any] = {
    "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_experts_per_tok": CHOSEN,
    "moe_intermediate_size": INNER, "intermediate_size": 4 * INNER, "vocab_size": VOCABULARY, "hidden_act": "silu",
    "max_position_embeddings": 4096, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": False,
    "norm_topk_prob": True, "torch_dtype": "float16", "bos_token_id": 0, "eos_token_id": 1,
}
Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class Mixture:
    """A configuration and the shapes of its tensors."""

    name: str
    config: dict[str, Any]
    shapes: Shapes


def expert_shapes(layer: str, count: int) -> Shapes:
    parts = {"gate_proj": (INNER, WIDTH), "up_proj": (INNER, WIDTH), "down_proj": (WIDTH, INNER)}
    shapes = {f"{layer}.mlp.experts.{expert}.{part}.weight": shape
              for expert in range(count) for part, shape in parts.items()}
    return shapes | {f"{layer}.mlp.gate.weight": (count, WIDTH)}


def with_edges(layers: Shapes) -> Shapes:
    norms = {f"model.layers.{index}.{name}.weight": (WIDTH,) for index in range(LAYERS)
             for name in ("input_layernorm", "post_attention_layernorm")}
    edges = {"model.embed_tokens.weight": (VOCABULARY, WIDTH), "lm_head.weight": (VOCABULARY, WIDTH),
             "model.norm.weight": (WIDTH,)}
    return edges | norms | layers


def qwen3_moe() -> Mixture:
    groups, head = 2, 64
    layers: Shapes = {}
    for index in range(LAYERS):
        layer = f"model.layers.{index}"
        layers |= expert_shapes(layer, EXPERTS) | {
            f"{layer}.self_attn.q_proj.weight": (HEADS * head, WIDTH), f"{layer}.self_attn.k_proj.weight": (groups * head, WIDTH),
            f"{layer}.self_attn.v_proj.weight": (groups * head, WIDTH), f"{layer}.self_attn.o_proj.weight": (WIDTH, HEADS * head),
            f"{layer}.self_attn.q_norm.weight": (head,), f"{layer}.self_attn.k_norm.weight": (head,)}
    config = COMMON | {
        "model_type": "qwen3_moe", "architectures": ["Qwen3MoeForCausalLM"], "num_key_value_heads": groups, "head_dim": head,
        "num_experts": EXPERTS, "decoder_sparse_step": 1, "mlp_only_layers": [], "attention_bias": False}
    return Mixture("qwen3moe", config, with_edges(layers))


def deepseek_v2() -> Mixture:
    queries, compressed, plain, turned, value = 192, 256, 64, 32, 64
    layers: Shapes = {}
    for index in range(LAYERS):
        layer = f"model.layers.{index}"
        layers |= {
            f"{layer}.self_attn.q_a_proj.weight": (queries, WIDTH), f"{layer}.self_attn.q_a_layernorm.weight": (queries,),
            f"{layer}.self_attn.q_b_proj.weight": (HEADS * (plain + turned), queries),
            f"{layer}.self_attn.kv_a_proj_with_mqa.weight": (compressed + turned, WIDTH),
            f"{layer}.self_attn.kv_a_layernorm.weight": (compressed,),
            f"{layer}.self_attn.kv_b_proj.weight": (HEADS * (plain + value), compressed),
            f"{layer}.self_attn.o_proj.weight": (WIDTH, HEADS * value)}
        if index == 0:
            inner = 4 * INNER
            layers |= {f"{layer}.mlp.gate_proj.weight": (inner, WIDTH), f"{layer}.mlp.up_proj.weight": (inner, WIDTH),
                       f"{layer}.mlp.down_proj.weight": (WIDTH, inner)}
        else:
            layers |= expert_shapes(layer, EXPERTS) | {
                f"{layer}.mlp.shared_experts.gate_proj.weight": (INNER, WIDTH),
                f"{layer}.mlp.shared_experts.up_proj.weight": (INNER, WIDTH),
                f"{layer}.mlp.shared_experts.down_proj.weight": (WIDTH, INNER)}
    config = COMMON | {
        "model_type": "deepseek_v2", "architectures": ["DeepseekV2ForCausalLM"], "num_key_value_heads": HEADS,
        "n_routed_experts": EXPERTS, "n_shared_experts": 1, "first_k_dense_replace": 1, "moe_layer_freq": 1, "n_group": 1,
        "topk_group": 1, "topk_method": "greedy", "scoring_func": "softmax", "routed_scaling_factor": 1.0,
        "norm_topk_prob": False, "q_lora_rank": queries, "kv_lora_rank": compressed, "qk_nope_head_dim": plain,
        "qk_rope_head_dim": turned, "v_head_dim": value}
    return Mixture("deepseek2", config, with_edges(layers))


def write_tensors(shapes: Shapes, path: Path) -> None:
    """A safetensors file of random halves: small numbers in matrices, ones in norms."""
    header, end = {}, 0
    for name, shape in shapes.items():
        begin, end = end, end + 2 * int(np.prod(shape))
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [begin, end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    random = np.random.default_rng(0)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for shape in shapes.values():
            values = np.ones(shape) if len(shape) == 1 else random.standard_normal(shape, np.float32) / shape[-1] ** 0.5
            file.write(values.astype(np.float16).tobytes())


def byte_alphabet() -> list[str]:
    """The characters that stand for the bytes in vocabularies of bytes, in the order of the bytes."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte) if byte in shown else chr(next(others)) for byte in range(256)]


def write_tokenizer(path: Path) -> None:
    """All bytes, and tokens that no text has."""
    words = ["<s>", "</s>", *byte_alphabet()]
    words += [f"<unused{index}>" for index in range(VOCABULARY - len(words))]
    specials = [{"id": index, "content": words[index], "special": True, "single_word": False, "lstrip": False,
                 "rstrip": False, "normalized": False} for index in (0, 1)]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    path.write_text(json.dumps({
        "version": "1.0", "added_tokens": specials, "normalizer": None, "pre_tokenizer": level, "post_processor": None,
        "decoder": level, "model": {"type": "BPE", "vocab": {word: index for index, word in enumerate(words)}, "merges": []}}))


def file(mixture: Mixture, kind: str, folder: Path, ours: Inkstone) -> Path:
    """The model as a GGUF file, made when it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{mixture.name}-{kind}.gguf"
    if path.exists():
        return path
    source = folder / mixture.name
    if not (source / "model.safetensors").exists():
        source.mkdir(parents=True, exist_ok=True)
        (source / "config.json").write_text(json.dumps(mixture.config))
        write_tokenizer(source / "tokenizer.json")
        write_tensors(mixture.shapes, source / "model.safetensors")
    command = [ours.path, "convert", str(source), str(path), "--type", kind]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise ProgramError(f"{' '.join(command)}: {finished.stderr.strip()[-600:]}")
    return path


def rows(
    kinds: list[str], folder: Path, ours: Inkstone, suited: Callable[[Path], Llama], plan: speed.Plan
) -> Iterator[Row]:
    """Decoding and prompts of both models in several types; `suited` is the peer with the settings for a file."""
    for mixture in (qwen3_moe(), deepseek_v2()):
        for kind in kinds:
            path = file(mixture, kind, folder, ours)
            for row in speed.measure(f"{mixture.name} {kind}", path, ours, suited(path), plan, {"decode", "prompt"}):
                row.part, row.at_least, row.aim = "mixtures", 1.0, None
                yield row
