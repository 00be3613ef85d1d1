#!/usr/bin/env python3
"""Writes tiny models with random weights and what transformers computes with them.

The folders have the layout of the reference data that the tests read (`INKSTONE_GOLDEN=OUT`): `config.json` and
`model.safetensors` as `save_pretrained` writes them, `config_hub.json` in the older spelling, `expected.safetensors` and
`expected.json`.
"""

import argparse
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
import transformers
from families import Family, Settings
from relatives import MODELS
from safetensors.torch import load_file, save_file

GREEDY_TOKENS = 12
SMALLEST_MARGIN = 0.01


def build(family: Family, settings: dict, seed: int) -> torch.nn.Module:
    """The model, with weights of which each one matters."""
    if family.model:
        model = family.model(settings).eval()
    else:
        config = getattr(transformers, family.config)(**settings)
        model = transformers.AutoModelForCausalLM.from_config(
            config, attn_implementation=family.attention, experts_implementation="eager").float().eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        buffers = [pair for pair in model.named_buffers() if pair[0].endswith("correction_bias")]
        for name, parameter in [*model.named_parameters(), *buffers]:
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                # Gains stay near one; biases are not small.
                is_gain = name.endswith("weight") and not offsets_gains(model)
                parameter.copy_(1 + 0.3 * noise if is_gain else 0.2 * noise)
            else:
                is_table = "embed" in name or "wte" in name or "wpe" in name
                parameter.copy_(noise * (0.5 if is_table else 1.2 / parameter.shape[-1] ** 0.5))
        model.tie_weights()
    if family.prepare:
        family.prepare(model)
    return model


def offsets_gains(model: torch.nn.Module) -> bool:
    """Gemma stores the gains of its norms minus one."""
    return model.config.model_type.startswith("gemma")


def forward(model: torch.nn.Module, ids: torch.Tensor, **more) -> tuple[torch.Tensor, list[torch.Tensor]]:
    """Logits, and the states before the first layer, between the layers and after the final norm."""
    forget_longest(model)
    projected = []
    inner = [module for name, module in model.named_modules() if name.endswith("project_out")]
    hooks = [module.register_forward_pre_hook(lambda _, x: projected.append(x[0])) for module in inner]
    with torch.no_grad():
        result = model(input_ids=ids, output_hidden_states=True, use_cache=False, **more)
    for hook in hooks:
        hook.remove()
    states = list(result.hidden_states)
    # Where a projection follows the last layer, the state is what goes into it.
    return result.logits, states[:-1] + projected if projected else states


def forget_longest(model: torch.nn.Module) -> None:
    """Transformers turns by the longest text that it has seen yet where rotations grow with the text."""
    for module in model.modules():
        if getattr(module, "rope_type", None) == "dynamic":
            module.register_buffer("inv_freq", module.original_inv_freq.clone(), persistent=False)
            module.max_seq_len_cached = module.original_max_seq_len


def padded(model: torch.nn.Module, ids: torch.Tensor, side: str, shorter: int) -> dict[str, torch.Tensor]:
    """Both rows, the second one padded at a side."""
    length = ids.shape[1]
    mask = torch.ones_like(ids)
    rows = ids.clone()
    if side == "right":
        mask[1, length - shorter:] = 0
    else:
        mask[1, :shorter] = 0
        rows[1, shorter:] = ids[1, : length - shorter]
    rows = rows * mask
    logits = torch.zeros(2, length, model.config.vocab_size)
    for row in range(2):
        # The reference for a padded row is the row of its real tokens alone, turned for the longest row: what is put
        # behind them changes nothing else.
        real = mask[row].bool()
        filled = torch.zeros_like(rows[row])
        filled[: real.sum()] = rows[row][real]
        logits[row, real] = forward(model, filled[None])[0][0, : real.sum()]
    positions = (mask.cumsum(-1) - 1).clamp(min=0) * mask
    return {
        "input_ids": rows, "attention_mask": mask, "position_ids": positions, "logits": logits,
    }


def greedy(model: torch.nn.Module, vocabulary: int, random: Random) -> dict:
    """A continuation in which no second choice is near the first."""
    for _ in range(200):
        prompt = [random.randrange(3, vocabulary) for _ in range(random.randint(4, 9))]
        sequence, steps, margin = list(prompt), [], float("inf")
        for _ in range(GREEDY_TOKENS):
            logits = forward(model, torch.tensor([sequence]))[0][0, -1]
            best = logits.topk(2).values
            margin = min(margin, float(best[0] - best[1]))
            steps.append(logits)
            sequence.append(int(logits.argmax()))
        if margin >= SMALLEST_MARGIN:
            return {"prompt": prompt, "continuation": sequence[len(prompt):], "steps": torch.stack(steps),
                    "margin": margin}
    raise SystemExit("no prompt whose continuation is clear")


def older_spelling(config: dict) -> dict:
    """The configuration as checkpoints from before transformers 5 spell it."""
    older = dict(config)
    older["torch_dtype"] = older.pop("dtype", "float32")
    if config["model_type"] == "gpt2":
        older["n_ctx"] = config["n_positions"]
    if config["model_type"] == "mpt":
        older["architectures"] = ["MPTForCausalLM"]
    rotary = older.pop("rope_parameters", None)
    if not rotary or any(isinstance(value, dict) for value in rotary.values()):
        # One entry for each kind of layer has no older spelling here.
        return older | ({"rope_parameters": rotary} if rotary else {})
    is_neox = config["model_type"] == "gpt_neox"
    older["rotary_emb_base" if is_neox else "rope_theta"] = rotary["rope_theta"]
    if "partial_rotary_factor" in rotary:
        older["rotary_pct" if is_neox else "partial_rotary_factor"] = rotary["partial_rotary_factor"]
    kept = {"rope_theta", "partial_rotary_factor", "rope_type"}
    scaling = {key: value for key, value in rotary.items() if key not in kept}
    older["rope_scaling"] = scaling | {"type": rotary["rope_type"]} if scaling else None
    return older


@dataclass(frozen=True)
class Written:
    """A model and the folder that it was written to."""

    folder: Path
    model: torch.nn.Module
    settings: Settings
    config: Settings
    random: Random

    def drawn_ids(self, rows: int) -> torch.Tensor:
        """Rows of tokens of one length."""
        if hasattr(self.model, "drawn_ids"):
            return self.model.drawn_ids(rows, self.random)
        length = self.random.randint(9, 13)
        vocabulary = self.settings["vocab_size"]
        return torch.tensor([[self.random.randrange(3, vocabulary) for _ in range(length)] for _ in range(rows)])


def write_model(name: str, seed: int, out: Path) -> Written:
    """The folder of a model, without what is expected of it."""
    family = MODELS[name]
    random = Random(zlib.crc32(f"{seed} {name}".encode()))
    settings = family.draw(random)
    model = build(family, settings, random.randrange(1 << 31))
    folder = out / name
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    config = json.loads((folder / "config.json").read_text()) | family.overrides
    if family.layout:
        config, tensors = family.layout(config, load_file(folder / "model.safetensors"))
        kept = {key: value.clone().contiguous() for key, value in tensors.items()}
        save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    else:
        (folder / "config_hub.json").write_text(json.dumps(older_spelling(config), indent=2, sort_keys=True) + "\n")
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    return Written(folder, model, settings, config, random)


def write(name: str, seed: int, out: Path) -> Path:
    """One folder."""
    written = write_model(name, seed, out)
    folder, model, config, random = written.folder, written.model, written.config, written.random
    vocabulary = written.settings["vocab_size"]
    ids = written.drawn_ids(2)
    length = ids.shape[1]
    logits, states = forward(model, ids)
    tensors = {"input_ids": ids, "logits": logits}
    tensors |= {f"hidden_states.{index}": state for index, state in enumerate(states)}
    for side in ["right", "left"]:
        parts = padded(model, ids, side, random.randint(2, 4))
        tensors |= {f"{side}_pad.{key}": value for key, value in parts.items()}
    continuation = greedy(model, vocabulary, random)
    tensors["greedy.step_logits"] = continuation["steps"]
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()},
              folder / "expected.safetensors")
    description = {
        "name": name, "model_type": config["model_type"], "source": f"transformers {transformers.__version__}",
        "tied_lm_head": bool(config.get("tie_word_embeddings")), "T": length,
        "greedy": {"prompt": continuation["prompt"], "continuation": continuation["continuation"],
                   "min_top1_top2_margin": continuation["margin"]},
    }
    (folder / "expected.json").write_text(json.dumps(description, indent=1) + "\n")
    return folder


def quiet() -> None:
    """Keeps the library from speaking while a table is printed."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_num_threads(2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="the folder that gets a folder models/ of models")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other sizes and weights")
    parser.add_argument("names", nargs="*", help=f"families; without any all of {', '.join(MODELS)}")
    arguments = parser.parse_args()
    quiet()
    # Whose rows are no plain sequences has no padded ones to expect.
    for name in arguments.names or [name for name, family in MODELS.items() if not family.model]:
        print(write(name, arguments.seed, arguments.out / "models"))


if __name__ == "__main__":
    main()
