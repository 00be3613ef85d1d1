#!/usr/bin/env python3
"""Makes pictures in every form that PNG and JPEG have, and what Pillow and transformers make of them.

    images.py OUT [--seed N] [--small]

OUT/images/NAME.png|jpg and OUT/images/expected.safetensors: the upright RGB samples of each, [height, width, 3] u8.
OUT/preprocessing/NAME/preprocessor_config.json and expected.safetensors: the pixels that transformers' image processor
(its Pillow form) gives for each picture that is listed, [3, height, width] f32.

The golden suites read such a folder: INKSTONE_GOLDEN=OUT swift test --filter Golden. Needs numpy, Pillow, safetensors and
transformers. PNG files are written here, since Pillow writes few of their forms; so are JPEG files whose sampling Pillow
does not offer.
"""

import argparse
import io
import json
import os
import struct
import sys
import zlib

import numpy as np
from PIL import Image, ImageOps
from safetensors.numpy import save_file

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from jpeg_writer import write_jpeg  # noqa: E402

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]}
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """Rows of samples [height, width, channels] as PNG lays them out, unfiltered."""
    rows = []
    for row in samples:
        flat = row.reshape(-1)
        if depth == 16:
            rows.append(flat.astype(">u2").tobytes())
        elif depth == 8:
            rows.append(flat.astype(np.uint8).tobytes())
        else:
            bits = np.concatenate([[value >> (depth - 1 - bit) & 1 for bit in range(depth)] for value in flat])
            rows.append(np.packbits(bits.astype(np.uint8)).tobytes())
    return rows


def filtered(rows, distance, rng):
    """The rows with a filter chosen at random for each."""
    above, out = None, b""
    for row in rows:
        current = np.frombuffer(row, np.uint8).astype(np.int32)
        upper = np.zeros_like(current) if above is None else above
        left = np.concatenate([np.zeros(distance, np.int32), current])[: len(current)]
        corner = np.concatenate([np.zeros(distance, np.int32), upper])[: len(current)]
        kind = int(rng.integers(0, 5))
        estimate = left + upper - corner
        a, b, c = abs(estimate - left), abs(estimate - upper), abs(estimate - corner)
        paeth = np.where((a <= b) & (a <= c), left, np.where(b <= c, upper, corner))
        guess = [0 * current, left, upper, (left + upper) // 2, paeth][kind]
        out += bytes([kind]) + ((current - guess) % 256).astype(np.uint8).tobytes()
        above = current
    return out


def write_png(samples, colour, depth, interlaced, rng, palette=None, extra=()):
    height, width, channels = samples.shape
    distance = max(depth * channels // 8, 1)
    data = b""
    for x, y, across, down in PASSES if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::down, x::across]
        if part.size:
            data += filtered(packed_rows(part, depth), distance, rng)
    compressed = zlib.compress(data, int(rng.integers(0, 10)))
    cut = int(rng.integers(1, len(compressed))) if len(compressed) > 1 else 1
    out = b"\x89PNG\r\n\x1a\n"
    out += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
    if palette is not None:
        out += chunk(b"PLTE", palette.astype(np.uint8).tobytes())
    for kind, content in extra:
        out += chunk(kind, content)
    return out + chunk(b"IDAT", compressed[:cut]) + chunk(b"IDAT", compressed[cut:]) + chunk(b"IEND", b"")


def picture(width, height, rng, channels=3):
    """Smooth colours with some edges and noise."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = []
    for _ in range(channels):
        fx, fy, phase = rng.uniform(-0.4, 0.4, 3)
        plane = 127 + 110 * np.sin(fx * x + fy * y + 6 * phase)
        plane += 60 * ((x > width * rng.uniform()) ^ (y > height * rng.uniform())) + rng.normal(0, 8, (height, width))
        planes.append(plane)
    return np.clip(np.stack(planes, -1), 0, 255).astype(np.uint8)


def png_files(rng, small):
    for colour, channels in CHANNELS.items():
        for depth in DEPTHS[colour]:
            for interlaced in (False, True):
                width, height = (int(v) for v in rng.integers(1, 14 if small else 60, 2))
                samples = rng.integers(0, 1 << depth, (height, width, channels))
                palette = None
                extra = [(b"tEXt", b"Comment\0made for a test")]
                if colour == 3:
                    count = int(rng.integers(1, (1 << depth) + 1))
                    palette = rng.integers(0, 256, (count, 3))
                    samples %= count
                    extra.append((b"tRNS", bytes(rng.integers(0, 256, int(rng.integers(1, count + 1))).astype(np.uint8))))
                elif colour in (0, 2) and rng.integers(2):
                    extra.append((b"tRNS", struct.pack(">" + "H" * channels, *([1] * channels))))
                data = write_png(samples, colour, depth, interlaced, rng, palette, extra)
                name = f"type{colour}_{depth}bit{'_interlaced' if interlaced else ''}.png"
                # Pillow clips grey of 16 bits when it makes RGB of it; what is meant is the upper byte.
                wide = np.repeat((samples >> 8).astype(np.uint8), 3, -1) if colour == 0 and depth == 16 else None
                yield name, data, wide


def exif(orientation):
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def jpeg_files(rng, small):
    def size():
        return tuple(int(v) for v in rng.integers(1, 40 if small else 150, 2))

    for progressive in (False, True):
        for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
            for extra in ({}, {"restart_marker_blocks": 3}):
                out = io.BytesIO()
                Image.fromarray(picture(*size(), rng)).save(
                    out, "JPEG", quality=int(rng.integers(20, 99)), subsampling=sampling, progressive=progressive, **extra)
                yield f"{'progressive' if progressive else 'baseline'}_{name}{'_restart' if extra else ''}.jpg", out.getvalue()
        for mode, channels in (("L", 1), ("CMYK", 4)):
            out = io.BytesIO()
            data = picture(*size(), rng, channels)
            Image.fromarray(data[..., 0] if channels == 1 else data, mode).save(
                out, "JPEG", quality=80, progressive=progressive)
            yield f"{'progressive' if progressive else 'baseline'}_{mode.lower()}.jpg", out.getvalue()
    for orientation in range(1, 9):
        out = io.BytesIO()
        Image.fromarray(picture(19, 11, rng)).save(out, "JPEG", quality=90, exif=b"Exif\0\0" + exif(orientation))
        yield f"orientation_{orientation}.jpg", out.getvalue()
    samplings = [
        [(1, 2), (1, 1), (1, 1)], [(4, 1), (1, 1), (1, 1)], [(2, 2), (2, 1), (1, 2)], [(1, 1), (2, 2), (1, 1)],
        [(4, 2), (1, 1), (1, 1)], [(2, 2)], [(2, 1), (1, 1), (1, 1), (2, 1)], [(3, 1), (1, 1), (1, 1)],
    ]
    for index, factors in enumerate(samplings):
        for interleaved in (True, False):
            width, height = size()
            planes = picture(width, height, rng, len(factors))
            markers = {1: [], 3: [], 4: [b"Adobe\0\x64\0\0\0\0\x02"]}[len(factors)]
            data = write_jpeg(
                planes, factors, rng, restart=int(rng.integers(0, 4)), interleaved=interleaved, adobe=markers,
                step=int(rng.integers(2, 20)))
            yield f"sampling_{index}{'' if interleaved else '_separate'}.jpg", data
    yield "colours_as_they_are.jpg", write_jpeg(picture(*size(), rng), [(1, 1)] * 3, rng, names=b"RGB")
    yield "adobe_direct.jpg", write_jpeg(picture(*size(), rng), [(1, 1)] * 3, rng, adobe=[b"Adobe\0\x64\0\0\0\0\0"])


def expected(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return np.ascontiguousarray(np.array(ImageOps.exif_transpose(image).convert("RGB")))


def preprocessing(rng, small):
    edge = 8 if small else int(rng.integers(16, 60))
    statistics = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
    yield "clip", {
        "image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": edge}, "resample": 3,
        "crop_size": {"height": edge, "width": edge}, **statistics}
    yield "clip_older", {
        "feature_extractor_type": "CLIPFeatureExtractor", "do_resize": True, "size": edge, "resample": 3,
        "do_center_crop": True, "crop_size": edge, "do_normalize": True, **statistics}
    yield "llava_padded", {
        "image_processor_type": "LlavaImageProcessor", "do_pad": True, "size": {"shortest_edge": edge}, "resample": 3,
        "crop_size": {"height": edge, "width": edge}, **statistics}
    yield "bilinear_crop_beyond", {
        "image_processor_type": "CLIPImageProcessor", "size": {"height": edge - 3, "width": edge + 2}, "resample": 2,
        "crop_size": {"height": edge + 4, "width": edge - 1}, **statistics}
    for name, filter in (("lanczos", 1), ("box", 4), ("hamming", 5)):
        yield name, {
            "image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": edge + 3}, "resample": filter,
            "crop_size": {"height": edge, "width": edge}, **statistics}
    yield "crop_only", {
        "image_processor_type": "CLIPImageProcessor", "do_resize": False, "do_normalize": False,
        "crop_size": {"height": edge, "width": edge + 1}}


def processor(config):
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil

    kind = config.get("image_processor_type", config.get("feature_extractor_type"))
    fields = {key: value for key, value in config.items() if not key.endswith("_type")}
    return (LlavaImageProcessorPil if kind.startswith("Llava") else CLIPImageProcessorPil)(**fields)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="pictures of some hundred bytes, for fixtures")
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    folder = os.path.join(arguments.out, "images")
    os.makedirs(folder, exist_ok=True)
    samples = {}
    files = list(png_files(rng, arguments.small)) + [(*file, None) for file in jpeg_files(rng, arguments.small)]
    image = picture(7, 5, rng).astype(np.int64)
    files.append(("orientation.png", write_png(image, 2, 8, False, rng, extra=[(b"eXIf", exif(6))]), None))
    for name, data, meant in files:
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        samples[name] = expected(data) if meant is None else meant
    save_file(samples, os.path.join(folder, "expected.safetensors"))
    chosen = ["type2_8bit.png", "baseline_420.jpg", "orientation_6.jpg", "progressive_444.jpg", "baseline_l.jpg"]
    for name, config in preprocessing(rng, arguments.small):
        target = os.path.join(arguments.out, "preprocessing", name)
        os.makedirs(target, exist_ok=True)
        with open(os.path.join(target, "preprocessor_config.json"), "w") as file:
            json.dump(config, file, indent=2)
        pixels = {
            f"pixel_values.{image}": np.ascontiguousarray(
                processor(config)(Image.fromarray(samples[image]), return_tensors="np")["pixel_values"][0])
            for image in chosen
        }
        save_file(pixels, os.path.join(target, "expected.safetensors"))
    print(f"{len(files)} pictures in {folder}")


if __name__ == "__main__":
    main()
