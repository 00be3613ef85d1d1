"""Adapters of every method that PEFT has too, in both directions, on tiny models that are made here.

`adapters.py exchange` trains each of them a few steps with `inkstone train`, loads the result with PEFT and compares logits or
vectors; then it saves adapters of random numbers with PEFT and looks at what Inkstone makes of them.
"""

import json
import subprocess
import warnings
from pathlib import Path

import peft
import tokenizers
import torch
import transformers

WORDS = "the a one two three red blue green dog cat bird sees likes finds and here there now then big small".split()
LABELS = ["calm", "glad", "sad"]
# Every hidden size is a multiple of 64, so that bases can be rounded to any type.
WIDTH, INNER, LAYERS, HEADS = 64, 128, 3, 4


# Bases and what they are trained on


def sentences(count: int) -> list[str]:
    return [" ".join(WORDS[(start * 7 + place * place + 3 * place) % len(WORDS)] for place in range(6))
            for start in range(count)]


def save_tokenizer(core: tokenizers.Tokenizer, folder: Path, **roles: str) -> None:
    transformers.PreTrainedTokenizerFast(tokenizer_object=core, **roles).save_pretrained(folder)


def byte_level_tokenizer() -> tokenizers.Tokenizer:
    core = tokenizers.Tokenizer(tokenizers.models.BPE())
    core.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=320, special_tokens=["</s>"], initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet())
    core.train_from_iterator(sentences(40), trainer)
    return core


def word_tokenizer(marks: list[str], unknown: str, around: str | None) -> tokenizers.Tokenizer:
    vocabulary = {word: number for number, word in enumerate(marks + WORDS)}
    core = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token=unknown))
    core.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    core.add_special_tokens([mark for mark in marks if mark != unknown])
    if around:
        core.post_processor = tokenizers.processors.TemplateProcessing(
            single=around, special_tokens=[(mark, vocabulary[mark]) for mark in marks if mark in around])
    return core


def encoder_settings(**more) -> dict:
    return dict(vocab_size=48, hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS,
                num_attention_heads=HEADS, max_position_embeddings=40, initializer_range=0.2, **more)


def make_bases(root: Path) -> None:
    torch.manual_seed(0)
    texts = sentences(48)
    (root / "lines.txt").write_text("\n".join(texts))
    (root / "classes.jsonl").write_text(
        "\n".join(json.dumps({"text": text, "label": LABELS[n % 3]}) for n, text in enumerate(texts)))
    (root / "tags.jsonl").write_text("\n".join(
        json.dumps({"tokens": text.split(), "tags": [LABELS[len(word) % 3] for word in text.split()]}) for text in texts))
    (root / "pairs.jsonl").write_text(
        "\n".join(json.dumps({"anchor": text, "positive": other}) for text, other in zip(texts, texts[1:])))

    decoder = dict(vocab_size=320, initializer_range=0.2)
    for name, config in {
        "llama": transformers.LlamaConfig(
            hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
            num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=True, **decoder),
        "gpt2": transformers.GPT2Config(n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=64, **decoder),
    }.items():
        transformers.AutoModelForCausalLM.from_config(config).save_pretrained(root / name)
        save_tokenizer(byte_level_tokenizer(), root / name, eos_token="</s>")

    classes = dict(id2label=dict(enumerate(LABELS)), label2id={label: n for n, label in enumerate(LABELS)})
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    roles = dict(pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]", mask_token="[MASK]")
    for name, model in {
        "bert": transformers.BertForSequenceClassification(transformers.BertConfig(**encoder_settings(**classes))),
        "bert_tokens": transformers.BertForTokenClassification(transformers.BertConfig(**encoder_settings(**classes))),
        "bert_bare": transformers.BertModel(transformers.BertConfig(**encoder_settings())),
    }.items():
        model.save_pretrained(root / name)
        save_tokenizer(word_tokenizer(marks, "[UNK]", "[CLS] $A [SEP]"), root / name, **roles)
    marks = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    roles = dict(bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>", cls_token="<s>",
                 sep_token="</s>", mask_token="<mask>")
    for name, model in {
        "roberta": transformers.RobertaForSequenceClassification(
            transformers.RobertaConfig(**encoder_settings(type_vocab_size=1, pad_token_id=1, **classes))),
        "roberta_bare": transformers.RobertaModel(
            transformers.RobertaConfig(**encoder_settings(type_vocab_size=1, pad_token_id=1))),
    }.items():
        model.save_pretrained(root / name)
        save_tokenizer(word_tokenizer(marks, "<unk>", "<s> $A </s>"), root / name, **roles)

    marks = ["<pad>", "</s>", "<unk>"] + [f"<extra_id_{n}>" for n in range(8)]
    config = transformers.T5Config(
        vocab_size=48, d_model=WIDTH, d_kv=16, num_heads=HEADS, d_ff=INNER, num_layers=2, decoder_start_token_id=0,
        relative_attention_num_buckets=8, relative_attention_max_distance=20, initializer_factor=1.5)
    transformers.T5ForConditionalGeneration(config).save_pretrained(root / "t5")
    save_tokenizer(word_tokenizer(marks, "<unk>", "$A </s>"), root / "t5", pad_token="<pad>", eos_token="</s>",
                   unk_token="<unk>")


# What both sides compute


class Kind:
    """A kind of model: how it is trained, and how each side is asked for numbers."""

    def __init__(self, program: str, root: Path):
        self.program, self.root = program, root

    def ask(self, *arguments) -> dict:
        done = subprocess.run([self.program, *map(str, arguments), "--json"], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message")
        return json.loads(done.stdout)

    def bare(self, base: str, **more):
        return self.model.from_pretrained(self.root / base, attn_implementation="eager", **more).float()

    def ours(self, base: str, adapter: Path | None) -> torch.Tensor:
        more = ["--adapter", adapter] if adapter else []
        rows = []
        for ids in self.inputs(base):
            answer = self.ask("logits", "--model", self.root / base, "--tokens", " ".join(map(str, ids.tolist())),
                              *self.more, *more)
            rows.append(torch.tensor(answer["logits"]))
        return torch.stack(rows)

    more: list[str] = []

    def inputs(self, base: str) -> torch.Tensor:
        generator = torch.Generator().manual_seed(3)
        return torch.randint(6, self.vocabulary, (2, 9), generator=generator)


class Decoder(Kind):
    model, task, vocabulary, recipe = transformers.AutoModelForCausalLM, "CAUSAL_LM", 300, {
        "task": "pretrain", "data": [{"path": "lines.txt", "documents": "lines"}],
        "sequence": {"length": 32, "packing": "concatenate"}}

    def theirs(self, model, base: str) -> torch.Tensor:
        ids = self.inputs(base)
        return model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[:, -ids.shape[1]:]


class Classes(Kind):
    model, task, vocabulary, recipe = transformers.AutoModelForSequenceClassification, "SEQ_CLS", 28, {
        "task": "classify", "data": [{"path": "classes.jsonl"}], "sequence": {"length": 16}}

    def bare(self, base: str, **more):
        return super().bare(base, num_labels=len(LABELS), **more)

    def theirs(self, model, base: str) -> torch.Tensor:
        ids = self.inputs(base)
        return model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits

    def ours(self, base: str, adapter: Path | None) -> torch.Tensor:
        return super().ours(base, adapter).squeeze(1)


class TokenClasses(Classes):
    model, task, recipe = transformers.AutoModelForTokenClassification, "TOKEN_CLS", {
        "task": "classify_tokens", "data": [{"path": "tags.jsonl"}], "sequence": {"length": 16}}

    def theirs(self, model, base: str) -> torch.Tensor:
        # Virtual tokens have classes too.
        return super().theirs(model, base)[:, -self.inputs(base).shape[1]:]


class Vectors(Kind):
    model, task, vocabulary, recipe = transformers.AutoModel, "FEATURE_EXTRACTION", 28, {
        "task": "embed", "data": [{"path": "pairs.jsonl"}], "sequence": {"length": 16}}
    texts = ["the red dog sees a bird", "two cat and one big dog here"]

    def ours(self, base: str, adapter: Path | None) -> torch.Tensor:
        more = ["--adapter", adapter] if adapter else []
        texts = [part for text in self.texts for part in ("--text", text)]
        answer = self.ask("embed", "--model", self.root / base, *texts, *more)
        return torch.nn.functional.normalize(torch.tensor([entry["vector"] for entry in answer["embeddings"]]))

    def theirs(self, model, base: str) -> torch.Tensor:
        tokenizer = transformers.AutoTokenizer.from_pretrained(self.root / base)
        rows = []
        for text in self.texts:
            ids = torch.tensor([tokenizer(text)["input_ids"]])
            states = model(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
            rows.append(states.mean(1)[0])
        return torch.nn.functional.normalize(torch.stack(rows))


class Transducer(Kind):
    model, task, vocabulary, recipe = transformers.AutoModelForSeq2SeqLM, "SEQ_2_SEQ_LM", 30, {
        "task": "pretrain", "objective": {"kind": "span_corruption", "rate": 0.3, "mean_length": 2},
        "data": [{"path": "lines.txt", "documents": "lines"}], "sequence": {"length": 16}}
    target = [0, 5, 12, 20, 3]
    more = ["--target", " ".join(map(str, target))]

    def theirs(self, model, base: str) -> torch.Tensor:
        ids = self.inputs(base)
        targets = torch.tensor([self.target] * len(ids))
        return model(input_ids=ids, attention_mask=torch.ones_like(ids), decoder_input_ids=targets).logits


# Cases: name, kind, base, what our recipe says under `train`, PEFT's configuration. Either may be nothing.

P = peft


def virtual(kind, **more):
    return lambda: kind(num_virtual_tokens=3, **more)


CASES = [
    ("lora", Decoder, "llama", {"method": "lora", "rank": 4, "targets": ["q_proj", "down_proj"]},
     lambda: P.LoraConfig(r=4, lora_alpha=6, target_modules=["q_proj", "down_proj"])),
    ("lora_all", Decoder, "llama", {"method": "lora", "rank": 2}, lambda: P.LoraConfig(r=2, target_modules="all-linear")),
    ("lora_table_head", Decoder, "llama", {"method": "lora", "rank": 2, "targets": ["embed_tokens", "v_proj"]},
     lambda: P.LoraConfig(r=2, target_modules=["embed_tokens", "v_proj"])),
    ("lora_whole", Decoder, "llama", {"method": "lora", "rank": 2, "targets": ["q_proj"], "also": ["lm_head"]},
     lambda: P.LoraConfig(r=2, target_modules=["q_proj"], modules_to_save=["lm_head"])),
    ("lora_bias", Decoder, "gpt2", {"method": "lora", "rank": 2, "targets": ["c_attn"], "bias": "all"},
     lambda: P.LoraConfig(r=2, target_modules=["c_attn"], bias="all")),
    ("lora_gpt2", Decoder, "gpt2", {"method": "lora", "rank": 2, "targets": ["c_attn", "c_proj", "c_fc"]},
     lambda: P.LoraConfig(r=2, target_modules=["c_attn", "c_proj", "c_fc"], fan_in_fan_out=True)),
    ("rslora", Decoder, "llama", {"method": "lora", "rank": 4, "targets": ["k_proj"], "variant": "rslora"},
     lambda: P.LoraConfig(r=4, target_modules=["k_proj"], use_rslora=True)),
    ("dora", Decoder, "llama", {"method": "lora", "rank": 4, "targets": ["q_proj", "up_proj"], "variant": "dora"},
     lambda: P.LoraConfig(r=4, target_modules=["q_proj", "up_proj"], use_dora=True)),
    ("dora_gpt2", Decoder, "gpt2", {"method": "lora", "rank": 4, "targets": ["c_attn"], "variant": "dora"},
     lambda: P.LoraConfig(r=4, target_modules=["c_attn"], use_dora=True, fan_in_fan_out=True)),
    ("pissa", Decoder, "llama", {"method": "lora", "rank": 4, "targets": ["o_proj", "q_proj"], "variant": "pissa"},
     lambda: P.LoraConfig(r=4, target_modules=["o_proj", "q_proj"], init_lora_weights="pissa")),
    ("nf4", Decoder, "llama", {"method": "lora", "rank": 4, "targets": ["q_proj", "gate_proj"], "base": "nf4"}, None),
    ("adalora", Decoder, "llama", {"method": "adalora", "rank": 4, "target": 2, "targets": ["q_proj", "up_proj"]},
     lambda: P.AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=["q_proj", "up_proj"])),
    ("adalora_gpt2", Decoder, "gpt2", {"method": "adalora", "rank": 4, "target": 2, "targets": ["c_attn", "c_fc"]},
     lambda: P.AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=["c_attn", "c_fc"])),
    ("vera", Decoder, "llama", {"method": "vera", "rank": 8, "targets": ["q_proj", "down_proj"]},
     lambda: P.VeraConfig(r=8, target_modules=["q_proj", "down_proj"])),
    ("vera_drawn", Decoder, "llama", None,
     lambda: P.VeraConfig(r=8, target_modules=["q_proj", "down_proj"], save_projection=False)),
    ("vera_gpt2", Decoder, "gpt2", {"method": "vera", "rank": 8, "targets": ["c_attn", "c_fc"]},
     lambda: P.VeraConfig(r=8, target_modules=["c_attn", "c_fc"], fan_in_fan_out=True)),
    ("ia3", Decoder, "llama",
     {"method": "ia3", "targets": ["k_proj", "v_proj", "down_proj"], "feed_forward": ["down_proj"]},
     lambda: P.IA3Config(target_modules=["k_proj", "v_proj", "down_proj"], feedforward_modules=["down_proj"])),
    ("ia3_gpt2", Decoder, "gpt2", {"method": "ia3", "targets": ["c_attn", "mlp.c_proj"], "feed_forward": ["mlp.c_proj"]},
     lambda: P.IA3Config(target_modules=["c_attn", "mlp.c_proj"], feedforward_modules=["mlp.c_proj"])),
    ("llama_adapter", Decoder, "llama", {"method": "llama_adapter", "length": 4, "layers": 2},
     lambda: P.AdaptionPromptConfig(adapter_len=4, adapter_layers=2)),
    ("llama_adapter_gpt2", Decoder, "gpt2", {"method": "llama_adapter", "length": 4, "layers": 2},
     lambda: P.AdaptionPromptConfig(adapter_len=4, adapter_layers=2)),
    ("prefix", Decoder, "llama", {"method": "prefix", "length": 3}, virtual(P.PrefixTuningConfig)),
    ("prefix_projected", Decoder, "llama", {"method": "prefix", "length": 3, "projection": 24},
     virtual(P.PrefixTuningConfig, prefix_projection=True, encoder_hidden_size=24)),
    ("prefix_gpt2", Decoder, "gpt2", {"method": "prefix", "length": 3}, virtual(P.PrefixTuningConfig)),
    ("prompt", Decoder, "llama", {"method": "prompt", "length": 3}, virtual(P.PromptTuningConfig)),
    ("prompt_text", Decoder, "gpt2", {"method": "prompt", "length": 3, "text": "the red dog"},
     virtual(P.PromptTuningConfig)),
    ("p_tuning_mlp", Decoder, "llama", {"method": "p_tuning", "length": 3, "encoder": "mlp", "width": 24},
     virtual(P.PromptEncoderConfig, encoder_hidden_size=24)),
    ("p_tuning_lstm", Decoder, "llama", {"method": "p_tuning", "length": 3, "encoder": "lstm", "width": 24},
     virtual(P.PromptEncoderConfig, encoder_hidden_size=24, encoder_reparameterization_type="LSTM")),

    *[(f"{base}_{name}", kind, base, ours, theirs)
      for kind, bases in ((Classes, ["bert", "bert_bare", "roberta", "roberta_bare"]), (TokenClasses, ["bert_tokens"]),
                          (Vectors, ["bert_bare", "roberta_bare"]))
      for base in bases
      for name, ours, theirs in [
          (f"{kind.__name__.lower()}_lora", {"method": "lora", "rank": 3, "targets": ["query", "output.dense"]},
           lambda: P.LoraConfig(r=3, target_modules=["query", "output.dense"])),
          (f"{kind.__name__.lower()}_bias", {"method": "lora", "rank": 3, "targets": ["query"], "bias": "all"},
           lambda: P.LoraConfig(r=3, target_modules=["query"], bias="all")),
          (f"{kind.__name__.lower()}_dora", {"method": "lora", "rank": 3, "targets": ["value"], "variant": "dora"},
           lambda: P.LoraConfig(r=3, target_modules=["value"], use_dora=True)),
          (f"{kind.__name__.lower()}_adalora", {"method": "adalora", "rank": 4, "target": 2, "targets": ["query", "value"]},
           lambda: P.AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=["query", "value"])),
          (f"{kind.__name__.lower()}_vera", {"method": "vera", "rank": 8, "targets": ["query", "intermediate.dense"]},
           lambda: P.VeraConfig(r=8, target_modules=["query", "intermediate.dense"])),
          (f"{kind.__name__.lower()}_ia3",
           {"method": "ia3", "targets": ["key", "value", "output.dense"], "feed_forward": ["output.dense"]},
           lambda: P.IA3Config(target_modules=["key", "value", "output.dense"], feedforward_modules=["output.dense"])),
          (f"{kind.__name__.lower()}_nf4", {"method": "lora", "rank": 3, "targets": ["key"], "base": "nf4"}, None),
          (f"{kind.__name__.lower()}_prompt", {"method": "prompt", "length": 3}, virtual(P.PromptTuningConfig)),
          (f"{kind.__name__.lower()}_p_tuning", {"method": "p_tuning", "length": 3, "width": 24},
           virtual(P.PromptEncoderConfig, encoder_hidden_size=24)),
      ]],

    *[(f"{base}_vectors_prefix{end}", Vectors, base, {"method": "prefix", "length": 3, **ours},
       virtual(P.PrefixTuningConfig, **theirs))
      for base in ["bert_bare", "roberta_bare"]
      for end, ours, theirs in [
          ("", {}, {}), ("_projected", {"projection": 24}, {"prefix_projection": True, "encoder_hidden_size": 24})]],

    ("t5_lora", Transducer, "t5", {"method": "lora", "rank": 3, "targets": ["q", "v", "wo"]},
     lambda: P.LoraConfig(r=3, target_modules=["q", "v", "wo"])),
    ("t5_dora", Transducer, "t5", {"method": "lora", "rank": 3, "targets": ["k", "wi"], "variant": "dora"},
     lambda: P.LoraConfig(r=3, target_modules=["k", "wi"], use_dora=True)),
    ("t5_whole", Transducer, "t5", {"method": "lora", "rank": 3, "targets": ["q"], "also": ["lm_head"]},
     lambda: P.LoraConfig(r=3, target_modules=["q"], modules_to_save=["lm_head"])),
    ("t5_pissa", Transducer, "t5", {"method": "lora", "rank": 3, "targets": ["o"], "variant": "pissa"}, None),
    ("t5_adalora", Transducer, "t5", {"method": "adalora", "rank": 4, "target": 2, "targets": ["q", "v"]},
     lambda: P.AdaLoraConfig(init_r=4, target_r=2, total_step=10, target_modules=["q", "v"])),
    ("t5_vera", Transducer, "t5", {"method": "vera", "rank": 8, "targets": ["q", "wi"]},
     lambda: P.VeraConfig(r=8, target_modules=["q", "wi"])),
    ("t5_ia3", Transducer, "t5", {"method": "ia3", "targets": ["k", "v", "wo"], "feed_forward": ["wo"]},
     lambda: P.IA3Config(target_modules=["k", "v", "wo"], feedforward_modules=["wo"])),
    ("t5_nf4", Transducer, "t5", {"method": "lora", "rank": 3, "targets": ["q", "wi"], "base": "nf4"}, None),
    ("t5_prompt", Transducer, "t5", {"method": "prompt", "length": 3}, virtual(P.PromptTuningConfig)),
    ("t5_prefix", Transducer, "t5", {"method": "prefix", "length": 3}, virtual(P.PrefixTuningConfig)),
    ("t5_prefix_projected", Transducer, "t5", {"method": "prefix", "length": 3, "projection": 24},
     virtual(P.PrefixTuningConfig, prefix_projection=True, encoder_hidden_size=24)),
]


def train(kind: Kind, base: str, settings: dict, out: Path) -> Path:
    recipe = dict(kind.recipe, seed=1, model={"path": str(kind.root / base)}, train=settings, steps=4,
                  optimizer={"kind": "adamw", "learning_rate": 0.05, "weight_decay": 0},
                  schedule={"kind": "constant"}, batch={"size": 4})
    recipe["data"] = [dict(source, path=str(kind.root / source["path"])) for source in recipe["data"]]
    if settings["method"] == "adalora":
        recipe["train"] = dict(settings, warmup=1, final=1)
    out.mkdir(parents=True)
    (out / "recipe.yaml").write_text(json.dumps(recipe))
    done = subprocess.run([kind.program, "train", out / "recipe.yaml", "--output", out / "run", "--quiet"],
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return out / "run" / "final"


def loaded(kind: Kind, base: str, folder: Path):
    """The base with an adapter, none of whose numbers may be missing."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        model = peft.PeftModel.from_pretrained(kind.bare(base), folder)
    missing = [str(w.message) for w in found if "missing adapter keys" in str(w.message)]
    if missing:
        raise RuntimeError(missing[0][:300])
    return model.eval()


def saved(kind: Kind, base: str, settings, out: Path):
    """An adapter of random numbers, where PEFT saved it, and the model with it."""
    configuration = settings()
    configuration.task_type = kind.task
    torch.manual_seed(5)
    model = peft.get_peft_model(kind.bare(base), configuration).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(0.2 * torch.randn(parameter.shape))
    pissa = getattr(configuration, "init_lora_weights", None) == "pissa"
    if pissa:
        # Begun anew from the same seed, these are the matrices that the difference is made against.
        torch.manual_seed(5)
        fresh = peft.get_peft_model(kind.bare(base), settings())
        fresh.peft_config["default"].init_lora_weights = True
        fresh.save_pretrained(out / "start")
        model.save_pretrained(out / "adapter", path_initial_model_for_weight_conversion=str(out / "start"))
    else:
        model.save_pretrained(out / "adapter")
    return out / "adapter", model


def exchange(program: str, root: Path, names: list[str]) -> int:
    transformers.logging.set_verbosity_error()
    root.mkdir(parents=True)
    make_bases(root)
    faults = 0
    for name, kind_type, base, ours, theirs in CASES:
        if names and not any(part in name for part in names):
            continue
        kind = kind_type(program, root)
        for direction in ("ours", "theirs"):
            if (ours if direction == "ours" else theirs) is None:
                continue
            out = root / "adapters" / f"{name}-{direction}"
            try:
                if direction == "ours":
                    folder = train(kind, base, ours, out)
                    model = loaded(kind, base, folder)
                else:
                    folder, model = saved(kind, base, theirs, out)
                with torch.no_grad():
                    expected = kind.theirs(model, base)
                    plain = kind.theirs(kind.bare(base).eval(), base)
                found = kind.ours(base, folder)
                scale = max(1.0, float(expected.abs().max()))
                effect = float((expected - plain).abs().max()) / scale
                distance = float((found - expected).abs().max()) / scale
                is_right = distance < 1e-4 and effect > 100 * distance and effect > 1e-3
                verdict = f"{distance:.1e} of {effect:.1e}"
            except Exception as error:  # noqa: BLE001: one case that fails does not end the others
                is_right, verdict = False, f"{type(error).__name__}: {str(error)[:240]}"
            faults += not is_right
            print(f"{'' if is_right else 'WRONG '}{name} ({direction}): {verdict}", flush=True)
    print(f"{faults} wrong")
    return 1 if faults else 0
