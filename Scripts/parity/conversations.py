#!/usr/bin/env python3
"""Renders conversations with FastChat and compares the formats of this package with it, byte for byte.

    pip install --no-deps fschat
    Scripts/parity/conversations.py             render, then run the suite that compares
    Scripts/parity/conversations.py --write     renew the fixture that the package's own tests read
    Scripts/parity/conversations.py --out DIR   only render, into DIR/templates/conversation_formats.json

The conversations differ with --seed; the suite reads everything from the file.
"""

import argparse
import importlib.metadata
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from fastchat.conversation import get_conv_template

ROOT = Path(__file__).resolve().parents[2]
NAME = "conversation_formats.json"

# The formats that both have, by their name in FastChat.
FORMATS = [
    "alpaca", "aquila", "aquila-chat", "aquila-legacy", "aquila-v1", "baichuan-chat", "baichuan2-chat", "baize",
    "billa", "chatglm", "chatglm2", "chatglm3", "chinese-alpaca2", "codegeex", "cutegpt", "deepseek-chat",
    "deepseek-coder", "internlm-chat", "llama-2", "llama2-chinese", "openbuddy", "phoenix", "qwen-7b-chat", "rwkv",
    "tigerbot", "vicuna_v1.1", "Yi-34b-chat", "yuan", "yuan2", "zero_shot",
]

# Where the package differs on purpose; the reasons stand beside the formats.
WITHOUT_SYSTEM = {"deepseek-chat", "deepseek-coder", "yuan"}
WITHOUT_COMPLETE = {"yuan2"}

WORDS = [
    "ink", "stone", "墨", "砚台", "什么是砚台？", "It's 3 o'clock.", "a\\b", "\"quoted\"", "两行\n第二行", "🙂", "{{ x }}",
    "{% if %}", "tab\there", "café",
]


def text(stream):
    # FastChat strips "<", "n" and ">" from the end of a yuan2 prompt, so no text ends in one of them.
    return " ".join(stream.choice(WORDS) for _ in range(stream.randint(1, 4))) + "."


def conversations(stream):
    """Turns and the system message: none, a text, or an empty one."""
    for turns, systems in ((1, (None, text(stream), "")), (2, (None,)), (3, (text(stream),)), (5, (None,))):
        said = [text(stream) for _ in range(turns)]
        for system in systems:
            yield said, system


def render(name, system, turns, ending):
    conversation = get_conv_template(name)
    if system is not None:
        conversation.set_system_message(system)
    for index, message in enumerate(turns):
        conversation.append_message(conversation.roles[index % 2], message)
    if ending == "assistant_turn":
        conversation.append_message(conversation.roles[1], None)
    return conversation.get_prompt()


def cases(name, stream):
    for turns, system in conversations(stream):
        ending = "assistant_turn" if len(turns) % 2 else "complete"
        if ending == "complete" and name in WITHOUT_COMPLETE or system is not None and name in WITHOUT_SYSTEM:
            continue
        messages = [] if system is None else [{"role": "system", "content": system}]
        for index, message in enumerate(turns):
            messages.append({"role": "assistant" if index % 2 else "user", "content": message})
        yield {"messages": messages, "ending": ending, "rendered": render(name, system, turns, ending)}


def document(seed):
    formats = []
    for name in FORMATS:
        conversation = get_conv_template(name)
        stops = conversation.stop_str or []
        formats.append({
            "name": name, "stop_strings": [stops] if isinstance(stops, str) else stops,
            "cases": list(cases(name, random.Random(f"{seed} {name}"))),
        })
    return {"library": f"fschat {importlib.metadata.version('fschat')}", "seed": seed, "formats": formats}


def write(folder, seed):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    path.write_text(json.dumps(document(seed), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="renew the fixture")
    parser.add_argument("--out", type=Path, help="only render, into this folder")
    arguments = parser.parse_args()
    if arguments.write:
        print(write(ROOT / "Tests/InkTokenizersTests/Fixtures/templates", arguments.seed))
    elif arguments.out:
        print(write(arguments.out / "templates", arguments.seed))
    else:
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / "templates", arguments.seed)
            command = ["swift", "test", "-c", "release", "--disable-testable-imports", "--filter",
                       "ConversationFormatGoldenTests"]
            sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, "INKSTONE_GOLDEN": folder}).returncode)


if __name__ == "__main__":
    main()
