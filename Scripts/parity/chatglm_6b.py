"""ChatGLM-6B, which transformers does not know, in PyTorch (Du et al., 2022; Zeng et al., 2023).

What lies before the start of an answer is seen by all; from there on positions stay at the place of the mask and a second
position counts. One half of a head is turned by each of the two. A residual is the normalized input times the root of
twice the layers. Names are those of the published checkpoints.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import save_file
from torch.nn import Embedding, LayerNorm, Linear, Module, ModuleDict, ModuleList
from torch.nn.functional import gelu

EPSILON = 1e-5


def settings(random: Random) -> dict[str, Any]:
    heads, vocabulary = random.choice([2, 3]), random.randint(60, 90)
    return {
        "model_type": "chatglm", "architectures": ["ChatGLMModel"], "vocab_size": vocabulary,
        "hidden_size": heads * random.choice([8, 12, 16]), "inner_hidden_size": random.randint(20, 60),
        "num_layers": random.randint(2, 3), "num_attention_heads": heads, "layernorm_epsilon": EPSILON,
        "max_sequence_length": 64, "position_encoding_2d": True, "mask_token_id": vocabulary - 4,
        "gmask_token_id": vocabulary - 3, "bos_token_id": vocabulary - 2, "eos_token_id": vocabulary - 1,
        "pad_token_id": 3, "torch_dtype": "float32", "use_cache": True,
    }


def rotated(x: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
    """Halves of [tokens, heads, width] as pairs, turned by positions."""
    half = x.shape[-1] // 2
    angles = positions[:, None].float() * 10000.0 ** (-torch.arange(half) / half)
    cos, sin = angles.cos()[:, None], angles.sin()[:, None]
    first, second = x[..., :half], x[..., half:]
    return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)


@dataclass(frozen=True)
class Result:
    logits: torch.Tensor
    hidden_states: list[torch.Tensor]


class ChatGLM6B(Module):
    """The model; one row of tokens at a time, in which a mask and the start of the answer occur."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__()
        self.values = values
        self.config = SimpleNamespace(model_type="chatglm", vocab_size=values["vocab_size"])
        width, inner = values["hidden_size"], values["inner_hidden_size"]

        def layer() -> ModuleDict:
            return ModuleDict({
                "input_layernorm": LayerNorm(width, EPSILON), "post_attention_layernorm": LayerNorm(width, EPSILON),
                "attention": ModuleDict({"query_key_value": Linear(width, 3 * width), "dense": Linear(width, width)}),
                "mlp": ModuleDict({"dense_h_to_4h": Linear(width, inner), "dense_4h_to_h": Linear(inner, width)})})

        self.transformer = ModuleDict({
            "word_embeddings": Embedding(values["vocab_size"], width),
            "layers": ModuleList([layer() for _ in range(values["num_layers"])]),
            "final_layernorm": LayerNorm(width, EPSILON)})
        self.lm_head = Linear(width, values["vocab_size"], bias=False)

    def tie_weights(self) -> None:
        """Nothing is tied."""

    def save_pretrained(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, folder / "model.safetensors")
        (folder / "config.json").write_text(json.dumps(self.values))

    def attention(self, layer: Module, x: torch.Tensor, places: tuple[torch.Tensor, torch.Tensor], seen: torch.Tensor) -> Any:
        count, heads = x.shape[0], self.values["num_attention_heads"]
        parts = layer["query_key_value"](x).view(count, heads, 3, -1)
        half = parts.shape[-1] // 2
        turned = [torch.cat([rotated(part[..., :half], places[0]), rotated(part[..., half:], places[1])], -1)
                  for part in (parts[:, :, 0], parts[:, :, 1])]
        scores = torch.einsum("qhd,khd->hqk", *turned) / (2 * half) ** 0.5
        weights = scores.masked_fill(~seen, float("-inf")).softmax(-1)
        return layer["dense"](torch.einsum("hqk,khd->qhd", weights, parts[:, :, 2]).reshape(count, -1))

    def row(self, ids: list[int]) -> Result:
        start = ids.index(self.values["bos_token_id"])
        mask = next(place for place, token in enumerate(ids) if token in (
            self.values["gmask_token_id"], self.values["mask_token_id"]))
        count, place = len(ids), torch.arange(len(ids))
        places = (torch.where(place < start, place, mask), (place - start + 1).clamp(min=0))
        seen = (place[None, :] <= place[:, None]) | (place[None, :] < start)
        alpha = (2 * self.values["num_layers"]) ** 0.5
        x = self.transformer["word_embeddings"](torch.tensor(ids))
        states = [x]
        for layer in self.transformer["layers"]:
            inner = layer["input_layernorm"](x)
            x = inner * alpha + self.attention(layer["attention"], inner, places, seen)
            inner = layer["post_attention_layernorm"](x)
            hidden = gelu(layer["mlp"]["dense_h_to_4h"](inner), approximate="tanh")
            x = inner * alpha + layer["mlp"]["dense_4h_to_h"](hidden)
            states.append(x)
        states[-1] = self.transformer["final_layernorm"](x)
        return Result(self.lm_head(states[-1]), states)

    def forward(self, input_ids: torch.Tensor, **_: Any) -> Result:
        rows = [self.row(row.tolist()) for row in input_ids]
        states = [torch.stack(parts) for parts in zip(*(row.hidden_states for row in rows))]
        return Result(torch.stack([row.logits for row in rows]), states)

    def drawn_ids(self, rows: int, random: Random) -> torch.Tensor:
        """Rows of one length with a mask and the start of an answer."""
        before, behind = random.randint(3, 6), random.randint(3, 6)
        words = self.values["vocab_size"] - 4

        def row() -> list[int]:
            ids = [random.randrange(4, words) for _ in range(before + behind)]
            mask = random.choice([self.values["gmask_token_id"], self.values["mask_token_id"]])
            return ids[:before] + [mask, self.values["bos_token_id"]] + ids[before:]

        return torch.tensor([row() for _ in range(rows)])
