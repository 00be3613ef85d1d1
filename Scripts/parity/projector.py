#!/usr/bin/env python3
"""Compares what becomes of a picture: the vectors that llama.cpp makes of it with our mmproj file, and what models say to it.

    Scripts/parity/projector.py --inkstone PROGRAM [--seed N] [--count N]

A small LLaVA model with random sizes becomes a GGUF file and an mmproj file by `inkstone convert`. llama.cpp (mtmd, of
llama-cpp-python) encodes a picture with them; its vectors are compared with transformers'. Present versions of llama.cpp
put the row of the whole picture behind those of the patches, before positions are added, where the models were trained
with it in front: both are shown, and that one of them agrees counts. Then the program answers a message with the picture
from the folder and from the files; the log probabilities of its tokens are compared with transformers'. The picture has
the size of the tower, so that nobody scales it. Ends with 4 when a number is too large.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import llama_cpp
import numpy as np
import torch
import transformers
from convert import tokenizer
from llama_cpp import mtmd_cpp as mtmd
from PIL import Image
from quantize import silent
from transformers import CLIPImageProcessor, CLIPVisionConfig, LlamaConfig, LlavaConfig, LlavaForConditionalGeneration
from vision import shake

MARK = "<image>"
TEMPLATE = ("{% for message in messages %}{% for part in message['content'] %}{% if part['type'] == 'image' %}" + MARK
            + "{% else %}{{ part['text'] }}{% endif %}{% endfor %}{% endfor %}")
TEXT = "the quick brown fox"


def write_model(random: Random, folder: Path) -> tuple[LlavaForConditionalGeneration, transformers.PreTrainedTokenizerFast]:
    heads, patch = random.choice([2, 3, 4]), random.choice([2, 4, 7])
    text_heads = random.choice([2, 4])
    words = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer("gpt2"), bos_token="<s>", eos_token="</s>", chat_template=TEMPLATE)
    words.add_special_tokens({"additional_special_tokens": [MARK]})
    text = LlamaConfig(
        hidden_size=text_heads * 16, intermediate_size=random.randint(20, 90), num_attention_heads=text_heads,
        num_key_value_heads=text_heads // 2, num_hidden_layers=2, vocab_size=len(words), max_position_embeddings=512,
        tie_word_embeddings=False, bos_token_id=words.bos_token_id, eos_token_id=words.eos_token_id)
    vision = CLIPVisionConfig(
        hidden_size=heads * random.choice([8, 12]), intermediate_size=random.randint(20, 90), num_attention_heads=heads,
        num_hidden_layers=random.randint(2, 4), patch_size=patch, image_size=patch * random.randint(3, 8),
        hidden_act=random.choice(["quick_gelu", "gelu"]))
    config = LlavaConfig(
        vision_config=vision.to_dict(), text_config=text.to_dict(), image_token_index=words.convert_tokens_to_ids(MARK),
        vision_feature_layer=-2, vision_feature_select_strategy="default", projector_hidden_act="gelu",
        image_seq_length=(vision.image_size // patch) ** 2)
    model = LlavaForConditionalGeneration(config).eval()
    shake(model, torch.Generator().manual_seed(random.randrange(1 << 31)))
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    size = vision.image_size
    CLIPImageProcessor(
        size={"shortest_edge": size}, crop_size={"height": size, "width": size}).save_pretrained(folder)
    return model, words


def vectors_with_whole_last(model: LlavaForConditionalGeneration, pixels: torch.Tensor) -> np.ndarray:
    """The projected patches of a tower whose row of the whole picture stands behind them."""
    tower = model.model.vision_tower
    tower = getattr(tower, "vision_model", tower)
    rows = tower.embeddings
    with torch.no_grad():
        patches = rows.patch_embedding(pixels).flatten(2).transpose(1, 2)
        x = torch.cat([patches, rows.class_embedding.view(1, 1, -1)], 1) + rows.position_embedding.weight[None]
        x = tower.pre_layrnorm(x)
        for layer in tower.encoder.layers[: model.config.vision_feature_layer + 1]:
            x = layer(x, attention_mask=None)
            x = x[0] if isinstance(x, tuple) else x
        return model.model.multi_modal_projector(x[:, 1:])[0].numpy()


def llama_cpp_vectors(text: Path, projector: Path, picture: Image.Image) -> np.ndarray:
    """One row for each patch."""
    llama_cpp.llama_log_set(silent, None)
    mtmd.mtmd_log_set(silent, None)
    mtmd.mtmd_helper_log_set(silent, None)
    llama_cpp.llama_backend_init()
    model = llama_cpp.llama_model_load_from_file(str(text).encode(), llama_cpp.llama_model_default_params())
    if not model:
        raise SystemExit("llama.cpp does not open the language model")
    settings = mtmd.mtmd_context_params_default()
    settings.use_gpu, settings.print_timings, settings.n_threads, settings.warmup = False, False, 1, False
    settings.flash_attn_type = llama_cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
    context = mtmd.mtmd_init_from_file(str(projector).encode(), model, settings)
    if not context:
        raise SystemExit("llama.cpp does not open the mmproj file")
    pixels = np.ascontiguousarray(np.asarray(picture), dtype=np.uint8)
    bitmap = mtmd.mtmd_bitmap_init(
        picture.width, picture.height, pixels.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8)))
    mark = mtmd.mtmd_get_marker(context)
    asked = mtmd.mtmd_input_text(text=mark, text_len=len(mark), add_special=False, parse_special=True)
    chunks = mtmd.mtmd_input_chunks_init()
    status = mtmd.mtmd_tokenize(context, chunks, ctypes.byref(asked), (ctypes.c_void_p * 1)(bitmap), 1)
    if status:
        raise SystemExit(f"llama.cpp does not take the picture: {status}")
    for index in range(mtmd.mtmd_input_chunks_size(chunks)):
        chunk = mtmd.mtmd_input_chunks_get(chunks, index)
        if mtmd.mtmd_input_chunk_get_type(chunk) == mtmd.MTMD_INPUT_CHUNK_TYPE_IMAGE:
            mtmd.mtmd_encode_chunk(context, chunk)
            count, width = mtmd.mtmd_input_chunk_get_n_tokens(chunk), llama_cpp.llama_model_n_embd(model)
            found = np.ctypeslib.as_array(mtmd.mtmd_get_output_embd(context), (count, width)).copy()
            mtmd.mtmd_free(context)
            return found
    raise SystemExit("llama.cpp finds no picture")


def said(program: str, model: Path, picture: Path, count: int) -> tuple[list[int], list[float]]:
    """The most probable tokens after the message, and their log probabilities."""
    run = subprocess.run(
        [program, "generate", "--model", str(model), "--chat", "--image", str(picture), "--prompt", TEXT, "--temperature", "0",
         "--max-tokens", str(count), "--logprobs", "1", "--json"], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"inkstone generate: {run.stderr}")
    answer = json.loads(run.stdout)
    entries = answer["logprobs"]
    return [entry["token"] for entry in entries], [entry["logprob"] for entry in entries]


def reference(
    model: LlavaForConditionalGeneration, words: transformers.PreTrainedTokenizerFast, pixels: torch.Tensor,
    tokens: list[int]
) -> list[float]:
    """transformers' log probabilities of an answer."""
    prompt = words.apply_chat_template(
        [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": TEXT}]}], tokenize=False)
    ids = words.encode(prompt, add_special_tokens=False)
    mark, count = model.config.image_token_id, model.config.image_seq_length
    ids = [other for token in ids for other in ([token] * count if token == mark else [token])]
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids + tokens]), pixel_values=pixels).logits[0].log_softmax(-1)
    return [float(logits[len(ids) - 1 + place, token]) for place, token in enumerate(tokens)]


def compare(program: str, seed: int, work: Path) -> bool:
    random = Random(seed)
    folder, file = work / "llava", work / "llava.gguf"
    model, words = write_model(random, folder)
    size = model.config.vision_config.image_size
    noise = np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
    picture = Image.fromarray(noise)
    picture.save(work / "picture.png")
    run = subprocess.run([program, "convert", folder, file], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"inkstone convert: {run.stderr}")
    projector = next(path for path in work.glob("*.gguf") if path != file)

    pixels = CLIPImageProcessor.from_pretrained(folder)(picture, return_tensors="pt")["pixel_values"]
    with torch.no_grad():
        wanted = torch.cat(list(model.get_image_features(pixel_values=pixels).pooler_output), 0).numpy()
    found = llama_cpp_vectors(file, projector, picture)
    vectors = float(np.abs(found - wanted.reshape(found.shape)).max())
    behind = float(np.abs(found - vectors_with_whole_last(model, pixels)).max())
    far = []
    for source in (folder, file):
        tokens, probabilities = said(program, source, work / "picture.png", 6)
        far.append(max(abs(a - b) for a, b in zip(probabilities, reference(model, words, pixels, tokens))))
    good = min(vectors, behind) < 2e-2 and max(far) < 1e-3
    print(f"{seed:6}{size:8}{len(found):9}{np.abs(wanted).max():12.2f}{vectors:12.1e}{behind:12.1e}{far[0]:12.1e}{far[1]:12.1e}"
          + ("" if good else "  <"), flush=True)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inkstone", default=".build/release/inkstone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=3)
    arguments = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    print(f"{'seed':>6}{'pixels':>8}{'vectors':>9}{'largest':>12}{'llama.cpp':>12}{'whole last':>12}{'folder':>12}{'GGUF':>12}")
    good = True
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        with tempfile.TemporaryDirectory() as work:
            good &= compare(arguments.inkstone, seed, Path(work))
    sys.exit(0 if good else 4)


if __name__ == "__main__":
    main()
