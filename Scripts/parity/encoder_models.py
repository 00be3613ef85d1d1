"""Compares tiny encoders, and models that write from a source, between this program and its peers: a part of models.py.

Fresh models with random sizes, weights and small tokenizers go these ways:

    folder      transformers' folder, read here, against transformers
    gguf        llama.cpp's conversion of that folder, read here, against transformers
    llama.cpp   the same file, computed by llama.cpp, against transformers
    exported    the file that `inkstone convert` writes of the folder, read here, against transformers
    theirs      that file, computed by llama.cpp, against transformers
    back        the folder that `inkstone convert` writes of that file, read by transformers, against transformers

A number is the largest difference of an element of the vectors of length one, or of a log probability of the answer.
The original Transformer, CLIP and heads have no command and no file: for them the suites read what `encoders.py` and
`vision.py` write.
"""

import json
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import convert_without_tokenizer as converter
import numpy as np
import sentencepiece
import torch
import transformers
from encoders import ENCODERS, T5S, randomized
from texts import CORPUS
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from ways import LlamaCpp, Peers, Unknown

WAYS = ["folder", "gguf", "llama.cpp", "exported", "theirs", "back"]
TEXTS = ["the quick brown fox", "白日依山尽 over the lazy dog", "it's 2024"]
ANSWER = 6


def word_pieces(folder: Path) -> int:
    """BERT's kind: pieces of words, and Chinese characters alone."""
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=specials, show_progress=False))
    ends = [(name, made.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    made.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1", ends)
    transformers.BertTokenizerFast(tokenizer_object=made).save_pretrained(folder)
    (folder / "vocab.txt").write_text(
        "".join(f"{token}\n" for token, _ in sorted(made.get_vocab().items(), key=lambda entry: entry[1])))
    return made.get_vocab_size()


def byte_pairs(folder: Path) -> int:
    """RoBERTa's kind."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    made.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=320, special_tokens=specials, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    made.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", pad_token="<pad>",
        unk_token="<unk>", mask_token="<mask>").save_pretrained(folder)
    return made.get_vocab_size()


def sentence_pieces(folder: Path) -> int:
    """T5's kind: unigram pieces, as a SentencePiece model and as `tokenizer.json`."""
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(CORPUS * 4))
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "spiece"), vocab_size=120, model_type="unigram", pad_id=0, eos_id=1,
        unk_id=2, bos_id=-1, hard_vocab_limit=False, minloglevel=2)
    corpus.unlink()
    (folder / "spiece.vocab").unlink()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(folder / "spiece.model"))
    made = Tokenizer(models.Unigram(
        [(pieces.id_to_piece(index), pieces.get_score(index)) for index in range(len(pieces))], unk_id=2))
    made.normalizer = normalizers.Sequence(
        [normalizers.Precompiled(charsmap(folder / "spiece.model")), normalizers.Replace(transformers_regex(), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 1)])
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="</s>", pad_token="<pad>", unk_token="<unk>").save_pretrained(folder)
    return len(pieces)


def transformers_regex() -> Any:
    from tokenizers import Regex

    return Regex(" {2,}")


def charsmap(path: Path) -> bytes:
    from sentencepiece import sentencepiece_model_pb2

    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(path.read_bytes())
    return proto.normalizer_spec.precompiled_charsmap


class Encoder:
    """Vectors of length one: the mean of the last states."""

    def __init__(self, name: str, tokenizer: Callable[[Path], int]) -> None:
        self.name, self.tokenizer = name, tokenizer

    def write(self, random: Random, folder: Path) -> None:
        folder.mkdir(parents=True)
        config_name, _, draw = ENCODERS[self.name]
        values = draw(random) | {"vocab_size": self.tokenizer(folder), "max_position_embeddings": 64}
        # llama.cpp computes one activation in this architecture.
        config = getattr(transformers, config_name)(**values | {"hidden_act": "gelu"})
        model = transformers.AutoModel.from_config(config, attn_implementation="eager")
        randomized(model, random.randrange(1 << 31)).save_pretrained(folder)
        (folder / "1_Pooling").mkdir()
        (folder / "1_Pooling/config.json").write_text(json.dumps(
            {"word_embedding_dimension": config.hidden_size, "pooling_mode_mean_tokens": True}))
        kinds = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
        (folder / "2_Normalize").mkdir()
        (folder / "modules.json").write_text(json.dumps(
            [{"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
             for index, (path, kind) in enumerate(kinds)]))
        (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 48, "do_lower_case": False}))

    def of_transformers(self, folder: Path) -> np.ndarray:
        model = transformers.AutoModel.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).eval()
        words = transformers.AutoTokenizer.from_pretrained(folder)
        vectors = []
        for text in TEXTS:
            with torch.no_grad():
                states = model(**words(text, return_tensors="pt")).last_hidden_state[0]
            vectors.append(torch.nn.functional.normalize(states.mean(0), dim=0).numpy())
        return np.stack(vectors)

    def of_inkstone(self, peers: Peers, model: Path) -> np.ndarray:
        texts = [part for text in TEXTS for part in ("--text", text)]
        answer = json.loads(peers.run("embed", "--model", model, *texts, "--json"))
        return np.array([entry["vector"] for entry in answer["embeddings"]], dtype=np.float32)

    def of_llama_cpp(self, llama_cpp: LlamaCpp, file: Path) -> np.ndarray:
        vectors = np.array(llama_cpp.ask({"file": str(file), "texts": TEXTS})["vectors"], dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


class Writer:
    """Log probabilities of the most probable answer, which transformers chooses."""

    def __init__(self, name: str) -> None:
        self.name = name

    def write(self, random: Random, folder: Path) -> None:
        folder.mkdir(parents=True)
        config_name, class_name, draw = T5S[self.name]
        # Files have no key for the largest distance that is told apart.
        values = draw(random) | {"vocab_size": sentence_pieces(folder), "eos_token_id": 1, "pad_token_id": 0,
                                 "relative_attention_max_distance": 128}
        config = getattr(transformers, config_name)(**values)
        model = randomized(getattr(transformers, class_name)(config), random.randrange(1 << 31))
        # An answer that ends at once says little.
        with torch.no_grad():
            model.lm_head.weight[1] = 0
        model.save_pretrained(folder)

    def of_transformers(self, folder: Path) -> np.ndarray:
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
        words = transformers.AutoTokenizer.from_pretrained(folder)
        found = []
        for text in TEXTS:
            ids, fed = words(text, return_tensors="pt")["input_ids"], [0]
            for _ in range(ANSWER):
                with torch.no_grad():
                    last = model(input_ids=ids, decoder_input_ids=torch.tensor([fed])).logits[0, -1].log_softmax(-1)
                fed.append(int(last.argmax()))
                found.append(float(last.max()))
                if fed[-1] == 1:
                    break
        return np.array(found)

    def of_inkstone(self, peers: Peers, model: Path) -> np.ndarray:
        found = []
        for text in TEXTS:
            answer = json.loads(peers.run(
                "generate", "--model", model, "--prompt", text, "--temperature", 0, "--max-tokens", ANSWER, "--logprobs", 1,
                "--json"))
            found += [entry["logprob"] for entry in answer["logprobs"]]
        return np.array(found)

    def of_llama_cpp(self, llama_cpp: LlamaCpp, file: Path) -> np.ndarray:
        raise Unknown


MODELS: dict[str, Encoder | Writer] = {
    "bert": Encoder("bert_bare", word_pieces), "roberta": Encoder("roberta", byte_pairs),
    "t5": Writer("t5"), "t5_v1_1": Writer("t5_v1_1"), "ul2": Writer("ul2"), "mt5": Writer("mt5"),
}


def llama_cpp_file(folder: Path, file: Path) -> Path:
    """What llama.cpp's converter writes."""
    from conversion import get_model_class
    from conversion.base import ModelBase, TextModel
    import gguf

    converter.quiet()
    # It tells tokenizers apart by what they make of a text, and knows published ones only.
    TextModel.get_vocab_base_pre = lambda self, tokenizer: "default"
    hparams = ModelBase.load_hparams(folder, False)
    get_model_class(hparams["architectures"][0])(folder, gguf.LlamaFileType.ALL_F32, file, hparams=hparams).write()
    return file


def results(name: str, seed: int, peers: Peers, work: Path) -> dict[str, float | str]:
    model = MODELS[name]
    folder, theirs, ours, back = work / name, work / "theirs.gguf", work / "ours.gguf", work / "back"
    model.write(Random(zlib.crc32(f"{seed} {name}".encode())), folder)
    reference = model.of_transformers(folder)

    def compute(way: str) -> np.ndarray:
        match way:
            case "folder":
                return model.of_inkstone(peers, folder)
            # The converter of today leaves out the heads of models that have one of their own.
            case "gguf" | "llama.cpp" if peers.converter is None or name in ("t5_v1_1", "ul2", "mt5"):
                raise Unknown
            case "theirs" | "back" if not ours.exists():
                raise Unknown
            case "gguf":
                return model.of_inkstone(peers, llama_cpp_file(folder, theirs))
            case "llama.cpp":
                return model.of_llama_cpp(peers.llama_cpp, theirs)
            case "exported":
                peers.export(folder, ours)
                return model.of_inkstone(peers, ours)
            case "theirs":
                return model.of_llama_cpp(peers.llama_cpp, ours)
            case _:
                peers.export(ours, back)
                return model.of_transformers(back)

    found: dict[str, float | str] = {}
    for way in WAYS:
        try:
            numbers = compute(way)
            found[way] = float(np.abs(numbers - reference).max()) if numbers.shape == reference.shape else "failed"
        except Unknown:
            found[way] = "-"
        except Exception as error:
            found[way] = "failed"
            print(f"{name}, {way}: {error}", file=sys.stderr)
    return found


def is_right(found: dict[str, float | str]) -> bool:
    """llama.cpp computes activations from tables of half precision."""
    return all(value == "-" or isinstance(value, float) and value < (1e-2 if way in ("llama.cpp", "theirs") else 1e-4)
               for way, value in found.items())


def table(peers: Peers, seed: int, names: list[str]) -> list[str]:
    """Prints a line a model; returns the models that are too far."""
    wrong = []
    print(f"{'family':<22}" + "".join(f"{way:>12}" for way in WAYS))
    for name in names:
        with tempfile.TemporaryDirectory() as work:
            found = results(name, seed, peers, Path(work))
        cells = [f"{value:.1e}" if isinstance(value, float) else value for value in found.values()]
        if not is_right(found):
            wrong.append(name)
        print(f"{name:<22}" + "".join(f"{cell:>12}" for cell in cells) + ("  <" if name in wrong else ""), flush=True)
    return wrong
