// Loads and conversions of one number. Loads go through memcpy because blocks have no alignment.
#ifndef INK_DEQUANTIZE_SCALAR_H
#define INK_DEQUANTIZE_SCALAR_H

#include <stdint.h>
#include <string.h>

// Fused multiply-add would make results differ between instruction sets.
#pragma STDC FP_CONTRACT OFF

static inline uint16_t ink_load_u16(const void *address) {
  uint16_t value;
  memcpy(&value, address, sizeof value);
  return value;
}

static inline uint32_t ink_load_u32(const void *address) {
  uint32_t value;
  memcpy(&value, address, sizeof value);
  return value;
}

static inline float ink_float_from_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint32_t ink_bits_from_float(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// Multiplying by 2^112 moves the exponent from bias 15 to bias 127 and normalises subnormals exactly, so the
// only special case is an exponent of all ones. No branch: the loop over a row vectorises.
static inline float ink_f16_bits_to_f32(uint16_t half) {
  const uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
  const uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  const float scaled = ink_float_from_bits(magnitude) * 0x1p112f;
  const uint32_t special = magnitude >= (0x7c00u << 13) ? 0x7f800000u : 0u;
  return ink_float_from_bits(ink_bits_from_float(scaled) | special | sign);
}

static inline float ink_load_f16(const void *address) { return ink_f16_bits_to_f32(ink_load_u16(address)); }

static inline float ink_bf16_bits_to_f32(uint16_t value) { return ink_float_from_bits((uint32_t)value << 16); }

// Half precision has 10 fraction bits. Normal results round in the integer domain (a carry into the exponent is
// the right answer, including the step to infinity); subnormal ones let the float adder round at 2^-24.
static inline uint16_t ink_f32_to_f16_bits(float value) {
  const uint32_t bits = ink_bits_from_float(value);
  const uint16_t sign = (uint16_t)((bits >> 16) & 0x8000);
  const uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return (uint16_t)(sign | 0x7e00);
  if (magnitude >= 0x47800000) return (uint16_t)(sign | 0x7c00);
  if (magnitude < 0x38800000) {
    const float rounded = ink_float_from_bits(magnitude) + 0.5f;
    return (uint16_t)(sign | (ink_bits_from_float(rounded) - 0x3f000000));
  }
  const uint32_t odd = (magnitude >> 13) & 1;
  return (uint16_t)(sign | ((magnitude - 0x38000000 + 0xfff + odd) >> 13));
}

static inline uint16_t ink_f32_to_bf16_bits(float value) {
  const uint32_t bits = ink_bits_from_float(value);
  if ((bits & 0x7fffffff) > 0x7f800000) return (uint16_t)((bits >> 16) | 0x40);
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

#endif
