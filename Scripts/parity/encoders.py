#!/usr/bin/env python3
"""Writes tiny encoders and encoder-decoders with random weights and what transformers and PyTorch compute with them.

The folders have the layout of the reference data that the tests read:

    Scripts/parity/encoders.py --out OUT --seed 1
    INKSTONE_GOLDEN=OUT swift test -c release --disable-testable-imports --filter 'Golden.*Encoder'
"""

import argparse
import json
import math
import zlib
from pathlib import Path
from random import Random
from typing import Any, Callable

import torch
import transformers
from safetensors.torch import load_file, save_file

GREEDY_TOKENS = 12
SMALLEST_MARGIN = 0.01
LENGTH = 12

Tensors = dict[str, torch.Tensor]


def randomized(model: torch.nn.Module, seed: int) -> torch.nn.Module:
    """The model, with weights of which each one matters."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.copy_(1 + 0.3 * noise if is_gain(name) else 0.2 * noise)
            else:
                is_table = "embed" in name or "shared" in name or "relative" in name
                parameter.copy_(noise * (0.5 if is_table else 1.2 / parameter.shape[-1] ** 0.5))
        if hasattr(model, "tie_weights"):
            model.tie_weights()
    return model.float().eval()


def is_gain(name: str) -> bool:
    return name.endswith("weight") and "norm" in name.lower()


def padded_ids(random: Random, vocabulary: int, padding: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two rows, the second one shorter, and which places are real."""
    shorter = random.randint(2, 5)
    ids = torch.tensor([[random.randrange(4, vocabulary) for _ in range(LENGTH)] for _ in range(2)])
    mask = torch.ones_like(ids)
    mask[1, LENGTH - shorter:] = 0
    return torch.where(mask.bool(), ids, padding), mask


# Encoders


def bert_settings(random: Random, **more: Any) -> dict[str, Any]:
    heads = random.choice([1, 2, 3])
    return {
        "vocab_size": random.randint(60, 110), "hidden_size": heads * random.choice([8, 12, 20]),
        "num_attention_heads": heads, "num_hidden_layers": random.randint(1, 3),
        "intermediate_size": random.randint(20, 60), "max_position_embeddings": random.randint(20, 45),
        "hidden_act": random.choice(["gelu", "relu", "gelu_new", "silu"]),
        "layer_norm_eps": random.choice([1e-12, 1e-5]), "hidden_dropout_prob": 0, "attention_probs_dropout_prob": 0,
    } | more


ENCODERS: dict[str, tuple[str, str, Callable[[Random], dict[str, Any]]]] = {
    "bert": ("BertConfig", "BertForPreTraining", lambda r: bert_settings(r)),
    "bert_masked": ("BertConfig", "BertForMaskedLM", lambda r: bert_settings(r, type_vocab_size=3)),
    "bert_bare": ("BertConfig", "BertModel", lambda r: bert_settings(r)),
    "bert_classifier": ("BertConfig", "BertForSequenceClassification", lambda r: bert_settings(r, num_labels=4)),
    "bert_tokens": ("BertConfig", "BertForTokenClassification", lambda r: bert_settings(r, num_labels=5)),
    "roberta": ("RobertaConfig", "RobertaForMaskedLM", lambda r: bert_settings(r, pad_token_id=1, type_vocab_size=1)),
    "roberta_classifier": ("RobertaConfig", "RobertaForSequenceClassification",
                           lambda r: bert_settings(r, pad_token_id=1, type_vocab_size=1, num_labels=1)),
    "xlm_roberta": ("XLMRobertaConfig", "XLMRobertaForMaskedLM",
                    lambda r: bert_settings(r, pad_token_id=3, type_vocab_size=1)),
    "xlm_roberta_classifier": ("XLMRobertaConfig", "XLMRobertaForSequenceClassification",
                               lambda r: bert_settings(r, pad_token_id=1, type_vocab_size=1, num_labels=3)),
    "xlm_roberta_tokens": ("XLMRobertaConfig", "XLMRobertaForTokenClassification",
                           lambda r: bert_settings(r, pad_token_id=1, type_vocab_size=1, num_labels=2)),
}


def encoder(name: str, random: Random, folder: Path) -> None:
    config_name, class_name, draw = ENCODERS[name]
    config = getattr(transformers, config_name)(**draw(random))
    config._attn_implementation = "eager"
    model = randomized(getattr(transformers, class_name)(config), random.randrange(1 << 31))
    model.save_pretrained(folder)
    ids, mask = padded_ids(random, config.vocab_size, config.pad_token_id)
    types = torch.tensor([[random.randrange(config.type_vocab_size) for _ in range(LENGTH)] for _ in range(2)])
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
    real = mask[..., None].float()
    body = model if class_name.endswith("Model") else model.base_model
    with torch.no_grad():
        inner = body(**inputs, output_hidden_states=True)
        outer = model(**inputs)
    tensors: Tensors = dict(inputs) | {"last_hidden_state": inner.last_hidden_state * real}
    tensors |= {f"hidden_states.{index}": state * real for index, state in enumerate(inner.hidden_states)}
    if getattr(inner, "pooler_output", None) is not None:
        tensors["pooler_output"] = inner.pooler_output
    if class_name.endswith("PreTraining"):
        tensors |= {"mlm_logits": outer.prediction_logits * real,
                    "next_sentence_logits": outer.seq_relationship_logits}
    elif class_name.endswith("MaskedLM"):
        tensors["mlm_logits"] = outer.logits * real
    elif class_name.endswith("TokenClassification"):
        tensors["class_logits"] = outer.logits * real
    elif class_name.endswith("SequenceClassification"):
        tensors["class_logits"] = outer.logits
    finish(folder, name, tensors, {"model_type": config.model_type, "T": LENGTH})


# T5 and its relatives


def t5_settings(random: Random, **more: Any) -> dict[str, Any]:
    return {
        "vocab_size": random.randint(60, 110), "d_model": random.choice([16, 20, 28]), "d_kv": random.choice([4, 8, 12]),
        "num_heads": random.randint(1, 3), "d_ff": random.randint(20, 60), "num_layers": random.randint(1, 3),
        "num_decoder_layers": random.randint(1, 3), "dropout_rate": 0.0,
        "relative_attention_num_buckets": random.choice([6, 8, 9, 32]),
        "relative_attention_max_distance": random.choice([17, 20, 128]), "decoder_start_token_id": 0,
    } | more


T5S: dict[str, tuple[str, str, Callable[[Random], dict[str, Any]]]] = {
    "t5": ("T5Config", "T5ForConditionalGeneration", lambda r: t5_settings(r, feed_forward_proj="relu")),
    "t5_v1_1": ("T5Config", "T5ForConditionalGeneration",
                lambda r: t5_settings(r, feed_forward_proj="gated-gelu", tie_word_embeddings=False)),
    "ul2": ("T5Config", "T5ForConditionalGeneration",
            lambda r: t5_settings(r, feed_forward_proj="gated-silu", tie_word_embeddings=False)),
    "mt5": ("MT5Config", "MT5ForConditionalGeneration", lambda r: t5_settings(r, feed_forward_proj="gated-gelu")),
    # A head of its own, as the published checkpoints of T5 1.1 and its relatives have it.
    "flan_t5": ("T5Config", "T5ForConditionalGeneration",
                lambda r: t5_settings(r, feed_forward_proj="gated-gelu", tie_word_embeddings=False)),
}


def t5(name: str, random: Random, folder: Path) -> None:
    config_name, class_name, draw = T5S[name]
    config = getattr(transformers, config_name)(**draw(random))
    config._attn_implementation = "eager"
    model = randomized(getattr(transformers, class_name)(config), random.randrange(1 << 31))
    if name == "flan_t5":
        noise = torch.randn(config.vocab_size, config.d_model, generator=torch.Generator().manual_seed(5))
        model.lm_head.weight = torch.nn.Parameter(noise / math.sqrt(config.d_model))
    ids, mask = padded_ids(random, config.vocab_size, config.pad_token_id)
    written = random.randint(5, 8)
    targets = torch.tensor([[0] + [random.randrange(3, config.vocab_size) for _ in range(written - 1)]
                            for _ in range(2)])
    labels = torch.tensor([[random.randrange(3, config.vocab_size) for _ in range(written)] for _ in range(2)])
    labels[1, written - 2:] = -100
    with torch.no_grad():
        result = model(input_ids=ids, attention_mask=mask, decoder_input_ids=targets, output_hidden_states=True)
        trained = model(input_ids=ids, attention_mask=mask, labels=labels)
    real = mask[..., None].float()
    tensors: Tensors = {
        "input_ids": ids, "attention_mask": mask, "decoder_input_ids": targets, "logits": result.logits,
        "encoder_last_hidden_state": result.encoder_last_hidden_state * real, "labels": labels,
        "labels.decoder_input_ids": model.prepare_decoder_input_ids_from_labels(labels), "loss": trained.loss.reshape(1),
    }
    tensors |= {f"encoder_hidden_states.{i}": state * real for i, state in enumerate(result.encoder_hidden_states)}
    tensors |= {f"decoder_hidden_states.{i}": state for i, state in enumerate(result.decoder_hidden_states)}
    answer = greedy(model, config, random)
    tensors |= {"greedy.encoder_input_ids": answer["source"], "greedy.step_logits": answer["steps"]}
    save(model, name, folder)
    finish(folder, name, tensors, {
        "model_type": config.model_type, "T": LENGTH,
        "greedy": {"encoder_input": "greedy.encoder_input_ids", "decoder_start_token_id": 0,
                   "continuation": answer["continuation"], "min_top1_top2_margin": answer["margin"]},
    })


def save(model: torch.nn.Module, name: str, folder: Path) -> None:
    """As the library writes it, but for a head of its own, which it would tie."""
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    if name == "flan_t5":
        tensors = load_file(folder / "model.safetensors")
        tensors["lm_head.weight"] = model.lm_head.weight.detach().clone()
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        # The spelling of published files, which know no other key.
        config.pop("scale_decoder_outputs", None)
        config["tie_word_embeddings"] = False
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def greedy(model: torch.nn.Module, config: Any, random: Random) -> dict[str, Any]:
    """An answer in which no second choice is near the first."""
    for _ in range(200):
        source = torch.tensor([[random.randrange(3, config.vocab_size) for _ in range(random.randint(5, 10))]])
        fed, steps, margin = [0], [], float("inf")
        for _ in range(GREEDY_TOKENS):
            with torch.no_grad():
                logits = model(input_ids=source, decoder_input_ids=torch.tensor([fed])).logits[0, -1]
            best = logits.topk(2).values
            margin = min(margin, float(best[0] - best[1]))
            steps.append(logits)
            fed.append(int(logits.argmax()))
        if margin >= SMALLEST_MARGIN:
            return {"source": source, "continuation": fed[1:], "steps": torch.stack(steps), "margin": margin}
    raise SystemExit("no source whose answer is clear")


# The original Transformer


class Translator(torch.nn.Module):
    """PyTorch's own, with an embedding for both sides and a map to logits."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(config["vocab_size"], config["d_model"])
        self.transformer = torch.nn.Transformer(
            config["d_model"], config["nhead"], config["num_encoder_layers"], config["num_decoder_layers"],
            config["dim_feedforward"], dropout=0, activation=config["activation"], batch_first=True,
            layer_norm_eps=config["layer_norm_eps"], norm_first=config["norm_first"])
        self.generator = torch.nn.Linear(config["d_model"], config["vocab_size"])


def positions(count: int, width: int) -> torch.Tensor:
    angles = torch.arange(count)[:, None] * torch.exp(-math.log(10_000) * torch.arange(0, width, 2) / width)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).reshape(count, width)


def vanilla(name: str, random: Random, folder: Path) -> None:
    heads = random.choice([1, 2, 4])
    config = {
        "model_type": "vanilla_transformer", "d_model": heads * random.choice([8, 12]), "nhead": heads,
        "num_encoder_layers": random.randint(1, 3), "num_decoder_layers": random.randint(1, 3),
        "dim_feedforward": random.randint(20, 60), "vocab_size": random.randint(60, 110),
        "activation": random.choice(["relu", "gelu"]), "norm_first": random.random() < 0.5,
        "final_layernorm_per_stack": True, "layer_norm_eps": 1e-5, "embedding_scale": "sqrt(d_model)",
        "positional_encoding": "sinusoidal, interleaved sin (even) / cos (odd)",
    }
    model = randomized(Translator(config), random.randrange(1 << 31))
    source, mask = padded_ids(random, config["vocab_size"], 0)
    target = torch.tensor([[random.randrange(3, config["vocab_size"]) for _ in range(8)] for _ in range(2)])
    scale, width = math.sqrt(config["d_model"]), config["d_model"]
    padding = ~mask.bool()
    with torch.no_grad():
        encoded = model.transformer.encoder(
            model.embedding(source) * scale + positions(LENGTH, width), src_key_padding_mask=padding)
        causal = torch.nn.Transformer.generate_square_subsequent_mask(8)
        decoded = model.transformer.decoder(
            model.embedding(target) * scale + positions(8, width), encoded, tgt_mask=causal,
            memory_key_padding_mask=padding)
        logits = model.generator(decoded)
    folder.mkdir(parents=True, exist_ok=True)
    save_file({key: value.contiguous() for key, value in model.state_dict().items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    finish(folder, name, {
        "src": source, "tgt": target, "src_key_padding_mask": padding.to(torch.uint8),
        "positional_encoding": positions(LENGTH, width), "encoder_output": encoded * mask[..., None],
        "decoder_output": decoded, "logits": logits,
    }, {})


def finish(folder: Path, name: str, tensors: Tensors, description: dict[str, Any]) -> None:
    (folder / "generation_config.json").unlink(missing_ok=True)
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()},
              folder / "expected.safetensors")
    source = f"transformers {transformers.__version__}, torch {torch.__version__}"
    (folder / "expected.json").write_text(json.dumps({"name": name, "source": source} | description, indent=1) + "\n")


WRITERS: dict[str, Callable[[str, Random, Path], None]] = (
    dict.fromkeys(ENCODERS, encoder) | dict.fromkeys(T5S, t5) | {"vanilla_transformer": vanilla})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets a folder models/ of models")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other sizes and weights")
    parser.add_argument("names", nargs="*", help=f"models; without any all of {', '.join(WRITERS)}")
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(2)
    for name in arguments.names or WRITERS:
        folder = arguments.out / "models" / name
        WRITERS[name](name, Random(zlib.crc32(f"{arguments.seed} {name}".encode())), folder)
        print(folder)


if __name__ == "__main__":
    main()
