#!/usr/bin/env python3
"""Codes, scales and decoded weights of bitsandbytes for weights that a formula gives.

    python3 Scripts/parity/normal_float.py Tests/InkTensorTests/Fixtures/nf4.json

The tests repeat the formula exactly. Needs torch, numpy and bitsandbytes, which computes on processors too.
"""

import base64
import json
import pathlib
import sys

import bitsandbytes.functional as quantization
import numpy
import torch

MASK = (1 << 64) - 1
SEED, ROWS, COLUMNS = 4, 100, 192
UNEVEN_ROWS, UNEVEN_COLUMNS = 7, 50
PICKED = [0, 3, 57, 99]


class Generator:
    """SplitMix64; floats of -1 ... 1 that are exact in single precision."""

    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        value = self.state
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        value ^= value >> 31
        return numpy.float32(value >> 40) / numpy.float32(1 << 24) * numpy.float32(2) - numpy.float32(1)


def draw():
    """Rows of several sizes; the first block of the fourth is zero."""
    generator = Generator(SEED)
    weights = numpy.zeros((ROWS, COLUMNS), numpy.float32)
    for row in range(ROWS):
        for column in range(COLUMNS):
            total = (generator.uniform() + generator.uniform()) + generator.uniform()
            weights[row, column] = total * numpy.float32(0.02) * numpy.float32(1 + row % 7)
    weights[3, :64] = 0
    return torch.from_numpy(weights)


def text(tensor):
    return base64.b64encode(numpy.ascontiguousarray(tensor.numpy()).tobytes()).decode()


def quantize(weights, double):
    return quantization.quantize_4bit(weights, blocksize=64, compress_statistics=double, quant_type="nf4")


def second_level(state):
    return {
        "codes": text(state.absmax),
        "levels": text(state.state2.code),
        "scales": text(state.state2.absmax),
        "offset": text(state.offset.reshape(1)),
    }


def main():
    weights = draw()
    codes, single = quantize(weights, False)
    _, double = quantize(weights, True)
    uneven = weights.flatten()[: UNEVEN_ROWS * UNEVEN_COLUMNS].reshape(UNEVEN_ROWS, UNEVEN_COLUMNS)
    uneven_codes, uneven_state = quantize(uneven, True)
    result = {
        "seed": SEED,
        "rows": ROWS,
        "columns": COLUMNS,
        "codes": text(codes),
        "levels": text(single.code),
        "scales": text(single.absmax),
        "double": second_level(double),
        "picked": PICKED,
        "decoded_single": text(quantization.dequantize_4bit(codes, single)[PICKED]),
        "decoded_double": text(quantization.dequantize_4bit(codes, double)[PICKED]),
        "uneven": {
            "rows": UNEVEN_ROWS,
            "columns": UNEVEN_COLUMNS,
            "codes": text(uneven_codes),
            "double": second_level(uneven_state),
            "decoded": text(quantization.dequantize_4bit(uneven_codes, uneven_state)),
        },
    }
    pathlib.Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
