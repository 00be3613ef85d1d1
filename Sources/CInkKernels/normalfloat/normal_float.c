// NF4 in plain C: rounding, decoding and the order of panels.

#include "ink_normal_float.h"

#include <float.h>
#include <math.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

// The published table, to the digits that single precision tells apart.
const float ink_nf4_levels[16] = {
    -1.0f,
    -0.6961928009986877f,
    -0.5250730514526367f,
    -0.39491748809814453f,
    -0.28444138169288635f,
    -0.18477343022823334f,
    -0.09105003625154495f,
    0.0f,
    0.07958029955625534f,
    0.16093020141124725f,
    0.24611230194568634f,
    0.33791524171829224f,
    0.44070982933044434f,
    0.5626170039176941f,
    0.7229568362236023f,
    1.0f,
};

// A block whose largest magnitude is below this is divided by this: its codes are all the level 0.
static const float smallest_scale = 1e-38f;

// The nearest level of a number in -1 ... 1: how many of the middles between neighbours lie below it.
static uint8_t nearest_level(float x) {
  uint8_t code = 0;
  for (int level = 0; level < 15; level++) {
    const float middle = (ink_nf4_levels[level] + ink_nf4_levels[level + 1]) / 2;
    code = (uint8_t)(code + (x > middle));
  }
  return code;
}

bool ink_nf4_quantize(const float *values, size_t blocks, uint8_t *codes, float *scales) {
  for (size_t block = 0; block < blocks; block++) {
    const float *x = values + block * INK_NF4_BLOCK;
    float largest = 0;
    float finite = 0;
    for (int i = 0; i < INK_NF4_BLOCK; i++) {
      const float magnitude = fabsf(x[i]);
      largest = magnitude > largest ? magnitude : largest;
      // Zero for numbers, NaN for all else.
      finite += x[i] * 0;
    }
    if (finite != 0 || largest > FLT_MAX) return false;
    const float inverse = 1 / (largest > smallest_scale ? largest : smallest_scale);
    uint8_t *out = codes + block * INK_NF4_BLOCK / 2;
    for (int i = 0; i < INK_NF4_BLOCK; i += 2)
      out[i / 2] = (uint8_t)(nearest_level(x[i] * inverse) << 4 | nearest_level(x[i + 1] * inverse));
    scales[block] = largest;
  }
  return true;
}

void ink_four_bit_dequantize(const uint8_t *codes, const float *levels, const float *scales, size_t block,
                             size_t elements, float *out) {
  for (size_t first = 0; first < elements; first += block) {
    const float scale = *scales++;
    const size_t end = elements - first < block ? elements : first + block;
    for (size_t i = first; i < end; i++) {
      const uint8_t pair = codes[i / 2];
      out[i] = levels[i % 2 ? pair & 15 : pair >> 4] * scale;
    }
  }
}

static inline float second_level(const ink_nf4_second *second, uint8_t code, size_t index) {
  const float product = second->levels[code] * second->scales[index / INK_NF4_SCALES];
  return product + second->offset;
}

void ink_nf4_decode_scales(const ink_nf4_second *second, const uint8_t *codes, size_t first, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = second_level(second, codes[i], first + i);
}

void ink_nf4_pack_codes(const uint8_t *codes, size_t rows, size_t blocks, uint8_t *panel) {
  const size_t row_bytes = blocks * INK_NF4_BLOCK / 2;
  for (size_t lane = 0; lane < 16; lane++) {
    const uint8_t *row = codes + lane * row_bytes;
    for (size_t pair = 0; pair < row_bytes; pair++) {
      const uint8_t both = lane < rows ? row[pair] : 0x77;
      panel[16 * pair + lane] = (uint8_t)(both << 4 | both >> 4);
    }
  }
}

void ink_nf4_panel_scales(const ink_nf4_second *second, const uint8_t *codes, size_t first, size_t rows, size_t blocks,
                          float *out) {
  for (size_t block = 0; block < blocks; block++) {
    for (size_t lane = 0; lane < 16; lane++) {
      const size_t at = 16 * block + lane;
      out[at] = lane < rows ? second_level(second, codes[at], first + lane * blocks + block) : 0;
    }
  }
}

void ink_nf4_unpack_row(const uint8_t *panel, const float *scales, size_t lane, size_t blocks, float *out) {
  for (size_t block = 0; block < blocks; block++) {
    const float scale = scales[16 * block + lane];
    for (size_t i = 0; i < INK_NF4_BLOCK; i += 2) {
      const size_t k = block * INK_NF4_BLOCK + i;
      const uint8_t pair = panel[8 * k + lane];
      out[k] = ink_nf4_levels[pair & 15] * scale;
      out[k + 1] = ink_nf4_levels[pair >> 4] * scale;
    }
  }
}
