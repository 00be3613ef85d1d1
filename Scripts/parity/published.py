"""Families that transformers computes only under another name, or not at all: how their published files look.

A relative of transformers computes the numbers. `prepare` changes its weights so that it computes what the family does, and
`layout` writes configuration and tensors as the family's checkpoints have them.
"""

from dataclasses import dataclass
from typing import Any, Callable

import torch
from transformers import LlamaForCausalLM

Settings = dict[str, Any]
Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class Publication:
    """What stands between a relative's model and the files of a family."""

    layout: Callable[[Settings, Tensors], tuple[Settings, Tensors]]
    prepare: Callable[[torch.nn.Module], None] = lambda model: None
    # Built from the settings where no class of transformers computes the family.
    model: Callable[[Any], torch.nn.Module] | None = None
    # Makes random tokens a sequence that the model can be given.
    compose: Callable[[list[int], Settings], list[int]] = lambda ids, settings: ids


def renamed(tensors: Tensors, *names: tuple[str, str]) -> Tensors:
    def new(name: str) -> str:
        for old, replacement in names:
            name = name.replace(old, replacement)
        return name

    return {new(name): tensor for name, tensor in tensors.items()}


def joined(tensors: Tensors, parts: list[str], whole: str) -> Tensors:
    """Matrices and biases of parts one below the other, under the name of the whole."""
    result = dict(tensors)
    for name in tensors:
        if f".{parts[0]}." in name:
            rows = [result.pop(name.replace(parts[0], part)) for part in parts]
            result[name.replace(parts[0], whole)] = torch.cat(rows)
    return result


def kept(config: Settings, *more: str) -> Settings:
    """The settings that the relative's configuration shares with the family's."""
    keys = [
        "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "hidden_act",
        "max_position_embeddings", "rms_norm_eps", "tie_word_embeddings", "bos_token_id", "eos_token_id", "pad_token_id",
    ]
    return {key: config[key] for key in [*keys, *more] if key in config} | {"torch_dtype": "float32"}


PROJECTIONS = ["q_proj", "k_proj", "v_proj"]


def aquila(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    return kept(config, "num_key_value_heads") | {"model_type": "aquila", "architectures": ["AquilaForCausalLM"]}, tensors


def internlm(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    settings = kept(config) | {
        "model_type": "internlm", "architectures": ["InternLMForCausalLM"], "bias": config["attention_bias"],
        "rotary": {"base": 10000, "type": "dynamic"},
    }
    return settings, tensors


def internlm2(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """For each key head its query heads, then the key, then the value."""
    groups, width = config["num_key_value_heads"], config["hidden_size"]
    result = dict(tensors)
    for name in tensors:
        if ".q_proj." in name:
            rows = [result.pop(name.replace("q_proj", part)) for part in PROJECTIONS]
            result[name.replace("q_proj", "wqkv")] = torch.cat(
                [part.reshape(groups, -1, width) for part in rows], dim=1).reshape(-1, width)
    result = renamed(
        result, ("self_attn.o_proj", "attention.wo"), ("self_attn", "attention"), ("mlp.gate_proj", "feed_forward.w1"),
        ("mlp.up_proj", "feed_forward.w3"), ("mlp.down_proj", "feed_forward.w2"), ("input_layernorm", "attention_norm"),
        ("post_attention_layernorm", "ffn_norm"), ("embed_tokens", "tok_embeddings"), ("lm_head", "output"))
    settings = kept(config, "num_key_value_heads") | {
        "model_type": "internlm2", "architectures": ["InternLM2ForCausalLM"], "bias": False, "rope_theta": 10000.0,
        "rope_scaling": None,
    }
    return settings, result


def baichuan(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    settings = kept(config) | {
        "model_type": "baichuan", "architectures": ["BaichuanForCausalLM"],
        "model_max_length": config["max_position_embeddings"],
    }
    return settings, joined(tensors, PROJECTIONS, "W_pack")


def with_normalized_head(model: torch.nn.Module) -> None:
    with torch.no_grad():
        model.lm_head.weight.copy_(torch.nn.functional.normalize(model.lm_head.weight))


def baichuan2(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """The rows of the head are stored in any length."""
    settings, result = baichuan(config, tensors)
    lengths = torch.linspace(0.4, 3, config["vocab_size"])
    result["lm_head.weight"] = result["lm_head.weight"] * lengths[:, None]
    return settings | {"z_loss_weight": 0}, result


def slopes(heads: int) -> list[float]:
    """One for each head; those of a count that is no power of two are taken from the two powers around it."""
    power = 1 << (heads.bit_length() - 1)
    if power == heads:
        return [2.0 ** (-8 * (head + 1) / heads) for head in range(heads)]
    return slopes(power) + slopes(2 * power)[::2][: heads - power]


class DistanceLlama(LlamaForCausalLM):
    """LLaMA without rotation, whose scores fall with the distance (Press et al., 2022)."""

    def forward(self, input_ids: torch.Tensor, **more: Any) -> Any:
        place = torch.arange(input_ids.shape[1])
        falls = torch.tensor(slopes(self.config.num_attention_heads))
        bias = falls[:, None, None] * (place[None, :] - place[:, None])[None].float()
        bias = bias.masked_fill(place[None, :] > place[:, None], float("-inf"))[None]
        # Nothing turns at position zero.
        return super().forward(
            input_ids=input_ids, attention_mask=bias.expand(input_ids.shape[0], -1, -1, -1),
            position_ids=torch.zeros_like(input_ids), **more)


def baichuan_13b(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """Told from the 7B model by what its configuration lacks."""
    settings, result = baichuan(config, tensors)
    del settings["max_position_embeddings"]
    return settings, result


def qwen(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    result = renamed(
        joined(tensors, PROJECTIONS, "c_attn"), ("model.layers", "transformer.h"), ("self_attn.o_proj", "attn.c_proj"),
        ("self_attn", "attn"), ("mlp.gate_proj", "mlp.w2"), ("mlp.up_proj", "mlp.w1"), ("mlp.down_proj", "mlp.c_proj"),
        ("input_layernorm", "ln_1"), ("post_attention_layernorm", "ln_2"), ("model.embed_tokens", "transformer.wte"),
        ("model.norm", "transformer.ln_f"))
    settings = {
        "model_type": "qwen", "architectures": ["QWenLMHeadModel"], "vocab_size": config["vocab_size"],
        "hidden_size": config["hidden_size"], "num_hidden_layers": config["num_hidden_layers"],
        "num_attention_heads": config["num_attention_heads"],
        "kv_channels": config["hidden_size"] // config["num_attention_heads"], "no_bias": True, "rotary_emb_base": 10000,
        "rotary_pct": 1.0, "intermediate_size": 2 * config["intermediate_size"],
        "layer_norm_epsilon": config["rms_norm_eps"], "seq_length": config["max_position_embeddings"],
        "use_dynamic_ntk": True, "use_logn_attn": True, "tie_word_embeddings": False,
    }
    return settings, result


def chatglm(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    result = renamed(
        joined(tensors, PROJECTIONS, "query_key_value"), ("model.layers", "transformer.encoder.layers"),
        ("self_attn.o_proj", "self_attention.dense"), ("self_attn", "self_attention"),
        ("mlp.gate_up_proj", "mlp.dense_h_to_4h"), ("mlp.down_proj", "mlp.dense_4h_to_h"),
        ("model.embed_tokens", "transformer.embedding.word_embeddings"),
        ("model.norm", "transformer.encoder.final_layernorm"), ("lm_head", "transformer.output_layer"))
    settings = {
        "model_type": "chatglm", "architectures": ["ChatGLMModel"], "num_layers": config["num_hidden_layers"],
        "padded_vocab_size": config["vocab_size"], "vocab_size": config["vocab_size"], "hidden_size": config["hidden_size"],
        "ffn_hidden_size": config["intermediate_size"], "kv_channels": config["head_dim"],
        "num_attention_heads": config["num_attention_heads"], "seq_length": config["max_position_embeddings"],
        "layernorm_epsilon": config["rms_norm_eps"], "rmsnorm": True, "apply_residual_connection_post_layernorm": False,
        "post_layer_norm": True, "add_bias_linear": False, "add_qkv_bias": config["attention_bias"],
        "multi_query_attention": True, "multi_query_group_num": config["num_key_value_heads"], "original_rope": True,
        "tie_word_embeddings": False, "eos_token_id": 2, "pad_token_id": 0,
    }
    return settings, result


def without_switch(model: torch.nn.Module) -> None:
    """A shared expert that is always half on."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "shared_expert_gate" in name:
                parameter.zero_()


def deepseek(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    """Two experts for all tokens are one of twice the width. The half of the relative's switch goes into the weights."""
    result = {}
    for name, tensor in tensors.items():
        if "shared_expert_gate" in name:
            continue
        half = 0.5 if name.endswith("shared_expert.down_proj.weight") else 1.0
        result[name.replace("shared_expert.", "shared_experts.")] = half * tensor
    settings = kept(
        config, "num_key_value_heads", "moe_intermediate_size", "num_experts_per_tok", "norm_topk_prob") | {
        "model_type": "deepseek", "architectures": ["DeepseekForCausalLM"], "n_routed_experts": config["num_experts"],
        "n_shared_experts": config["shared_expert_intermediate_size"] // config["moe_intermediate_size"],
        "first_k_dense_replace": 1, "moe_layer_freq": 1, "scoring_func": "softmax", "rope_theta": 10000.0,
        "attention_bias": False,
    }
    return settings, result


# 8-bit floats with a scale for each block

BLOCK = (8, 16)


def is_scaled(name: str, tensor: torch.Tensor) -> bool:
    """The matrices that DeepSeek publishes in 8 bits: neither tables nor the router."""
    inside = ".self_attn." in name or ".mlp." in name
    return inside and name.endswith(("_proj.weight", "_with_mqa.weight")) and tensor.dim() == 2


def scaled(weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Codes and scales. The scales are powers of two, so that what is decoded has the same codes."""
    rows, columns = BLOCK
    codes = torch.zeros_like(weight, dtype=torch.float8_e4m3fn)
    scales = torch.zeros(-(-weight.shape[0] // rows), -(-weight.shape[1] // columns))
    for row in range(scales.shape[0]):
        for column in range(scales.shape[1]):
            place = slice(row * rows, (row + 1) * rows), slice(column * columns, (column + 1) * columns)
            scale = 2.0 ** torch.ceil(torch.log2(weight[place].abs().max() / 448)).item()
            scales[row, column] = scale
            codes[place] = (weight[place] / scale).to(torch.float8_e4m3fn)
    return codes, scales


def decoded(codes: torch.Tensor, scales: torch.Tensor) -> torch.Tensor:
    wide = scales.repeat_interleave(BLOCK[0], 0).repeat_interleave(BLOCK[1], 1)
    return codes.float() * wide[: codes.shape[0], : codes.shape[1]]


def rounded(model: torch.nn.Module) -> None:
    """Every matrix that will be stored in 8 bits becomes what will be read of it. Experts lie in stacks, gate above up."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if ".experts." in name:
                for expert in parameter:
                    for part in expert.chunk(2) if "gate_up" in name else [expert]:
                        part.copy_(decoded(*scaled(part)))
            elif is_scaled(name, parameter):
                parameter.copy_(decoded(*scaled(parameter)))


def eight_bits(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    result = {}
    for name, tensor in tensors.items():
        if is_scaled(name, tensor):
            result[name], result[f"{name}_scale_inv"] = scaled(tensor)
        else:
            result[name] = tensor
    quantization = {
        "activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8", "weight_block_size": list(BLOCK)}
    return config | {"quantization_config": quantization}, result


# The first ChatGLM


class BlankFillingModel(torch.nn.Module):
    """ChatGLM-6B (Du et al., 2022; Zeng et al., 2023), as the published checkpoint is meant, in f32.

    What stands before the start token sees itself, and so does everything behind it; from the start token on tokens see what
    is before them. The first half of a head turns with the position, which stays at the mask token from the start token
    on, the second half with the place inside of the blank. A residual is the normalized input times a weight.
    """

    def __init__(self, config: Any) -> None:
        super().__init__()
        self.config = config
        width = config.hidden_size

        def norm() -> torch.nn.LayerNorm:
            return torch.nn.LayerNorm(width, eps=config.layernorm_epsilon)

        def layer() -> torch.nn.ModuleDict:
            return torch.nn.ModuleDict({
                "input_layernorm": norm(), "post_attention_layernorm": norm(),
                "attention": torch.nn.ModuleDict({
                    "query_key_value": torch.nn.Linear(width, 3 * width), "dense": torch.nn.Linear(width, width)}),
                "mlp": torch.nn.ModuleDict({
                    "dense_h_to_4h": torch.nn.Linear(width, config.inner_hidden_size),
                    "dense_4h_to_h": torch.nn.Linear(config.inner_hidden_size, width)}),
            })

        self.transformer = torch.nn.ModuleDict({
            "word_embeddings": torch.nn.Embedding(config.vocab_size, width),
            "layers": torch.nn.ModuleList([layer() for _ in range(config.num_layers)]), "final_layernorm": norm(),
        })
        self.lm_head = torch.nn.Linear(width, config.vocab_size, bias=False)

    def tie_weights(self) -> None:
        """The head has weights of its own."""

    def places(self, ids: list[int]) -> tuple[int, torch.Tensor]:
        """The length of the context, and both positions of every token."""
        start = ids.index(self.config.bos_token_id)
        masks = [self.config.gmask_token_id, self.config.mask_token_id]
        mask = masks[0] if masks[0] in ids[:start] else masks[1]
        position = [place if place < start else ids.index(mask) for place in range(len(ids))]
        return start, torch.tensor([position, [max(0, place - start + 1) for place in range(len(ids))]])

    def row(self, ids: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        count, heads, layers = len(ids), self.config.num_attention_heads, self.transformer["layers"]
        start, places = self.places(ids.tolist())
        order = torch.arange(count)
        hidden = (order[None, :] > order[:, None]) & (order[None, :] >= start)
        half = self.config.hidden_size // heads // 2
        steps = 10000.0 ** (-torch.arange(0, half, 2).float() / half)

        def turned(x: torch.Tensor) -> torch.Tensor:
            halves = []
            for part, place in zip(x.chunk(2, dim=-1), places):
                angles = torch.outer(place.float(), steps).repeat(1, 2)[:, None]
                first, second = part.chunk(2, dim=-1)
                halves.append(part * angles.cos() + torch.cat([-second, first], dim=-1) * angles.sin())
            return torch.cat(halves, dim=-1)

        x = self.transformer["word_embeddings"](ids)
        states, residual = [x], (2 * len(layers)) ** 0.5
        for layer in layers:
            normed = layer["input_layernorm"](x)
            query, key, value = layer["attention"]["query_key_value"](normed).reshape(count, heads, -1).chunk(3, dim=-1)
            scores = torch.einsum("qhd,khd->hqk", turned(query), turned(key)) / (2 * half) ** 0.5
            weights = scores.masked_fill(hidden, float("-inf")).softmax(dim=-1)
            mixed = torch.einsum("hqk,khd->qhd", weights, value).reshape(count, -1)
            x = normed * residual + layer["attention"]["dense"](mixed)
            normed = layer["post_attention_layernorm"](x)
            inner = torch.nn.functional.gelu(layer["mlp"]["dense_h_to_4h"](normed), approximate="tanh")
            x = normed * residual + layer["mlp"]["dense_4h_to_h"](inner)
            states.append(x)
        states[-1] = self.transformer["final_layernorm"](x)
        return self.lm_head(states[-1]), states

    def forward(self, input_ids: torch.Tensor, **_: Any) -> Any:
        rows = [self.row(ids) for ids in input_ids]
        self.logits = torch.stack([logits for logits, _ in rows])
        self.hidden_states = [torch.stack(states) for states in zip(*[states for _, states in rows])]
        return self


def blank(ids: list[int], settings: Settings) -> list[int]:
    """The last fifth is an answer that has begun; what it is asked for stands in front of it."""
    special = settings["mask_token_id"]
    ids = [token if token < special else token % (special - 4) + 4 for token in ids]
    written = len(ids) // 5
    mask = settings["gmask_token_id"] if ids[0] % 2 else settings["mask_token_id"]
    return ids[: len(ids) - written] + [mask, settings["bos_token_id"]] + ids[len(ids) - written :]


def chatglm_6b(config: Settings, tensors: Tensors) -> tuple[Settings, Tensors]:
    return config | {
        "model_type": "chatglm", "architectures": ["ChatGLMModel"], "position_encoding_2d": True, "torch_dtype": "float32",
    }, tensors


PUBLICATIONS: dict[str, Publication] = {
    "aquila": Publication(aquila),
    "internlm": Publication(internlm),
    "internlm2": Publication(internlm2),
    "baichuan_7b": Publication(baichuan),
    "baichuan2_7b": Publication(baichuan2, with_normalized_head),
    "baichuan_13b": Publication(baichuan_13b, model=DistanceLlama),
    "qwen": Publication(qwen),
    "chatglm2_6b": Publication(chatglm),
    "chatglm_6b": Publication(chatglm_6b, model=BlankFillingModel, compose=blank),
    "deepseek": Publication(deepseek, without_switch),
    "deepseek_v3_fp8": Publication(eight_bits, rounded),
}
