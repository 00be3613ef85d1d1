#!/usr/bin/env python3
"""Asks transformers for what the package's prompts are compared with besides their text.

    pip install transformers
    Scripts/parity/prompts.py

Writes Tests/InkTokenizersTests/Fixtures/templates/prompts.json from the templates, conversations and tokenizers that
lie there: which tokens the assistant said, and conversations that break off inside their last message.
"""

import datetime
import importlib.metadata
import json
from pathlib import Path

from transformers import PreTrainedTokenizerFast
from transformers.utils import chat_template_utils

FIXTURES = Path(__file__).resolve().parents[2] / "Tests/InkTokenizersTests/Fixtures"
TEMPLATES = FIXTURES / "templates"
TOKENIZERS = ["byte_level_bpe_gpt2", "byte_level_bpe_llama3", "bpe_byte_fallback_llama2"]
# The second writes no border around what the assistant says, so that tokens reach over it.
MASKED = [
    (TEMPLATES / "assistant_mask.jinja").read_text(encoding="utf-8"),
    "{% for m in messages %}{{ m.role }}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}"
    "{% else %}{{ m.content }}{% endif %}{% endfor %}",
]
UNFINISHED = [
    [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "An ink"}],
    [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "A stone, "}],
    [
        {"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}, {"role": "user", "content": "A"},
        {"role": "assistant", "content": "B"},
    ],
]


class FixedTime(datetime.datetime):
    """What templates take for now: the time of the other cases."""

    @classmethod
    def now(cls, tz=None):
        return cls(2024, 7, 26, 9, 5, 7)


def tokenizer(name, source):
    made = PreTrainedTokenizerFast(
        tokenizer_file=str(FIXTURES / "tokenizers" / name / "tokenizer.json"), bos_token="<s>", eos_token="</s>")
    made.chat_template = source
    return made


def masks():
    conversations = json.loads((TEMPLATES / "conversations.json").read_text(encoding="utf-8"))
    for name in TOKENIZERS:
        for source in MASKED:
            for conversation in ("multi", "system_multi", "ends_with_assistant"):
                encoded = tokenizer(name, source).apply_chat_template(
                    conversations[conversation]["messages"], tokenize=True, return_dict=True,
                    return_assistant_tokens_mask=True)
                yield {
                    "tokenizer": name, "source": source, "conversation": conversation, "ids": encoded["input_ids"],
                    "mask": encoded["assistant_masks"],
                }


def continuations():
    for path in sorted(TEMPLATES.glob("*.jinja")):
        made = tokenizer(TOKENIZERS[0], path.read_text(encoding="utf-8"))
        for messages in UNFINISHED:
            case = {"template": path.stem, "messages": messages}
            try:
                case["rendered"] = made.apply_chat_template(messages, tokenize=False, continue_final_message=True)
            except Exception as error:  # what kind of error it is does not count, only that it is one
                case["error"] = type(error).__name__
            yield case


def main():
    chat_template_utils.datetime = FixedTime
    document = {
        "library": f"transformers {importlib.metadata.version('transformers')}", "masks": list(masks()),
        "continuations": list(continuations()),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    (TEMPLATES / "prompts.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
