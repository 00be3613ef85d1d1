"""The peers' side of the comparison of training: PyTorch on the CPU, with PEFT for LoRA.

    python torch_training.py prepare CASE FOLDER --steps N [--gguf FILE]   weights and rows of token ids
    python torch_training.py train CASE FOLDER --steps N [--rows speed|curve] [--mode eager|compile] [--threads N]
                                   [--adapter FOLDER]

`train` prints one JSON object: the seconds and the loss of each step. Started by `training.py`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import Tensor, nn

import training_cases as cases
from training_cases import Case


class Block(nn.Module):
    """A layer of GPT-2: norms before attention and feed-forward, tanh-approximated GELU."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.ln_1, self.ln_2 = nn.LayerNorm(width, eps=1e-5), nn.LayerNorm(width, eps=1e-5)
        self.c_attn, self.attn_proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.c_fc, self.mlp_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        rows, length, width = x.shape
        parts = self.c_attn(self.ln_1(x)).view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.attn_proj(mixed.transpose(1, 2).reshape(rows, length, width))
        return x + self.mlp_proj(functional.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))


class GPT(nn.Module):
    """GPT-2 without what training does not need; faster here than the one in transformers, with the same numbers."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        assert case.shape is not None
        layers, width, heads = case.shape
        self.wte, self.wpe = nn.Embedding(case.vocabulary, width), nn.Embedding(case.sizes[cases.SPEED].context, width)
        self.h = nn.ModuleList(Block(width, heads) for _ in range(layers))
        self.ln_f = nn.LayerNorm(width, eps=1e-5)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.wte(ids) + self.wpe.weight[: ids.shape[1]]
        for block in self.h:
            x = block(x)
        return functional.linear(self.ln_f(x), self.wte.weight)

    def load(self, file: Path) -> None:
        """Takes the weights of a folder that transformers wrote, whose matrices are [inputs, outputs]."""
        from safetensors.torch import load_file

        renamed = {"attn.c_attn": "c_attn", "attn.c_proj": "attn_proj", "mlp.c_fc": "c_fc", "mlp.c_proj": "mlp_proj"}
        weights = {}
        for name, value in load_file(file).items():
            name = name.removeprefix("transformer.")
            if name.endswith(".attn.bias") or name == "lm_head.weight":
                continue
            for theirs, own in renamed.items():
                if f".{theirs}." in name:
                    name = name.replace(f".{theirs}.", f".{own}.")
                    value = value.T.contiguous() if name.endswith("weight") else value
                    break
            weights[name] = value
        self.load_state_dict(weights)


class Logits(nn.Module):
    """A model of transformers as a function of token ids."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        return self.model(input_ids=ids, use_cache=False).logits


def unpacked(gguf: Path) -> nn.Module:
    """The model of a GGUF file in float32, as a model that transformers does not take for a quantized one."""
    from transformers import AutoModelForCausalLM

    stored = AutoModelForCausalLM.from_pretrained(str(gguf.parent), gguf_file=gguf.name, dtype=torch.float32)
    configuration = stored.config
    if hasattr(configuration, "quantization_config"):
        del configuration.quantization_config
    configuration.bos_token_id = configuration.eos_token_id = None
    model = AutoModelForCausalLM.from_config(configuration, dtype=torch.float32)
    model.load_state_dict(stored.state_dict())
    return model


def prepare(case: Case, folder: Path, purpose: str, steps: int, gguf: Path | None) -> None:
    """Writes `model`, a folder of transformers with our tokenizer; the rows of a purpose as text and as ids."""
    from transformers import AutoTokenizer, GPT2Config, GPT2LMHeadModel

    model_folder = folder / "model"
    if case.is_lora:
        assert gguf is not None, "LoRA needs the GGUF file"
        if not (model_folder / "config.json").exists():
            unpacked(gguf).save_pretrained(model_folder)
            # No token ends a row: rows are as long as they are.
            (model_folder / "generation_config.json").unlink(missing_ok=True)
        tokenizer = AutoTokenizer.from_pretrained(str(gguf.parent), gguf_file=gguf.name)
        import pydoc_data.topics

        topics = pydoc_data.topics.topics
        text = "\n\n".join(topics[name] for name in sorted(topics))
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    else:
        if not (model_folder / "config.json").exists():
            torch.manual_seed(0)
            GPT2LMHeadModel(GPT2Config(**case.configuration())).save_pretrained(model_folder)
        ids = cases.words_as_ids(case.vocabulary)
    rows = cases.rows(ids, case.sizes[purpose], steps)
    cases.write_tokenizer(model_folder, case.vocabulary)
    cases.write_rows(folder / f"{purpose}.txt", rows, case.vocabulary)
    torch.save(torch.tensor(rows), folder / f"{purpose}.pt")


def network(case: Case, folder: Path, adapter: Path | None) -> nn.Module:
    if not case.is_lora:
        model = GPT(case)
        model.load(folder / "model" / "model.safetensors")
        return model
    from peft import LoraConfig, PeftModel, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(folder / "model", dtype=torch.float32, attn_implementation="sdpa")
    if adapter:
        return Logits(PeftModel.from_pretrained(base, str(adapter), is_trainable=True))
    torch.manual_seed(0)
    settings = LoraConfig(
        r=cases.RANK, lora_alpha=cases.ALPHA, target_modules=list(cases.TARGETS), lora_dropout=0.0, task_type="CAUSAL_LM"
    )
    return Logits(get_peft_model(base, settings))


def optimizer(model: nn.Module, case: Case) -> torch.optim.Optimizer:
    """Matrices decay, norms and biases do not."""
    trained = [value for value in model.parameters() if value.requires_grad]
    groups = [
        {"params": [value for value in trained if value.dim() >= 2], "weight_decay": case.weight_decay},
        {"params": [value for value in trained if value.dim() < 2], "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    return torch.optim.AdamW(groups, lr=cases.RATE, betas=cases.BETAS, eps=cases.EPSILON, fused=True)


def train(
    case: Case, folder: Path, purpose: str, mode: str, steps: int, threads: int, adapter: Path | None
) -> dict[str, object]:
    torch.set_num_threads(threads)
    rows = torch.load(folder / f"{purpose}.pt")
    batch = case.sizes[purpose].batch
    if len(rows) < steps * batch:
        raise SystemExit(f"{folder} holds {len(rows) // batch} steps, {steps} are asked for: prepare it again")
    model = network(case, folder, adapter)
    model.train()
    update = optimizer(model, case)
    run = torch.compile(model) if mode == "compile" else model
    # The last token of a row predicts nothing.
    targets = torch.full_like(rows, -100)
    targets[:, :-1] = rows[:, 1:]
    seconds, losses = [], []
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        start = time.perf_counter()
        logits = run(rows[part])
        loss = functional.cross_entropy(logits.view(-1, logits.shape[-1]), targets[part].view(-1), ignore_index=-100)
        del logits
        loss.backward()
        update.step()
        update.zero_grad(set_to_none=True)
        seconds.append(time.perf_counter() - start)
        losses.append(loss.item())
    trained = sum(value.numel() for value in model.parameters() if value.requires_grad)
    return {"seconds": seconds, "losses": losses, "trained": trained}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["prepare", "train"])
    parser.add_argument("case", choices=[case.name for case in cases.CASES])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rows", choices=[cases.SPEED, cases.CURVE], default=cases.SPEED)
    parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--gguf", type=Path)
    options = parser.parse_args()
    case = cases.named(options.case)
    if options.action == "prepare":
        options.folder.mkdir(parents=True, exist_ok=True)
        prepare(case, options.folder, options.rows, options.steps, options.gguf)
        return 0
    measured = train(
        case, options.folder, options.rows, options.mode, options.steps, options.threads, options.adapter
    )
    print(json.dumps(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
