#!/usr/bin/env python3
"""Compares logits of tiny models of every family between this program and its peers.

Fresh models with random sizes and weights go through every way there is:

    folder      transformers' folder, read here, against transformers
    gguf        llama.cpp's conversion of that folder, read here, against transformers
    llama.cpp   the same file, computed by llama.cpp, against transformers
    agree       the same file, read here and by llama.cpp
    exported    the file that `inkstone convert` writes of the folder, read here, against transformers
    theirs      that file, computed by llama.cpp, against what llama.cpp computes with the file of its own converter, or
                against transformers where that does not know the family
    back        the folder that `inkstone convert` writes of llama.cpp's file (or of ours, where there is none), read by
                transformers, against this program's reading of the file; its tensors against those of the first folder
                where transformers has no name for the family

A number is the largest difference of a logit; `-` means that a peer does not know the family or the way. Files of some
families say less than the folder (windows, multipliers): then both readers of the file differ from transformers in the
same way, and that they agree counts. Encoders and models that write from a source follow in a table of their own
(encoder_models.py).
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import encoder_models
import golden
from relatives import MODELS
from ways import WAYS, LlamaCpp, Peers, Ways


def is_right(results: dict[str, float | str], tolerance: float, agreement: float) -> bool:
    """Whether every way that counts is within its tolerance."""
    def within(way: str, limit: float) -> bool:
        value = results.get(way, "-")
        return value == "-" or isinstance(value, float) and value <= limit

    # llama.cpp looks activations up in tables of half precision.
    file = within("gguf", tolerance) or (results.get("agree") != "-" and within("agree", agreement))
    return file and within("theirs", agreement) and all(within(way, tolerance) for way in ["folder", "exported", "back"])


def compared(name: str, seed: int, peers: Peers, ways: list[str]) -> dict[str, float | str]:
    """The columns of a model; that transformers does not make one is no reason to leave out the others."""
    with tempfile.TemporaryDirectory() as work:
        try:
            return Ways(name, seed, peers, Path(work)).results(ways)
        except Exception as error:
            print(f"{name}: {error}", file=sys.stderr)
            return dict.fromkeys(ways, "failed")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inkstone", default="inkstone", help="the program, with its first arguments")
    parser.add_argument("--llama-cpp", type=Path, help="a folder with llama.cpp's sources, for its converter")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other sizes and weights")
    parser.add_argument("--tolerance", type=float, default=5e-4, help="the largest difference that is none")
    parser.add_argument("--agreement", type=float, default=3e-2, help="the largest difference to llama.cpp that is none")
    parser.add_argument("--ways", nargs="+", choices=WAYS, help="only these columns")
    known = [*MODELS, *encoder_models.MODELS]
    parser.add_argument("names", nargs="*", help=f"families; without any all of {', '.join(known)}")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in known:
            parser.error(f"unknown family {name}; known: {', '.join(known)}")
    decoders = [name for name in arguments.names or MODELS if name in MODELS]
    encoders = [name for name in arguments.names or encoder_models.MODELS if name in encoder_models.MODELS]
    ways = [way for way in WAYS if way in (arguments.ways or WAYS)]
    golden.quiet()
    wrong = []
    start = time.monotonic()
    print(f"{'family':<22}" + "".join(f"{way:>12}" for way in ways))
    with LlamaCpp() as llama_cpp:
        peers = Peers(arguments.inkstone.split(), arguments.llama_cpp, llama_cpp)
        for name in decoders:
            results = compared(name, arguments.seed, peers, ways)
            cells = [f"{value:.1e}" if isinstance(value, float) else value for value in results.values()]
            is_model_right = is_right(results, arguments.tolerance, arguments.agreement)
            if not is_model_right:
                wrong.append(name)
            mark = "" if is_model_right else "  <"
            print(f"{name:<22}" + "".join(f"{cell:>12}" for cell in cells) + mark, flush=True)
        if encoders:
            wrong += encoder_models.table(peers, arguments.seed, encoders)
    print(f"{len(decoders) + len(encoders)} models in {time.monotonic() - start:.0f} s; "
          + (f"too far: {', '.join(wrong)}" if wrong else "all of them agree"))
    sys.exit(4 if wrong else 0)


if __name__ == "__main__":
    main()
