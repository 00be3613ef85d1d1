"""Writes baseline JPEG files with any sampling factors (ITU-T T.81), to test readers with."""

import struct

import numpy as np

ZIGZAG = sorted(range(64), key=lambda i: (i // 8 + i % 8, i // 8 if (i // 8 + i % 8) % 2 else i % 8))


def segment(marker, data):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data


def cosines():
    k, n = np.mgrid[0:8, 0:8]
    matrix = np.cos((2 * n + 1) * k * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return matrix


class Bits:
    """Entropy-coded data. Every symbol has a code of 8 or 9 bits, so that the tables need no counting."""

    def __init__(self):
        self.text = []

    def put(self, value, count):
        if count:
            self.text.append(format(value, f"0{count}b"))

    def symbol(self, value):
        # 128 codes of eight bits, then codes of nine from 256 on.
        if value < 128:
            self.put(value, 8)
        else:
            self.put(256 + value - 128, 9)

    def number(self, value):
        """The category of a number, and its bits."""
        category = int(abs(value)).bit_length()
        return category, value if value >= 0 else value + (1 << category) - 1

    def take(self):
        text = "".join(self.text)
        text += "1" * (-len(text) % 8)
        self.text = []
        data = bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
        return data.replace(b"\xff", b"\xff\x00")


def block(bits, coefficients, previous):
    zigzag = [int(coefficients[i // 8, i % 8]) for i in ZIGZAG]
    category, value = bits.number(zigzag[0] - previous)
    bits.symbol(category)
    bits.put(value, category)
    run = 0
    last = max((i for i in range(1, 64) if zigzag[i]), default=0)
    for i in range(1, last + 1):
        if zigzag[i] == 0:
            run += 1
            continue
        while run > 15:
            bits.symbol(0xF0)
            run -= 16
        category, value = bits.number(zigzag[i])
        bits.symbol(run << 4 | category)
        bits.put(value, category)
        run = 0
    if last < 63:
        bits.symbol(0)
    return zigzag[0]


def write_jpeg(planes, factors, rng, restart=0, interleaved=True, adobe=(), step=8, names=None):
    """A file of planes [height, width, components] that are used as they are, each sampled by its factors."""
    height, width, count = planes.shape
    names = names or bytes(range(1, count + 1))
    across, down = max(h for h, _ in factors), max(v for _, v in factors)
    units_x, units_y = -(-width // (8 * across)), -(-height // (8 * down))
    steps = np.clip(step + np.arange(64).reshape(8, 8) // 3, 1, 255)
    transform = cosines()
    blocks, sizes = [], []
    for index, (h, v) in enumerate(factors):
        own_width, own_height = -(-width * h // across), -(-height * v // down)
        xs = np.minimum(np.arange(units_x * h * 8) * across // h, width - 1)
        ys = np.minimum(np.arange(units_y * v * 8) * down // v, height - 1)
        plane = planes[..., index].astype(np.float64)[np.ix_(ys, xs)] - 128
        grid = plane.reshape(units_y * v, 8, units_x * h, 8).transpose(0, 2, 1, 3)
        blocks.append(np.rint(transform @ grid @ transform.T / steps).astype(int))
        sizes.append((-(-own_width // 8), -(-own_height // 8)))
    out = b"\xff\xd8" + b"".join(segment(0xEE, data) for data in adobe)
    out += segment(0xDB, b"\0" + bytes(int(steps[i // 8, i % 8]) for i in ZIGZAG))
    frame = struct.pack(">BHHB", 8, height, width, count)
    out += segment(0xC0, frame + b"".join(bytes([n, h << 4 | v, 0]) for n, (h, v) in zip(names, factors)))
    for kind in (0x00, 0x10):
        # The code of all ones must not be used, so one symbol is left out.
        symbols = bytes(range(12)) if kind == 0 else bytes(range(255))
        if kind == 0:
            counts = [0] * 7 + [12] + [0] * 8
        else:
            counts = [0] * 7 + [128, 127] + [0] * 7
        out += segment(0xC4, bytes([kind]) + bytes(counts) + symbols)
    if restart:
        out += segment(0xDD, struct.pack(">H", restart))
    for scan in [list(range(count))] if interleaved else [[index] for index in range(count)]:
        out += segment(0xDA, bytes([len(scan)]) + b"".join(bytes([names[i], 0]) for i in scan) + b"\x00\x3f\x00")
        if len(scan) == 1:
            columns, rows = sizes[scan[0]]
        else:
            columns, rows = units_x, units_y
        bits, previous = Bits(), [0] * count
        for unit in range(columns * rows):
            if restart and unit and unit % restart == 0:
                out += bits.take() + bytes([0xFF, 0xD0 + (unit // restart - 1) % 8])
                previous = [0] * count
            for index in scan:
                h, v = factors[index] if len(scan) > 1 else (1, 1)
                for place in range(h * v):
                    x, y = unit % columns * h + place % h, unit // columns * v + place // h
                    previous[index] = block(bits, blocks[index][y, x], previous[index])
        out += bits.take()
    return out + b"\xff\xd9"
