"""Families whose checkpoints have a form of their own, while transformers computes them under another name.

The numbers are transformers'; a layout turns its configuration and tensors into those of the published checkpoints.
"""

import re
from random import Random
from typing import Any

import torch
from chatglm_6b import ChatGLM6B
from chatglm_6b import settings as chatglm_6b
from families import FAMILIES, Family, Settings, deepseek, experts, glm, llama_like

Tensors = dict[str, torch.Tensor]


def renamed(tensors: Tensors, *pairs: tuple[str, str]) -> Tensors:
    """Tensors under the names that the first fitting pattern gives them."""
    result = {}
    for name, tensor in tensors.items():
        for pattern, replacement in pairs:
            if re.fullmatch(pattern, name):
                name = re.sub(pattern, replacement, name)
                break
        result[name] = tensor
    return result


def joined(tensors: Tensors, pattern: str, parts: list[str], target: str) -> Tensors:
    """Tensors with several of the same layer stacked by rows; `pattern` has the place of the part in braces."""
    result = dict(tensors)
    first = re.compile(re.escape(pattern).replace(r"\{layer\}", r"(\d+)").replace(r"\{part\}", parts[0]))
    for match in filter(None, map(first.fullmatch, tensors)):
        layer = match.group(1)
        rows = [result.pop(pattern.format(layer=layer, part=part)) for part in parts]
        result[target.format(layer=layer)] = torch.cat(rows)
    return result


def described(config: Settings, model_type: str, architecture: str, *dropped: str, **more: Any) -> Settings:
    """A configuration in the older spelling, as the checkpoints of these families have it."""
    result = {key: value for key, value in config.items() if key not in dropped}
    rotary = result.pop("rope_parameters", None) or {}
    result["torch_dtype"] = result.pop("dtype", "float32")
    if "rope_theta" in rotary:
        result["rope_theta"] = rotary["rope_theta"]
    return result | {"model_type": model_type, "architectures": [architecture]} | more


def equal_heads(random: Random, **more: Any) -> Settings:
    """LLaMA's settings with as many key heads as query heads."""
    settings = llama_like(random, **more)
    return settings | {"num_key_value_heads": settings["num_attention_heads"]}


# LLaMA's computation


def aquila(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    return described(config, "aquila", "AquilaForCausalLM", "attention_bias", "mlp_bias", "head_dim"), tensors


def internlm(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    dropped = ["attention_bias", "mlp_bias", "head_dim", "num_key_value_heads"]
    rotary = {"base": 10000, "type": "dynamic"}  # Within the context as it is.
    return described(config, "internlm", "InternLMForCausalLM", *dropped, bias=True, rotary=rotary), tensors


def internlm2(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """For each key head its query heads, then the key, then the value."""
    heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
    width = config["hidden_size"] // heads
    result = renamed(
        tensors, (r"model\.embed_tokens\.weight", "model.tok_embeddings.weight"), (r"lm_head\.weight", "output.weight"),
        (r"(.*)\.self_attn\.o_proj\.weight", r"\1.attention.wo.weight"),
        (r"(.*)\.mlp\.gate_proj\.weight", r"\1.feed_forward.w1.weight"),
        (r"(.*)\.mlp\.up_proj\.weight", r"\1.feed_forward.w3.weight"),
        (r"(.*)\.mlp\.down_proj\.weight", r"\1.feed_forward.w2.weight"),
        (r"(.*)\.input_layernorm\.weight", r"\1.attention_norm.weight"),
        (r"(.*)\.post_attention_layernorm\.weight", r"\1.ffn_norm.weight"))
    for layer in range(config["num_hidden_layers"]):
        place = f"model.layers.{layer}"
        query, key, value = (result.pop(f"{place}.self_attn.{part}_proj.weight") for part in "qkv")
        parts = [query.view(groups, heads // groups, width, -1), key.view(groups, 1, width, -1),
                 value.view(groups, 1, width, -1)]
        result[f"{place}.attention.wqkv.weight"] = torch.cat(parts, 1).reshape(-1, config["hidden_size"])
    dropped = ["attention_bias", "mlp_bias", "head_dim"]
    return described(config, "internlm2", "InternLM2ForCausalLM", *dropped, bias=False), result


def baichuan(config: Settings, tensors: Tensors, **more: Any) -> tuple[Settings, Tensors]:
    place = "model.layers.{layer}.self_attn."
    result = joined(tensors, place + "{part}_proj.weight", ["q", "k", "v"], place + "W_pack.weight")
    dropped = ["attention_bias", "mlp_bias", "head_dim", "num_key_value_heads", "rope_theta"]
    length = config["max_position_embeddings"]
    return described(config, "baichuan", "BaichuanForCausalLM", *dropped, model_max_length=length, **more), result


def baichuan2(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """The rows of the head have a length of their own, which does not count."""
    config, result = baichuan(config, tensors, z_loss_weight=0)
    rows = result["lm_head.weight"]
    lengths = torch.rand(rows.shape[0], 1, generator=torch.Generator().manual_seed(rows.shape[0])) * 3 + 0.5
    return config, result | {"lm_head.weight": rows * lengths}


def with_unit_rows(tensors: dict[str, Any]) -> dict[str, Any]:
    rows = tensors["lm_head.weight"]
    return tensors | {"lm_head.weight": rows / (rows ** 2).sum(-1, keepdims=True) ** 0.5}


def with_unit_head(model: torch.nn.Module) -> None:
    with torch.no_grad():
        model.lm_head.weight.copy_(torch.nn.functional.normalize(model.lm_head.weight))


def baichuan_13b(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    config, result = baichuan(config, tensors)
    del config["max_position_embeddings"]
    return config, result


class Unturned(torch.nn.Module):
    """Rotary angles of zero at every position."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: torch.Tensor, position_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        ones = torch.ones(*position_ids.shape, self.width)
        return ones, torch.zeros_like(ones)


def with_distances(model: torch.nn.Module) -> None:
    """Instead of turned queries and keys, scores that are lower with distance (Press et al., 2022)."""
    from transformers.models.bloom.modeling_bloom import build_alibi_tensor

    heads = model.config.num_attention_heads
    model.model.rotary_emb = Unturned(model.config.hidden_size // heads)

    def add_mask(module: torch.nn.Module, arguments: tuple, more: Settings) -> tuple[tuple, Settings]:
        length = more["input_ids"].shape[1]
        allowed = torch.ones(1, length)
        bias = build_alibi_tensor(allowed, heads, torch.float32).view(1, heads, 1, length)
        place = torch.arange(length)
        later = torch.zeros(length, length).masked_fill(place[None, :] > place[:, None], float("-inf"))
        # The distance to a key: what BLOOM adds differs by a number that is the same for all keys of a query.
        return arguments, more | {"attention_mask": (bias + later).expand(more["input_ids"].shape[0], -1, -1, -1)}

    model.register_forward_pre_hook(add_mask, with_kwargs=True)


# Other computations


def qwen(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """Gate and up are `w2` and `w1`, and the configuration counts both."""
    place = "transformer.h.{layer}.attn."
    result = renamed(
        tensors, (r"model\.embed_tokens\.weight", "transformer.wte.weight"), (r"model\.norm\.weight", "transformer.ln_f.weight"),
        (r"model\.layers\.(\d+)\.self_attn\.o_proj\.weight", r"transformer.h.\1.attn.c_proj.weight"),
        (r"model\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)", r"transformer.h.\1.attn.\2.\3"),
        (r"model\.layers\.(\d+)\.mlp\.gate_proj\.weight", r"transformer.h.\1.mlp.w2.weight"),
        (r"model\.layers\.(\d+)\.mlp\.up_proj\.weight", r"transformer.h.\1.mlp.w1.weight"),
        (r"model\.layers\.(\d+)\.mlp\.down_proj\.weight", r"transformer.h.\1.mlp.c_proj.weight"),
        (r"model\.layers\.(\d+)\.input_layernorm\.weight", r"transformer.h.\1.ln_1.weight"),
        (r"model\.layers\.(\d+)\.post_attention_layernorm\.weight", r"transformer.h.\1.ln_2.weight"))
    for kind in ["weight", "bias"]:
        result = joined(result, place + "{part}." + kind, ["q", "k", "v"], place + f"c_attn.{kind}")
    kept = {key: config[key] for key in ["vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads"]}
    return kept | {
        "model_type": "qwen", "architectures": ["QWenLMHeadModel"], "torch_dtype": "float32", "no_bias": True,
        "intermediate_size": 2 * config["intermediate_size"], "layer_norm_epsilon": config["rms_norm_eps"],
        "kv_channels": config["hidden_size"] // config["num_attention_heads"], "rotary_emb_base": 10000,
        "rotary_pct": 1.0, "seq_length": 64, "max_position_embeddings": 64, "tie_word_embeddings": False,
        "use_dynamic_ntk": True, "use_logn_attn": True,
    }, result


def chatglm(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """ChatGLM 2, 3 and the first form of GLM-4."""
    place = "transformer.encoder.layers.{layer}.self_attention."
    layer = r"transformer.encoder.layers.\1"
    result = renamed(
        tensors, (r"model\.embed_tokens\.weight", "transformer.embedding.word_embeddings.weight"),
        (r"model\.norm\.weight", "transformer.encoder.final_layernorm.weight"),
        (r"lm_head\.weight", "transformer.output_layer.weight"),
        (r"model\.layers\.(\d+)\.self_attn\.o_proj\.weight", layer + ".self_attention.dense.weight"),
        (r"model\.layers\.(\d+)\.self_attn\.([qkv])_proj\.(weight|bias)", layer + r".self_attention.\2.\3"),
        (r"model\.layers\.(\d+)\.mlp\.gate_up_proj\.weight", layer + ".mlp.dense_h_to_4h.weight"),
        (r"model\.layers\.(\d+)\.mlp\.down_proj\.weight", layer + ".mlp.dense_4h_to_h.weight"),
        (r"model\.layers\.(\d+)\.(input|post_attention)_layernorm\.weight", layer + r".\2_layernorm.weight"))
    for kind in ["weight", "bias"]:
        result = joined(result, place + "{part}." + kind, ["q", "k", "v"], place + f"query_key_value.{kind}")
    width = config["hidden_size"] // config["num_attention_heads"]
    return {
        "model_type": "chatglm", "architectures": ["ChatGLMModel"], "torch_dtype": "float32",
        "num_layers": config["num_hidden_layers"], "padded_vocab_size": config["vocab_size"],
        "vocab_size": config["vocab_size"], "hidden_size": config["hidden_size"],
        "ffn_hidden_size": config["intermediate_size"], "kv_channels": width,
        "num_attention_heads": config["num_attention_heads"], "seq_length": 64, "rmsnorm": True,
        "layernorm_epsilon": config["rms_norm_eps"], "add_bias_linear": False, "add_qkv_bias": True,
        "apply_residual_connection_post_layernorm": False, "post_layer_norm": True, "multi_query_attention": True,
        "multi_query_group_num": config["num_key_value_heads"], "original_rope": True, "tie_word_embeddings": False,
        "eos_token_id": 2, "pad_token_id": 0,
    }, result


class Open(torch.nn.Module):
    """A gate whose sigmoid is one."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.full((*x.shape[:-1], 1), 100.0)


def with_open_gates(model: torch.nn.Module) -> None:
    """Experts for all tokens that count as they are, and no biases."""
    for layer in model.model.layers:
        for part in (layer.self_attn.q_proj, layer.self_attn.k_proj, layer.self_attn.v_proj):
            if part.bias is not None:
                torch.nn.init.zeros_(part.bias)
        if hasattr(layer.mlp, "shared_expert_gate"):
            layer.mlp.shared_expert_gate = Open()


def deepseek_moe(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    kept = {name: tensor for name, tensor in tensors.items()
            if not name.endswith("_proj.bias") and "shared_expert_gate" not in name}
    result = renamed(kept, (r"(.*)\.mlp\.shared_expert\.(.*)", r"\1.mlp.shared_experts.\2"))
    dropped = ["qkv_bias", "shared_expert_intermediate_size", "decoder_sparse_step", "mlp_only_layers", "num_experts",
               "output_router_logits", "router_aux_loss_coef", "use_sliding_window", "sliding_window", "max_window_layers",
               "layer_types"]
    shared = config["shared_expert_intermediate_size"] // config["moe_intermediate_size"]
    return described(
        config, "deepseek", "DeepseekForCausalLM", *dropped, n_routed_experts=config["num_experts"],
        n_shared_experts=shared, first_k_dense_replace=1, moe_layer_freq=1, scoring_func="softmax"), result


def deepseek_moe_settings(random: Random) -> Settings:
    settings = experts(random, mlp_only_layers=[0], qkv_bias=False, norm_topk_prob=False)
    return settings | {"shared_expert_intermediate_size": 2 * settings["moe_intermediate_size"]}


# Weights in 8-bit floats with a scale for each block, as DeepSeek V3 is published

BLOCK = (16, 12)


def rounded(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes, and for each block what they are multiplied with."""
    rows, columns = weight.shape
    places = [(row, column) for row in range(0, rows, BLOCK[0]) for column in range(0, columns, BLOCK[1])]
    codes = torch.empty(rows, columns, dtype=torch.float8_e4m3fn)
    scales = torch.empty(-(-rows // BLOCK[0]), -(-columns // BLOCK[1]))
    for row, column in places:
        block = weight[row : row + BLOCK[0], column : column + BLOCK[1]]
        scale = block.abs().max() / 448
        scales[row // BLOCK[0], column // BLOCK[1]] = scale
        codes[row : row + BLOCK[0], column : column + BLOCK[1]] = (block / scale).to(torch.float8_e4m3fn)
    return codes, scales


def decoded(weight: torch.Tensor) -> torch.Tensor:
    codes, scales = rounded(weight)
    whole = scales.repeat_interleave(BLOCK[0], 0).repeat_interleave(BLOCK[1], 1)
    return codes.float() * whole[: weight.shape[0], : weight.shape[1]]


def is_rounded(name: str) -> bool:
    return name.endswith("_proj.weight") or name.endswith("kv_a_proj_with_mqa.weight")


def with_rounded_weights(model: torch.nn.Module) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.dim() == 3:  # Experts, of which gate and up lie in one.
                for expert in parameter:
                    for part in expert.chunk(2) if name.endswith("gate_up_proj") else [expert]:
                        part.copy_(decoded(part))
            elif is_rounded(name):
                parameter.copy_(decoded(parameter))


def in_eight_bits(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    result: Tensors = {}
    for name, tensor in tensors.items():
        if is_rounded(name):
            result[name], result[f"{name}_scale_inv"] = rounded(tensor)
        else:
            result[name] = tensor
    quantization = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": list(BLOCK)}
    return config | {"quantization_config": quantization, "scoring_func": "sigmoid", "topk_method": "noaux_tc"}, result


RELATIVES: dict[str, Family] = {
    "aquila": Family("LlamaConfig", llama_like, layout=aquila),
    "internlm": Family("LlamaConfig", lambda r: equal_heads(r, attention_bias=True), layout=internlm),
    "internlm2": Family("LlamaConfig", llama_like, layout=internlm2),
    # The converter of present versions ends in an endless recursion with Baichuan.
    # llama.cpp knows by the number of layers which models turn queries and which lower scores with distance.
    "baichuan_7b": Family(
        "LlamaConfig", lambda r: equal_heads(r, num_hidden_layers=32), layout=baichuan, has_file=False),
    "baichuan2_7b": Family(
        "LlamaConfig", lambda r: equal_heads(r, num_hidden_layers=32), layout=baichuan2, prepare=with_unit_head,
        has_file=False, kept=with_unit_rows),
    "baichuan_13b": Family(
        "LlamaConfig", lambda r: equal_heads(r, num_hidden_layers=40), layout=baichuan_13b, prepare=with_distances,
        has_file=False),
    "qwen": Family("Qwen2Config", equal_heads, layout=qwen),
    "chatglm2": Family("GlmConfig", lambda r: glm(r) | {"attention_bias": True}, layout=chatglm),
    "chatglm_6b": Family("", chatglm_6b, model=ChatGLM6B, has_file=False),
    "deepseek_v3_fp8": Family(
        "DeepseekV3Config", deepseek, layout=in_eight_bits, prepare=with_rounded_weights),
    "deepseek_moe": Family("Qwen2MoeConfig", deepseek_moe_settings, layout=deepseek_moe, prepare=with_open_gates),
}

MODELS = FAMILIES | RELATIVES
