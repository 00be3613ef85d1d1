// Rounding to codes of 8 bits, in plain C that the compiler turns into vectors of the surrounding instruction set.
// Every step is one rounding of one operation, so the bits are the same everywhere.

#include "../panels/half.h"

INK_INLINE uint16_t ink_encode_block(const float *values, size_t count, int8_t *codes) {
#pragma STDC FP_CONTRACT OFF
  // Magnitudes compare as integers, which also ranks infinities and NaN above every number.
  uint32_t largest = 0;
  for (size_t i = 0; i < count; i++) {
    uint32_t bits;
    memcpy(&bits, values + i, sizeof bits);
    bits &= 0x7fffffff;
    largest = bits > largest ? bits : largest;
  }
  if (largest > 0x7f800000) {
    memset(codes, 0, count);
    return 0x7e00;
  }
  float magnitude;
  memcpy(&magnitude, &largest, sizeof magnitude);
  const uint16_t half = ink_half_not_below(magnitude / 127.0f);
  const float scale = half ? ink_half_to_float(half) : 1.0f;
  for (size_t i = 0; i < count; i++) {
    float level = values[i] / scale;
    level = level < -127.0f ? -127.0f : level;
    level = level > 127.0f ? 127.0f : level;
    // Adding and taking away 1.5 * 2^23 rounds to the nearest integer, ties to even.
    codes[i] = (int8_t)(int32_t)((level + 12582912.0f) - 12582912.0f);
  }
  return half;
}

static void ink_encode(const float *values, size_t count, int8_t *codes, uint16_t *scales, size_t scale_stride) {
  size_t start = 0;
  // A constant count lets the compiler unroll.
  for (; start + INK_BLOCK <= count; start += INK_BLOCK, scales += scale_stride)
    *scales = ink_encode_block(values + start, INK_BLOCK, codes + start);
  if (start < count) *scales = ink_encode_block(values + start, count - start, codes + start);
}
