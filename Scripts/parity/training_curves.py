"""The losses of training beside those of PyTorch, step by step: same weights, same batches, same updates.

    python Scripts/parity/training_curves.py .build/release/inkstone /tmp/curves
    python Scripts/parity/training_curves.py .build/release/inkstone /tmp/curves t5 muon

Tiny models of transformers with random weights learn 20 steps: T5 by span corruption, a mixture of experts with its
auxiliary loss, Muon, Adafactor, and DoRA beside PEFT's. Printed are the largest differences of a loss, and of the gradient's
norm of the first step, each in relation to the number itself.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import tokenizers
import torch
import torch.nn.functional as functional
import transformers

STEPS, BATCH, LENGTH = 20, 4, 24
RATE = 5e-3
# Characters that stand for the tokens of a row, one each, behind the marks of T5.
ALPHABET = [chr(code) for code in range(0x4E00, 0x4E00 + 96)]
SPANS = LENGTH // 2
MARKS = ["<pad>", "</s>"] + [f"<extra_id_{number}>" for number in range(SPANS)]
VOCABULARY = len(MARKS) + len(ALPHABET)
AT_MOST = 1e-3


def rows() -> list[list[int]]:
    """Rows in which every token follows from the one before, most of the time."""
    drawn = torch.Generator().manual_seed(3)
    result = []
    for _ in range(STEPS * BATCH):
        row = [int(torch.randint(len(ALPHABET), (), generator=drawn))]
        while len(row) < LENGTH:
            jump = int(torch.randint(5, (), generator=drawn)) == 0
            row.append(int(torch.randint(len(ALPHABET), (), generator=drawn)) if jump else (row[-1] * 5 + 7) % len(ALPHABET))
        result.append([len(MARKS) + id for id in row])
    return result


def write_tokenizer(folder: Path) -> None:
    tokens = {token: id for id, token in enumerate(MARKS + ALPHABET)}
    core = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=tokens, merges=[]))
    core.add_special_tokens(MARKS)
    transformers.PreTrainedTokenizerFast(tokenizer_object=core, pad_token="<pad>", eos_token="</s>").save_pretrained(folder)


# Models


def llama(**more) -> transformers.PreTrainedModel:
    return transformers.LlamaForCausalLM(transformers.LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=64, intermediate_size=128, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=False, initializer_range=0.1,
        bos_token_id=None, eos_token_id=None, **more))


def mixtral() -> transformers.PreTrainedModel:
    return transformers.MixtralForCausalLM(transformers.MixtralConfig(
        vocab_size=VOCABULARY, hidden_size=64, intermediate_size=96, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, num_local_experts=4, num_experts_per_tok=2,
        initializer_range=0.1, sliding_window=None, output_router_logits=True, router_aux_loss_coef=BALANCE,
        bos_token_id=None, eos_token_id=None))


def t5() -> transformers.PreTrainedModel:
    return transformers.T5ForConditionalGeneration(transformers.T5Config(
        vocab_size=VOCABULARY, d_model=64, d_kv=16, d_ff=128, num_layers=2, num_heads=4, dropout_rate=0.0,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False, decoder_start_token_id=0, pad_token_id=0,
        eos_token_id=1))


BALANCE = 0.05


# Losses


def ended(batch: torch.Tensor) -> torch.Tensor:
    """Rows with the token behind every text."""
    return functional.pad(batch, (0, 1), value=1)


def next_token_loss(model, batch: torch.Tensor) -> torch.Tensor:
    batch = ended(batch)
    logits = model(input_ids=batch, use_cache=False).logits
    return functional.cross_entropy(logits[:, :-1].flatten(0, 1), batch[:, 1:].flatten())


def mixture_loss(model, batch: torch.Tensor) -> torch.Tensor:
    batch = ended(batch)
    result = model(input_ids=batch, use_cache=False, output_router_logits=True)
    tokens = functional.cross_entropy(result.logits[:, :-1].flatten(0, 1), batch[:, 1:].flatten())
    return tokens + BALANCE * result.aux_loss


def span_loss(model, batch: torch.Tensor) -> torch.Tensor:
    """Every second token is a span of its own: at this rate there is one way to take them out."""
    sources, targets = [], []
    for row in batch.tolist():
        marks = range(2, 2 + SPANS)
        sources.append([id for kept, mark in zip(row[0::2], marks) for id in (kept, mark)] + [1])
        targets.append([id for taken, mark in zip(row[1::2], marks) for id in (mark, taken)] + [1])
    return model(input_ids=torch.tensor(sources), labels=torch.tensor(targets)).loss


# Updates


class Both:
    """Muon for the matrices between embeddings and head, AdamW for the rest."""

    def __init__(self, model) -> None:
        named = list(model.named_parameters())
        def inner(name, value):
            return value.dim() >= 2 and "embed" not in name and "lm_head" not in name
        self.parts = [
            torch.optim.Muon([v for n, v in named if inner(n, v)], lr=RATE, weight_decay=0.0, momentum=0.95,
                             adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW([v for n, v in named if not inner(n, v)], lr=RATE, betas=(0.9, 0.999), weight_decay=0.0),
        ]

    def step(self) -> None:
        for part in self.parts:
            part.step()

    def zero_grad(self) -> None:
        for part in self.parts:
            part.zero_grad()


def exact_orthogonalization() -> None:
    """PyTorch's Muon rounds to bf16 in between, which the losses of many steps show; ours computes in f32."""
    from torch.optim import _muon

    def orthogonalized(gradient, coefficients, steps, eps):
        a, b, c = coefficients
        x = gradient.double()
        x = x.T if gradient.shape[0] > gradient.shape[1] else x
        x = x / x.norm().clamp(min=eps)
        for _ in range(steps):
            gram = x @ x.T
            x = a * x + (b * gram + c * gram @ gram) @ x
        return (x.T if gradient.shape[0] > gradient.shape[1] else x).float()

    _muon._zeropower_via_newtonschulz = orthogonalized


def adamw(model):
    return torch.optim.AdamW([v for v in model.parameters() if v.requires_grad], lr=RATE, betas=(0.9, 0.999), weight_decay=0.0)


def muon(model):
    return Both(model)


def adafactor(model):
    return transformers.optimization.Adafactor(
        model.parameters(), lr=RATE, relative_step=False, scale_parameter=False, warmup_init=False)


# name: model, loss, update, and what the recipe says
CASES = {
    "t5": (t5, span_loss, adamw, {"objective": {"kind": "span_corruption", "rate": 0.5, "mean_length": 1}}),
    "t5_adafactor": (t5, span_loss, adafactor, {
        "objective": {"kind": "span_corruption", "rate": 0.5, "mean_length": 1}, "optimizer": {"kind": "adafactor"}}),
    "experts": (mixtral, mixture_loss, adamw, {"expert_balance": BALANCE}),
    "experts_unbalanced": (mixtral, next_token_loss, adamw, {}),
    "muon": (llama, next_token_loss, muon, {"optimizer": {"kind": "muon"}}),
    "adafactor": (llama, next_token_loss, adafactor, {"optimizer": {"kind": "adafactor"}}),
    "dora": (llama, next_token_loss, adamw, {
        "train": {"method": "lora", "variant": "dora", "rank": 4, "alpha": 8, "targets": ["all-linear"]}}),
}


def ours(program: str, folder: Path, name: str, more: dict, rate: float, steps: int) -> Path:
    recipe = {
        "task": "pretrain", "seed": 0, "model": {"path": str(folder / "model")},
        "data": [{"path": str(folder / "rows.txt"), "documents": "lines"}], "order": "sequential", "dropout": 0,
        # With the token behind every text.
        "sequence": {"length": LENGTH + 1}, "schedule": {"kind": "constant"}, "batch": {"size": BATCH},
        "steps": steps, "checkpoint": {"every": 1_000_000, "keep": 1}, **more,
    }
    recipe["optimizer"] = {"kind": "adamw", **more.get("optimizer", {}), "learning_rate": rate, "weight_decay": 0}
    file = folder / f"{name}.yaml"
    file.write_text(json.dumps(recipe, indent=1), encoding="utf-8")
    done = subprocess.run([program, "train", file, "--output", folder / name, "--quiet", "--threads", "1"],
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip()[-500:]}")
    return folder / name


def compare(program: str, folder: Path, name: str) -> float:
    make, loss, update, more = CASES[name]
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(11)
    model = make()
    model.save_pretrained(folder / "model")
    (folder / "model" / "generation_config.json").unlink(missing_ok=True)
    write_tokenizer(folder / "model")
    ids = rows()
    text = dict(enumerate(MARKS + ALPHABET))
    (folder / "rows.txt").write_text("".join("".join(text[id] for id in row) + "\n" for row in ids), encoding="utf-8")
    run = ours(program, folder, "run", more, RATE, STEPS)
    if "train" in more:
        import peft

        # The adapter that the run began with: that of a step whose rate changes nothing.
        start = ours(program, folder, "start", more, 1e-30, 1) / "final"
        model = peft.PeftModel.from_pretrained(model, str(start), is_trainable=True)
    metrics = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    optimizer = update(model)
    losses, norm = [], 0.0
    for step in range(STEPS):
        value = loss(model, torch.tensor(ids[step * BATCH:(step + 1) * BATCH]))
        value.backward()
        if step == 0:
            norm = float(torch.sqrt(sum((v.grad.double() ** 2).sum() for v in model.parameters() if v.grad is not None)))
        optimizer.step()
        optimizer.zero_grad()
        losses.append(value.item())
    apart = [abs(line["loss"] / expected - 1) for line, expected in zip(metrics, losses, strict=True)]
    first = abs(metrics[0]["gradient_norm"] / norm - 1)
    print(f"{'WRONG ' if max(apart + [first]) > AT_MOST else ''}{name}: losses {losses[0]:.4f} to {losses[-1]:.4f}, "
          f"first apart {apart[0]:.1e}, norm of the first gradient {first:.1e}, {STEPS} steps {max(apart):.1e}", flush=True)
    return max(apart + [first])


def main() -> int:
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    exact_orthogonalization()
    program, folder = sys.argv[1], Path(sys.argv[2])
    worst = [compare(program, folder / name, name) for name in sys.argv[3:] or CASES]
    return 0 if max(worst) <= AT_MOST else 4


if __name__ == "__main__":
    sys.exit(main())
