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

// The smallest half that is at least a number which is not negative; 65504 for larger ones.
static inline uint16_t ink_half_not_below(float value) {
  if (value >= 65504.0f) return 0x7bff;
  uint32_t bits;
  // Below the normal numbers the steps are 2^-24: the sum with 2^-1 has those steps, rounded either way.
  if (value < 0x1p-14f) {
    const float sum = value + 0.5f;
    const float rounded = sum - 0.5f;
    memcpy(&bits, &sum, sizeof bits);
    return (uint16_t)((bits & 0x7fffff) + (rounded < value));
  }
  memcpy(&bits, &value, sizeof bits);
  return (uint16_t)((bits - (112u << 23) + 0x1fff) >> 13);
}

#endif
