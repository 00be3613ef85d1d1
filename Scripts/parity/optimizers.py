"""Numbers of other libraries for the tests of optimizers and schedules.

    python3 Scripts/parity/optimizers.py Tests/InkTensorTests/Fixtures/optimizers.json \
        Tests/InkTrainingTests/Fixtures/schedules.json

Weights and gradients are made by a formula (`draw`) that the tests repeat exactly, so only results are stored. Needs
torch, transformers, numpy, lion-pytorch, and bitsandbytes for the levels of its 8-bit code.
"""

import json
import math
import sys

import bitsandbytes.functional
import numpy
import torch
import transformers
from lion_pytorch import Lion
from transformers.optimization import Adafactor

STEPS = 6
SHAPES = {"matrix": (5, 17), "tall": (11, 3), "vector": (19,), "stack": (2, 3, 2)}


def draw(seed, count):
    """Numbers of -1 ... 1 that are exact in single precision."""
    return [((((i + 1) * 2654435761 + seed * 40503) >> 8) & 0xFFFF) / 32768 - 1 for i in range(count)]


def tensor(seed, shape):
    return torch.tensor(draw(seed, math.prod(shape)), dtype=torch.float32).reshape(shape)


def gradient(name, step):
    """Gradients of very different sizes."""
    return tensor(1000 * (step + 1) + len(name), SHAPES[name]) * 2.0 ** (-2 * (step % 4))


def rate(step):
    return 0.05 / (step + 1)


def run(make, names, gradient=gradient):
    result = {}
    for name in names:
        weight = torch.nn.Parameter(tensor(len(name), SHAPES[name]).clone())
        optimizer = make([weight])
        for step in range(STEPS):
            for group in optimizer.param_groups:
                if group["lr"] is not None:
                    group["lr"] = rate(step)
            weight.grad = gradient(name, step).clone()
            optimizer.step()
        result[name] = [float(x) for x in weight.detach().flatten()]
    return result


def orthogonalized(matrix):
    """Newton-Schulz in double precision."""
    a, b, c = 3.4445, -4.7750, 2.0315
    x = matrix / max(numpy.linalg.norm(matrix), 1e-7)
    if x.shape[0] > x.shape[1]:
        return orthogonalized(matrix.T).T
    for _ in range(5):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x


def muon(name, adjust):
    weight = numpy.array(draw(len(name), math.prod(SHAPES[name]))).reshape(SHAPES[name])
    buffer = numpy.zeros_like(weight)
    for step in range(STEPS):
        g = gradient(name, step).double().numpy()
        buffer += 0.05 * (g - buffer)
        direction = g + 0.95 * (buffer - g)
        rows, columns = weight.shape
        factor = math.sqrt(max(1, rows / columns)) if adjust == "original" else 0.2 * math.sqrt(max(rows, columns))
        weight *= 1 - rate(step) * 0.1
        weight -= rate(step) * factor * orthogonalized(direction)
    found = [float(x) for x in weight.flatten()]
    # PyTorch's own orthogonalizes in bf16, so it agrees to some thousandths of a step.
    torchs = run(lambda p: torch.optim.Muon(p, lr=1, weight_decay=0.1, momentum=0.95, adjust_lr_fn=adjust), [name])[name]
    distance = max(abs(x - y) for x, y in zip(found, torchs))
    if distance > 3e-3:
        raise SystemExit(f"Muon with {adjust} on {name} is {distance} away from PyTorch's")
    return found


CODES = {
    signed: numpy.sort(bitsandbytes.functional.create_dynamic_map(signed=signed).numpy().astype(numpy.float64))
    for signed in (True, False)
}


def coded(values, block, signed):
    """Codes and scales of the nearest levels."""
    levels = CODES[signed]
    codes, scales = [], []
    for start in range(0, len(values), block):
        part = values[start : start + block]
        scale = numpy.float32(numpy.max(numpy.abs(part)))
        scales.append(float(scale))
        normal = (part / (scale if scale > 0 else 1)).astype(numpy.float64)
        codes += [int(numpy.argmin(numpy.abs(levels - x))) for x in normal]
    return codes, scales


def coded_adam(count, block):
    """AdamW in double precision whose moments pass through 8 bits after every step."""
    weight = numpy.array(draw(7, count))
    first, second = numpy.zeros(count), numpy.zeros(count)
    for step in range(STEPS):
        g = numpy.array(draw(1000 * (step + 1) + 7, count)) * 2.0 ** (-2 * (step % 4))
        first = 0.9 * first + 0.1 * g
        second = 0.95 * second + 0.05 * g * g
        lr = rate(step)
        root = numpy.sqrt(second) / math.sqrt(1 - 0.95 ** (step + 1)) + 1e-8
        weight = weight * (1 - lr * 0.1) - lr / (1 - 0.9 ** (step + 1)) * first / root
        stored = []
        for values, signed in ((first, True), (second, False)):
            codes, scales = coded(values.astype(numpy.float32), block, signed)
            stored.append((codes, scales))
            decoded = CODES[signed].astype(numpy.float32)[codes] * numpy.repeat(numpy.float32(scales), block)[:count]
            if signed:
                first = decoded.astype(numpy.float64)
            else:
                second = decoded.astype(numpy.float64)
    return {
        "count": count, "block": block, "weight": [float(x) for x in weight], "first_codes": stored[0][0],
        "second_codes": stored[1][0],
    }


def optimizers():
    every = list(SHAPES)
    optim = torch.optim
    adafactor = dict(lr=0.05, relative_step=False, scale_parameter=False, warmup_init=False)
    own = dict(lr=None, relative_step=True, scale_parameter=True)
    return {
        "adamw": run(lambda p: optim.AdamW(p, lr=1, betas=(0.9, 0.95), weight_decay=0.1), every),
        "adam_l2": run(lambda p: optim.Adam(p, lr=1, weight_decay=0.1), every),
        "sgd": run(lambda p: optim.SGD(p, lr=1, weight_decay=0.1), every),
        "sgd_momentum": run(lambda p: optim.SGD(p, lr=1, momentum=0.9, weight_decay=0.1), every),
        "sgd_nesterov": run(lambda p: optim.SGD(p, lr=1, momentum=0.9, nesterov=True), every),
        "adagrad": run(
            lambda p: optim.Adagrad(p, lr=1, lr_decay=0.1, initial_accumulator_value=0.2, weight_decay=0.1), every),
        "rmsprop": run(lambda p: optim.RMSprop(p, lr=1), every),
        "rmsprop_momentum": run(lambda p: optim.RMSprop(p, lr=1, momentum=0.9, weight_decay=0.1), every),
        "lion": run(lambda p: Lion(p, lr=1, betas=(0.9, 0.99), weight_decay=0.1), every),
        "adafactor": run(lambda p: Adafactor(p, **adafactor), every),
        "adafactor_moment": run(lambda p: Adafactor(p, **adafactor, beta1=0.9, weight_decay=0.1), every),
        "adafactor_own": run(lambda p: Adafactor(p, **own, warmup_init=False), every),
        "adafactor_warm_up": run(lambda p: Adafactor(p, **own, warmup_init=True), every),
        "muon": {name: muon(name, "original") for name in ("matrix", "tall")},
        "muon_adam": {name: muon(name, "match_rms_adamw") for name in ("matrix", "tall")},
        # In half precision, as its authors run it.
        "muon_torch": run(
            lambda p: optim.Muon(p, lr=1, momentum=0.95, nesterov=True, weight_decay=0.1), ("matrix", "tall")),
    }


def schedules():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = transformers.get_scheduler
    common = dict(optimizer=optimizer, num_warmup_steps=4, num_training_steps=16)

    def factors(made):
        return [made.lr_lambdas[0](step) for step in range(20)]

    def wsd(decay, floor):
        return factors(
            transformers.get_wsd_schedule(
                optimizer, num_warmup_steps=4, num_training_steps=16, num_decay_steps=6, decay_type=decay,
                min_lr_ratio=floor))

    return {
        "constant": factors(schedule("constant_with_warmup", **common)),
        "linear": factors(schedule("linear", **common)),
        "cosine": factors(schedule("cosine", **common)),
        "cosine_restarts": factors(
            schedule("cosine_with_restarts", **common, scheduler_specific_kwargs={"num_cycles": 2})),
        "cosine_floor": factors(
            schedule("cosine_with_min_lr", **common, scheduler_specific_kwargs={"min_lr_rate": 0.1})),
        "polynomial": factors(
            schedule("polynomial", **common, scheduler_specific_kwargs={"power": 2.0, "lr_end": 0.1})),
        "inverse_sqrt": factors(schedule("inverse_sqrt", **common)),
        "inverse_sqrt_timescale": factors(
            schedule("inverse_sqrt", **common, scheduler_specific_kwargs={"timescale": 100})),
        "wsd_linear": wsd("linear", 0.0),
        "wsd_cosine": wsd("cosine", 0.0),
        "wsd_1-sqrt": wsd("1-sqrt", 0.0),
    }


def short(value):
    """The same with seven digits a number."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: short(x) for key, x in value.items()}
    return [short(x) for x in value] if isinstance(value, (list, tuple)) else value


def write(path, value):
    with open(path, "w") as file:
        json.dump(value, file, separators=(",", ":"))
        file.write("\n")


def main():
    write(sys.argv[1], short({
        "steps": STEPS, "shapes": SHAPES, "results": optimizers(), "coded_adam": coded_adam(300, 256),
        "signed_levels": [float(x) for x in CODES[True]], "unsigned_levels": [float(x) for x in CODES[False]],
    }))
    write(sys.argv[2], schedules())


if __name__ == "__main__":
    main()
