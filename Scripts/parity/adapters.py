#!/usr/bin/env python3
"""Writes adapters of tiny models as PEFT saves them, with the logits that it computes, and looks at adapters that Inkstone
wrote.

  adapters.py make MODELS OUT      adapters of folders in MODELS, the layouts that fuse or transpose projections among them
  adapters.py encoders MODELS OUT  adapters of T5, BERT and RoBERTa, with logits, last states, or classes of a head that
                                   comes with the adapter
  adapters.py ranks OUT            what the rank allocator of AdaLoRA leaves of given values and gradients
  adapters.py train BASE OUT       an adapter of LLaMA-Adapter on BASE, with loss and gradients too; BASE has
                                   `expected.safetensors` (`input_ids`, `labels`)
  adapters.py exchange PROGRAM OUT [NAME...]
                                   every method in both directions: trained by Inkstone and loaded by PEFT, saved by PEFT
                                   and loaded by Inkstone; names choose among the cases
  adapters.py check FOLDER...      loads folders with `adapter_config.json`, whose base is named there, and compares with
                                   `expected.safetensors` (`input_ids`, `logits`)
"""

import json
import sys
from pathlib import Path

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

# Name, model, configuration.
CASES = [
    ("gpt2_lora", "gpt2", lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["c_attn", "c_proj", "c_fc"])),
    ("gpt2_dora", "gpt2", lambda: peft.LoraConfig(r=2, lora_alpha=2, target_modules=["c_attn"], use_dora=True)),
    ("gpt2_ia3", "gpt2", lambda: peft.IA3Config(target_modules=["c_attn", "mlp.c_proj"], feedforward_modules=["mlp.c_proj"])),
    ("gpt_neox_lora", "gpt_neox", lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["query_key_value", "dense"])),
    ("bloom_lora", "bloom", lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["query_key_value"])),
    ("phi3_lora", "phi3", lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["qkv_proj", "gate_up_proj"])),
    ("llama_bias_all", "llama_bias", lambda: peft.LoraConfig(r=2, target_modules=["q_proj", "down_proj"], bias="all")),
    ("llama_bias_dora", "llama_bias", lambda: peft.LoraConfig(r=2, target_modules=["q_proj"], bias="lora_only", use_dora=True)),
    ("llama_head_lora", "llama", lambda: peft.LoraConfig(r=2, target_modules=["lm_head", "o_proj"])),
    ("gemma_prompt", "gemma", lambda: peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=3)),
    ("gpt2_bias_all", "gpt2", lambda: peft.LoraConfig(r=2, target_modules=["c_attn"], bias="all")),
    ("gpt2_llama_adapter", "gpt2", lambda: peft.AdaptionPromptConfig(adapter_len=3, adapter_layers=2)),
]


def make(models: Path, out: Path) -> None:
    for number, (name, base, config) in enumerate(CASES):
        torch.manual_seed(number)
        model = transformers.AutoModelForCausalLM.from_pretrained(models / base, attn_implementation="eager").float()
        settings = config()
        settings.task_type = "CAUSAL_LM"
        settings.base_model_name_or_path = base
        model = peft.get_peft_model(model, settings).eval()
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.2 * torch.randn(parameter.shape))
        folder = out / name
        model.peft_config["default"].base_model_name_or_path = base
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        ids = torch.randint(3, model.config.vocab_size, (2, 9))
        with torch.no_grad():
            logits = model(input_ids=ids).logits[:, -9:]
        save_file({"input_ids": ids, "logits": logits.contiguous()}, folder / "expected.safetensors")
        print(name, float(logits.abs().max()))


# Name, model, its class, task, configuration.
ENCODER_CASES = [
    ("t5_lora", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["q", "v", "wo"])),
    ("bert_lora", "bert", transformers.AutoModel, "FEATURE_EXTRACTION",
     lambda: peft.LoraConfig(r=3, lora_alpha=6, target_modules=["query", "value", "output.dense"])),
    ("t5_adalora", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.AdaLoraConfig(init_r=3, target_r=2, total_step=10, target_modules=["q", "wo"])),
    ("t5_vera", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.VeraConfig(r=4, target_modules=["k", "wo"])),
    ("t5_whole", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.LoraConfig(r=2, target_modules=["o"], modules_to_save=["lm_head"])),
    ("t5_prompt", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.PromptTuningConfig(num_virtual_tokens=3)),
    ("bert_prompt", "bert", transformers.AutoModel, "FEATURE_EXTRACTION",
     lambda: peft.PromptTuningConfig(num_virtual_tokens=3)),
    ("bert_token_classes", "bert", transformers.AutoModelForTokenClassification, "TOKEN_CLS",
     lambda: peft.AdaLoraConfig(init_r=3, target_r=2, total_step=10, target_modules=["query", "key"])),
    ("roberta_classes", "roberta", transformers.AutoModelForSequenceClassification, "SEQ_CLS",
     lambda: peft.LoraConfig(r=2, target_modules=["value"])),
    ("roberta_prompt_classes", "roberta", transformers.AutoModelForSequenceClassification, "SEQ_CLS",
     lambda: peft.PromptEncoderConfig(num_virtual_tokens=2, encoder_hidden_size=8)),
    ("bert_bias_all", "bert", transformers.AutoModel, "FEATURE_EXTRACTION",
     lambda: peft.LoraConfig(r=2, target_modules=["value"], bias="all")),
    ("roberta_bias_classes", "roberta", transformers.AutoModelForSequenceClassification, "SEQ_CLS",
     lambda: peft.LoraConfig(r=2, target_modules=["value"], bias="all")),
    ("bert_prefix", "bert", transformers.AutoModel, "FEATURE_EXTRACTION",
     lambda: peft.PrefixTuningConfig(num_virtual_tokens=3)),
    ("roberta_prefix", "roberta", transformers.AutoModel, "FEATURE_EXTRACTION",
     lambda: peft.PrefixTuningConfig(num_virtual_tokens=3)),
    ("t5_prefix", "t5", transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM",
     lambda: peft.PrefixTuningConfig(num_virtual_tokens=3)),
]


def encoders(models: Path, out: Path) -> None:
    for number, (name, base, kind, task, make_configuration) in enumerate(ENCODER_CASES):
        if number != 1:
            torch.manual_seed(31 + number)
        classes = {"num_labels": 3} if task in ("SEQ_CLS", "TOKEN_CLS") else {}
        model = kind.from_pretrained(models / base, attn_implementation="eager", **classes).float()
        configuration = make_configuration()
        configuration.task_type = task
        model = peft.get_peft_model(model, configuration)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.2 * torch.randn(parameter.shape))
        model = model.eval()
        model.peft_config["default"].base_model_name_or_path = base
        folder = out / name
        model.save_pretrained(folder)
        (folder / "README.md").unlink(missing_ok=True)
        ids = torch.randint(3, model.config.vocab_size, (2, 9))
        expected = {"input_ids": ids}
        with torch.no_grad():
            if task == "SEQ_2_SEQ_LM":
                expected["decoder_input_ids"] = torch.randint(3, model.config.vocab_size, (2, 6))
                expected["result"] = model(**expected).logits.contiguous()
            elif task == "FEATURE_EXTRACTION":
                expected["result"] = model(**expected).last_hidden_state.contiguous()
            else:
                # Virtual tokens have no labels.
                logits = model(**expected).logits
                expected["result"] = (logits[:, -9:] if task == "TOKEN_CLS" else logits).contiguous()
        save_file(expected, folder / "expected.safetensors")


def ranks(out: Path) -> None:
    from peft.tuners.adalora.layer import RankAllocator

    torch.manual_seed(41)
    shapes = {"a": (5, 7), "b": (6, 4)}
    config = peft.AdaLoraConfig(
        init_r=4, target_r=2, tinit=1, tfinal=2, deltaT=2, total_step=8, beta1=0.7, beta2=0.6, target_modules=["x"])

    class Parts(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = {}
            for name, (inputs, outputs) in shapes.items():
                for part, shape in (("lora_A", (4, inputs)), ("lora_E", (4, 1)), ("lora_B", (outputs, 4))):
                    parameter = torch.nn.Parameter(torch.randn(shape))
                    self.parts[f"{name}.{part}.default"] = parameter

        def named_parameters(self, *rest, **more):
            return iter(self.parts.items())

    model = Parts()
    allocator = RankAllocator(model, config, "default")
    tensors, pattern = {}, None
    for step in range(1, 9):
        for name, parameter in model.named_parameters():
            parameter.data.add_(0.3 * torch.randn(parameter.shape))
            parameter.grad = torch.randn(parameter.shape)
            tensors[f"{step}.{name.removesuffix('.default')}.value"] = parameter.detach().clone()
            tensors[f"{step}.{name.removesuffix('.default')}.gradient"] = parameter.grad.clone()
        if step < config.total_step - config.tfinal:
            allocator.update_and_allocate(model, step)
        elif step == config.total_step - config.tfinal:
            _, pattern = allocator.update_and_allocate(model, step, force_mask=True)
        else:
            allocator.mask_using_rank_pattern(model, pattern)
        for name, parameter in model.named_parameters():
            if "lora_E" in name:
                tensors[f"{step}.{name.removesuffix('.default')}.left"] = parameter.detach().clone()
    save_file(tensors, out / "adalora_ranks.safetensors")


def train(base: Path, out: Path) -> None:
    torch.manual_seed(23)
    model = transformers.AutoModelForCausalLM.from_pretrained(base, attn_implementation="eager").float()
    model = peft.get_peft_model(model, peft.AdaptionPromptConfig(task_type="CAUSAL_LM", adapter_len=5, adapter_layers=2))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "adaption_gate" in name:
                parameter.fill_(0.7 + torch.rand(()))
    inputs = load_file(base / "expected.safetensors")
    result = model(input_ids=inputs["input_ids"], labels=inputs["labels"])
    result.loss.backward()
    expected = {"logits": result.logits.detach().contiguous(), "loss": result.loss.detach().reshape(1)}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            expected["grad." + name.removeprefix("base_model.model.")] = parameter.grad
    folder = out / "llama_adapter"
    model.save_pretrained(folder)
    described = folder / "adapter_config.json"
    described.write_text(json.dumps({**json.loads(described.read_text()), "base_model_name_or_path": None}, indent=2))
    (folder / "README.md").unlink(missing_ok=True)
    save_file(expected, folder / "expected.safetensors")


def check(folders: list[Path]) -> int:
    worst = 0.0
    for folder in folders:
        base = json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"]
        model = transformers.AutoModelForCausalLM.from_pretrained(base, attn_implementation="eager").float()
        model = peft.PeftModel.from_pretrained(model, folder).eval()
        expected = load_file(folder / "expected.safetensors")
        count = expected["input_ids"].shape[1]
        with torch.no_grad():
            logits = model(input_ids=expected["input_ids"]).logits[:, -count:]
        distance = float((logits - expected["logits"]).abs().max())
        worst = max(worst, distance)
        print(f"{folder.name}: {distance:.2e}")
    return 0 if worst < 1e-3 else 1


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1] == "encoders":
        encoders(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1] == "ranks":
        ranks(Path(sys.argv[2]))
    elif sys.argv[1] == "exchange":
        from adapter_exchange import exchange

        sys.exit(exchange(sys.argv[2], Path(sys.argv[3]), sys.argv[4:]))
    elif sys.argv[1] == "train":
        train(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        sys.exit(check([Path(name) for name in sys.argv[2:]]))
