"""Prints the logits of every token that llama.cpp computes for a GGUF file, as JSON."""

import json
import sys

import llama_cpp
import numpy as np


def main(path: str, ids: list[int]) -> None:
    single = llama_cpp.GGML_TYPE_F32
    model = llama_cpp.Llama(
        path, n_ctx=64, n_batch=64, logits_all=True, verbose=False, n_threads=2, type_k=single, type_v=single)
    model.eval(ids)
    print(json.dumps(np.array(model.scores[: len(ids)]).tolist()))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
