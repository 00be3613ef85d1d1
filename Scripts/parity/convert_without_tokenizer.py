"""Runs llama.cpp's own converter on a folder without a tokenizer.

    convert_without_tokenizer.py LLAMA_CPP FOLDER FILE

The vocabulary of the file is a made-up list of tokens, one for each row of the embedding. Ends with status 3 when the
converter does not know the family.
"""

import json
import sys
from pathlib import Path


def main(source: Path, folder: Path, file: Path) -> None:
    sys.path[:0] = [str(source / "gguf-py"), str(source)]
    import gguf
    from conversion import get_model_class
    from conversion.base import ModelBase

    # Configurations of transformers 5 lack words that the converter knows from before.
    hub = folder / "config_hub.json"
    config = json.loads((hub if hub.exists() else folder / "config.json").read_text())
    hparams = {**ModelBase.load_hparams(folder, False), **config}
    try:
        model_class = get_model_class(config["architectures"][0])
    except (NotImplementedError, KeyError):
        sys.exit(3)

    def made_up_vocabulary(self) -> None:
        count = config.get("vocab_size") or config["padded_vocab_size"]
        self.gguf_writer.add_tokenizer_model("llama")
        self.gguf_writer.add_tokenizer_pre("default")
        # llama.cpp looks for the byte of a line feed, and in some families for these words.
        words = ["<unk>", "<s>", "</s>", "<|endoftext|>"]
        tokens = [f"<0x{index:02X}>" for index in range(count - len(words))] + words
        self.gguf_writer.add_token_list([token.encode() for token in tokens])
        self.gguf_writer.add_token_scores([0.0] * count)
        self.gguf_writer.add_token_types([gguf.TokenType.BYTE] * count)

    model_class.set_vocab = made_up_vocabulary
    # One family counts the entries of its tokenizer's file; nobody else may take it for a tokenizer.
    counted = folder / "tokenizer.json"
    counted.write_text(json.dumps(
        {"model": {"vocab": {str(index): index for index in range(config["vocab_size"])}}, "added_tokens": []}))
    try:
        model_class(folder, gguf.LlamaFileType.ALL_F32, file, hparams=hparams).write()
    finally:
        counted.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
