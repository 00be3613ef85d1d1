"""Prints the logits of every token that llama.cpp computes for a GGUF file, as JSON.

    llama_cpp_logits.py FILE "[5, 6, 7]"
    llama_cpp_logits.py              # answers a line {"file": ..., "ids": ...} with a line of logits, until there are no more
"""

import json
import sys

import llama_cpp
import numpy as np


def logits(path: str, ids: list[int]) -> list[list[float]]:
    single = llama_cpp.GGML_TYPE_F32
    model = llama_cpp.Llama(
        path, n_ctx=64, n_batch=64, logits_all=True, verbose=False, n_threads=1, n_threads_batch=1, type_k=single, type_v=single)
    model.eval(ids)
    return np.array(model.scores[: len(ids)]).tolist()


def vectors(path: str, texts: list[str]) -> list[list[float]]:
    """What an encoder makes of texts, pooled as its file says."""
    model = llama_cpp.Llama(path, n_ctx=64, embedding=True, verbose=False, n_threads=1, n_threads_batch=1)
    return [model.embed(text) for text in texts]


def main() -> None:
    if len(sys.argv) > 1:
        print(json.dumps(logits(sys.argv[1], json.loads(sys.argv[2]))))
        return
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "texts" in asked:
                answer = {"vectors": vectors(asked["file"], asked["texts"])}
            else:
                answer = {"logits": logits(asked["file"], asked["ids"])}
        except Exception as error:  # a file may be refused in any way
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
