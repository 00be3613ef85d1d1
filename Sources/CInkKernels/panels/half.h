// 16-bit floats in plain C, for code that has no instruction for them.

#ifndef INK_HALF_H
#define INK_HALF_H

#include <stdint.h>
#include <string.h>

static inline float ink_float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline float ink_brain_to_float(uint16_t half) { return ink_float_from_bits((uint32_t)half << 16); }

// Exact for every value. Normal numbers are re-biased by a multiplication, which also makes subnormals right.
static inline float ink_half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  if (magnitude >= 0x0f800000) return ink_float_from_bits(sign | magnitude | 0x7f800000);
  // 2^112: the difference of the two exponent biases.
  float value = ink_float_from_bits(magnitude) * 0x1p112f;
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return ink_float_from_bits(sign | bits);
}

#endif
