"""Tiny models of every family, with random sizes, as the configurations of transformers.

A family is a name, the transformers configuration class, and a function that draws the settings. Sizes are multiples of
nothing in particular, so that nothing that is only right for round numbers passes.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Any, Callable

Settings = dict[str, Any]
# A configuration and the tensors beside it, in transformers' form and in that of published checkpoints.
Layout = Callable[[Settings, dict[str, Any]], tuple[Settings, dict[str, Any]]]


@dataclass(frozen=True)
class Family:
    """A kind of model that transformers computes."""

    config: str
    draw: Callable[[Random], Settings]
    # What the folder says where the published checkpoints say something else than transformers.
    overrides: Settings = field(default_factory=dict)
    attention: str = "eager"
    # Whether llama.cpp's converter writes the model as it is.
    has_file: bool = True
    # What the published checkpoints look like where transformers has the computation under another name.
    layout: Layout | None = None
    # What is changed of transformers' model before it computes.
    prepare: Callable[[Any], None] | None = None
    # Who computes where transformers does not.
    model: Callable[[Settings], Any] | None = None
    # What this program is told beside the tokens.
    options: tuple[str, ...] = ()
    # What a file keeps of the tensors.
    kept: Callable[[dict[str, Any]], dict[str, Any]] = dict


def heads(random: Random, key_values: bool = True) -> tuple[int, int, int]:
    """Query heads, key-value heads, head width."""
    kv = random.choice([1, 2, 3])
    return kv * (random.choice([1, 2, 3]) if key_values else 1), kv, random.choice([8, 12, 16])


def common(random: Random) -> Settings:
    return {
        "vocab_size": random.randint(60, 110), "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0,
    }


def scaled(kind: str, theta: float = 10000.0, **more: Any) -> Settings:
    """Rotary positions that are stretched."""
    return {"rope_parameters": {"rope_type": kind, "rope_theta": theta} | more}


def long_rope(random: Random, share: float = 1.0) -> Settings:
    """A head of which a share is turned, and factors that hold behind the eighth position."""
    settings = llama_like(random, max_position_embeddings=64, original_max_position_embeddings=8)
    # What is turned of a head are pairs.
    settings["hidden_size"] = settings["num_attention_heads"] * random.choice([8, 16])
    width = int(settings["hidden_size"] // settings["num_attention_heads"] * share)
    short, long = ([random.uniform(1, most) for _ in range(width // 2)] for most in (1.5, 6))
    rotary = {"rope_type": "longrope", "rope_theta": 10000.0, "short_factor": short, "long_factor": long,
              "original_max_position_embeddings": 8, "partial_rotary_factor": share}
    return settings | {"rope_parameters": rotary}


def llama_like(random: Random, **more: Any) -> Settings:
    count, kv, width = heads(random)
    return common(random) | {
        "hidden_size": count * width, "intermediate_size": random.randint(20, 60), "num_hidden_layers": random.randint(2, 3),
        "num_attention_heads": count, "num_key_value_heads": kv, "max_position_embeddings": 64,
        "rms_norm_eps": random.choice([1e-5, 1e-6]),
    } | more


def with_head_width(settings: Settings, random: Random) -> Settings:
    return settings | {"head_dim": random.choice([8, 12, 16])}


def layer_norm_like(random: Random, **more: Any) -> Settings:
    count, kv, width = heads(random)
    return common(random) | {
        "hidden_size": count * width, "intermediate_size": random.randint(20, 60), "num_hidden_layers": random.randint(2, 3),
        "num_attention_heads": count, "num_key_value_heads": kv, "max_position_embeddings": 64,
    } | more


def gpt_like(random: Random, head_width: int, count: int, **more: Any) -> Settings:
    return common(random) | {
        "n_embd": count * head_width, "n_head": count, "n_layer": random.randint(2, 3), "n_positions": 64,
    } | more


def bloom(random: Random) -> Settings:
    count, _, width = heads(random)
    return common(random) | {
        "hidden_size": count * width, "n_head": count, "n_layer": random.randint(2, 3),
        "apply_residual_connection_post_layernorm": random.choice([False, True]),
    }


def falcon(random: Random, **more: Any) -> Settings:
    kv, share, width = random.choice([1, 2, 3]), 2, random.choice([8, 12])
    return common(random) | {
        "hidden_size": kv * share * width, "num_attention_heads": kv * share, "num_kv_heads": kv,
        "num_hidden_layers": random.randint(2, 3), "max_position_embeddings": 64,
    } | more


def falcon_rw(random: Random) -> Settings:
    """Few heads: transformers rounds the products of slopes and positions to bfloat16, which is exact for these."""
    settings = falcon(random, alibi=True, bias=True, multi_query=False, parallel_attn=False)
    return settings | {"num_kv_heads": settings["num_attention_heads"]}


def mpt(random: Random) -> Settings:
    count, width = random.choice([2, 3, 4, 5, 6, 7]), random.choice([8, 12])
    attention = {"clip_qkv": random.choice([None, 0.7]), "softmax_scale": random.choice([None, 0.3])}
    return common(random) | {
        "d_model": count * width, "n_heads": count, "n_layers": random.randint(2, 3), "max_seq_len": 64,
        "attn_config": attention,
    }


def mpt_by_width(random: Random) -> Settings:
    settings = mpt(random)
    return settings | {"attn_config": settings["attn_config"] | {"softmax_scale": None}}


def gpt_neox(random: Random, parallel: bool) -> Settings:
    return layer_norm_like(
        random, use_parallel_residual=parallel,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5})


def opt(random: Random, **more: Any) -> Settings:
    count, _, width = heads(random)
    return common(random) | {
        "hidden_size": count * width, "ffn_dim": random.randint(20, 60), "num_hidden_layers": random.randint(2, 3),
        "num_attention_heads": count, "max_position_embeddings": 64,
    } | more


def phi(random: Random) -> Settings:
    """With the sizes of all published models, the only ones that llama.cpp's converter writes as they are."""
    settings = layer_norm_like(random)
    return settings | {
        "num_key_value_heads": settings["num_attention_heads"], "intermediate_size": 4 * settings["hidden_size"],
    }


def granite(random: Random) -> Settings:
    return llama_like(
        random, embedding_multiplier=random.uniform(2, 6), attention_multiplier=random.uniform(0.1, 0.4),
        residual_multiplier=random.uniform(0.2, 0.9), logits_scaling=random.uniform(1.5, 4),
        tie_word_embeddings=random.choice([False, True]))


def glm(random: Random) -> Settings:
    settings = llama_like(random, attention_bias=random.choice([False, True]))
    return settings | {
        "head_dim": settings["hidden_size"] // settings["num_attention_heads"],
        "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}
    }


def gemma2(random: Random) -> Settings:
    return with_head_width(llama_like(random, sliding_window=5, query_pre_attn_scalar=random.randint(6, 30)), random)


def gemma2_by_width(random: Random) -> Settings:
    settings = gemma2(random)
    return settings | {"query_pre_attn_scalar": settings["head_dim"]}


def experts(random: Random, **more: Any) -> Settings:
    count = random.choice([4, 5, 7])
    settings = llama_like(
        random, num_experts=count, num_experts_per_tok=random.choice([2, 3]),
        moe_intermediate_size=random.randint(10, 30), norm_topk_prob=random.choice([False, True]))
    return settings | more


def mixtral(random: Random) -> Settings:
    return llama_like(
        random, num_local_experts=random.choice([4, 5, 7]), num_experts_per_tok=random.choice([2, 3]))


def internlm3(random: Random) -> Settings:
    # Transformers computes no model in which only one of the two is there.
    bias = random.choice([False, True])
    return llama_like(random, bias=bias, qkv_bias=bias)


def deepseek(random: Random, **more: Any) -> Settings:
    count = random.choice([2, 3, 4])
    settings = common(random) | {
        "hidden_size": count * random.choice([8, 12, 16]), "intermediate_size": random.randint(20, 50),
        "moe_intermediate_size": random.randint(10, 30), "num_hidden_layers": 3, "num_attention_heads": count,
        "num_key_value_heads": count, "max_position_embeddings": 64, "n_routed_experts": 8, "n_shared_experts": 1,
        "num_experts_per_tok": random.choice([2, 3]), "n_group": 4, "topk_group": 2, "first_k_dense_replace": 1,
        "q_lora_rank": random.choice([None, 20]), "kv_lora_rank": 16, "qk_nope_head_dim": 12, "qk_rope_head_dim": 8,
        "v_head_dim": random.choice([8, 12]), "routed_scaling_factor": random.uniform(1, 4),
    }
    # llama.cpp knows the models without a small matrix before the queries by their layers.
    if settings["q_lora_rank"] is None:
        settings["num_hidden_layers"] = 27
    return settings | more


def yarn_of_deepseek(random: Random) -> Settings:
    scale = random.choice([0.707, 1.0])
    return scaled(
        "yarn", factor=4.0, original_max_position_embeddings=16, mscale=scale, mscale_all_dim=scale, beta_fast=32,
        beta_slow=1)


FAMILIES: dict[str, Family] = {
    "llama": Family("LlamaConfig", lambda r: llama_like(r, attention_bias=r.choice([False, True]))),
    "llama_linear": Family("LlamaConfig", lambda r: llama_like(r, **scaled("linear", factor=r.uniform(1.5, 4)))),
    "llama_dynamic": Family(
        "LlamaConfig", lambda r: llama_like(r, max_position_embeddings=8, **scaled("dynamic", factor=r.uniform(1.5, 4))),
        has_file=False, options=("--max-context", "64")),
    "llama_llama3": Family(
        "LlamaConfig",
        lambda r: llama_like(r, **scaled(
            "llama3", factor=r.uniform(2, 8), low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=32))),
    "llama_yarn": Family(
        "LlamaConfig", lambda r: llama_like(
            r, **scaled("yarn", factor=4.0, original_max_position_embeddings=16))),
    "mistral": Family("MistralConfig", lambda r: with_head_width(llama_like(r, sliding_window=6), r)),
    "qwen2": Family("Qwen2Config", llama_like),
    "qwen3": Family("Qwen3Config", lambda r: with_head_width(llama_like(r), r)),
    "gemma": Family("GemmaConfig", lambda r: with_head_width(llama_like(r), r)),
    "gemma2": Family("Gemma2Config", gemma2),
    "gemma3_text": Family("Gemma3TextConfig", gemma2),
    # With the only scale of scores that files have.
    "gemma2_by_width": Family("Gemma2Config", gemma2_by_width),
    "gemma3_by_width": Family("Gemma3TextConfig", gemma2_by_width),
    "gpt2": Family("GPT2Config", lambda r: gpt_like(r, r.choice([8, 12]), r.choice([2, 3]))),
    "bloom": Family("BloomConfig", bloom),
    "falcon_7b": Family("FalconConfig", lambda r: falcon(r) | {"num_kv_heads": 1}, attention="sdpa"),
    "falcon_40b": Family("FalconConfig", lambda r: falcon(r, new_decoder_architecture=True), attention="sdpa"),
    "falcon_11b": Family(
        "FalconConfig", lambda r: falcon(r, new_decoder_architecture=True, num_ln_in_parallel_attn=1), attention="sdpa"),
    "falcon_rw": Family("FalconConfig", falcon_rw, attention="sdpa", has_file=False),
    "mpt": Family("MptConfig", mpt),
    "mpt_by_width": Family("MptConfig", mpt_by_width),
    "gpt_neox": Family("GPTNeoXConfig", lambda r: gpt_neox(r, parallel=True)),
    "gpt_neox_sequential": Family("GPTNeoXConfig", lambda r: gpt_neox(r, parallel=False)),
    "gptj": Family("GPTJConfig", lambda r: gpt_like(r, 12, r.choice([2, 3]), rotary_dim=r.choice([4, 8]))),
    "codegen": Family("CodeGenConfig", lambda r: gpt_like(r, 8, 4, rotary_dim=4)),
    "moss": Family("CodeGenConfig", lambda r: gpt_like(r, 8, 4, rotary_dim=4), {"model_type": "moss"}),
    "opt": Family("OPTConfig", opt),
    "opt_post_norm": Family(
        "OPTConfig", lambda r: opt(r, do_layer_norm_before=False, word_embed_proj_dim=r.randint(10, 20))),
    "phi": Family("PhiConfig", phi),
    "phi_grouped": Family(
        "PhiConfig", lambda r: layer_norm_like(r, qk_layernorm=r.choice([False, True])), has_file=False),
    "phi3": Family("Phi3Config", lambda r: llama_like(r, sliding_window=r.choice([None, 5]))),
    "phi3_longrope": Family("Phi3Config", long_rope),
    "phi3_longrope_part": Family("Phi3Config", lambda r: long_rope(r, share=0.75)),
    "olmo2": Family("Olmo2Config", llama_like),
    "granite": Family("GraniteConfig", granite),
    "starcoder2": Family("Starcoder2Config", lambda r: layer_norm_like(r, sliding_window=r.choice([None, 5]))),
    "stablelm": Family(
        "StableLmConfig",
        lambda r: layer_norm_like(
            r, use_qkv_bias=r.choice([False, True]), use_parallel_residual=r.choice([False, True]),
            rope_parameters={"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5})),
    "glm": Family("GlmConfig", glm),
    "glm4": Family("Glm4Config", lambda r: with_head_width(glm(r), r)),
    "internlm3": Family("InternLM3Config", internlm3),
    "mixtral": Family("MixtralConfig", mixtral),
    "qwen2_moe": Family(
        "Qwen2MoeConfig", lambda r: experts(r, shared_expert_intermediate_size=r.randint(10, 30))),
    "qwen3_moe": Family("Qwen3MoeConfig", lambda r: with_head_width(experts(r), r)),
    "qwen3_moe_partly": Family(
        "Qwen3MoeConfig", lambda r: with_head_width(experts(r, mlp_only_layers=[0]), r), has_file=False),
    "deepseek_v2": Family("DeepseekV2Config", lambda r: deepseek(r, topk_method="group_limited_greedy")),
    # One group, as published files of this method have: theirs name no method.
    "deepseek_v2_lite": Family(
        "DeepseekV2Config", lambda r: deepseek(r, topk_method="greedy", n_group=1, topk_group=1)),
    "deepseek_v2_yarn": Family(
        "DeepseekV2Config", lambda r: deepseek(r, topk_method="greedy", n_group=1, topk_group=1) | yarn_of_deepseek(r)),
    "deepseek_v3_yarn": Family(
        "DeepseekV3Config", lambda r: deepseek(r) | yarn_of_deepseek(r),
        {"scoring_func": "sigmoid", "topk_method": "noaux_tc"}),
    "deepseek_v3": Family(
        "DeepseekV3Config", deepseek, {"scoring_func": "sigmoid", "topk_method": "noaux_tc"}),
}
