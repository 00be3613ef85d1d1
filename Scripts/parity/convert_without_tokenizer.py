"""Runs llama.cpp's own converter on a folder without a tokenizer.

    convert_without_tokenizer.py LLAMA_CPP FOLDER FILE

The vocabulary of the file is a made-up list of tokens, one for each row of the embedding. Ends with status 3 when the
converter does not know the family.
"""

import json
import logging
import os
import sys
from pathlib import Path


class UnknownFamily(Exception):
    """The converter does not know the family."""


def use(source: Path) -> None:
    """Takes the converter, and the `gguf` package beside it, from llama.cpp's sources."""
    sys.path[:0] = [str(source / "gguf-py"), str(source)]


def quiet() -> None:
    """Keeps the converter from listing tensors."""
    logging.disable(logging.WARNING)
    os.environ["TQDM_DISABLE"] = "1"


def made_up_tokens(count: int) -> list[bytes]:
    # llama.cpp looks for the byte of a line feed, and in some families for these words.
    words = ["<unk>", "<s>", "</s>", "<|endoftext|>"]
    tokens = [f"<0x{index:02X}>" for index in range(count - len(words))] + words
    return [token.encode() for token in tokens]


def convert(folder: Path, file: Path) -> None:
    """Writes the file; `use` comes first."""
    import gguf
    from conversion import get_model_class
    from conversion.base import ModelBase

    quiet()
    # Configurations of transformers 5 lack words that the converter knows from before.
    hub = folder / "config_hub.json"
    config = json.loads((hub if hub.exists() else folder / "config.json").read_text())
    hparams = {**ModelBase.load_hparams(folder, False), **config}
    try:
        model_class = get_model_class(config["architectures"][0])
    except (NotImplementedError, KeyError) as error:
        raise UnknownFamily(config["architectures"][0]) from error

    def made_up_vocabulary(self) -> None:
        tokens = made_up_tokens(config.get("vocab_size") or config["padded_vocab_size"])
        self.gguf_writer.add_tokenizer_model("llama")
        self.gguf_writer.add_tokenizer_pre("default")
        self.gguf_writer.add_token_list(tokens)
        self.gguf_writer.add_token_scores([0.0] * len(tokens))
        self.gguf_writer.add_token_types([gguf.TokenType.BYTE] * len(tokens))

    model_class.set_vocab = made_up_vocabulary
    # One family counts the entries of its tokenizer's file; nobody else may take it for a tokenizer.
    counted = folder / "tokenizer.json"
    counted.write_text(json.dumps(
        {"model": {"vocab": {str(index): index for index in range(config["vocab_size"])}}, "added_tokens": []}))
    try:
        model_class(folder, gguf.LlamaFileType.ALL_F32, file, hparams=hparams).write()
    finally:
        counted.unlink()


def with_vocabulary(source: Path, target: Path, count: int) -> None:
    """Copies a file without a tokenizer, which llama.cpp does not open, and adds the made-up list."""
    import gguf

    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(target, architecture)
    for name, entry in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        part = entry.types[-1] if entry.types[0] == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, entry.contents(), entry.types[0], sub_type=part)
    tokens = made_up_tokens(count)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types([gguf.TokenType.BYTE] * len(tokens))
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(source: Path, folder: Path, file: Path) -> None:
    use(source)
    try:
        convert(folder, file)
    except UnknownFamily:
        sys.exit(3)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
