// Dense small floats to and from float32.
#include "families.h"
#include "ink_dequantize.h"
#include "scalar.h"

void ink_f16_to_f32(const void *source, float *out, size_t elements) {
  const uint8_t *bytes = source;
  for (size_t i = 0; i < elements; i++) out[i] = ink_f16_bits_to_f32(ink_load_u16(bytes + 2 * i));
}

void ink_bf16_to_f32(const void *source, float *out, size_t elements) {
  const uint8_t *bytes = source;
  for (size_t i = 0; i < elements; i++) out[i] = ink_bf16_bits_to_f32(ink_load_u16(bytes + 2 * i));
}

// e5m2 is the upper byte of a half-precision number.
void ink_f8e5m2_to_f32(const void *source, float *out, size_t elements) {
  const uint8_t *bytes = source;
  for (size_t i = 0; i < elements; i++) out[i] = ink_f16_bits_to_f32((uint16_t)(bytes[i] << 8));
}

// Moving the exponent from bias 7 to bias 127 is a product with 2^120; only the code of all ones is not a number.
void ink_f8e4m3_to_f32(const void *source, float *out, size_t elements) {
  const uint8_t *bytes = source;
  for (size_t i = 0; i < elements; i++) {
    const uint32_t magnitude = (uint32_t)(bytes[i] & 0x7f) << 20;
    const uint32_t sign = (uint32_t)(bytes[i] & 0x80) << 24;
    const float scaled = ink_float_from_bits(magnitude) * 0x1p120f;
    const uint32_t special = (bytes[i] & 0x7f) == 0x7f ? 0x7fc00000u : 0u;
    out[i] = ink_float_from_bits(ink_bits_from_float(scaled) | special | sign);
  }
}

static inline void store_u16(uint8_t *address, uint16_t value) { memcpy(address, &value, sizeof value); }

void ink_f32_to_f16(const float *source, void *out, size_t elements) {
  for (size_t i = 0; i < elements; i++) store_u16((uint8_t *)out + 2 * i, ink_f32_to_f16_bits(source[i]));
}

void ink_f32_to_bf16(const float *source, void *out, size_t elements) {
  for (size_t i = 0; i < elements; i++) store_u16((uint8_t *)out + 2 * i, ink_f32_to_bf16_bits(source[i]));
}

// Rounds a magnitude to `fraction_bits` for results whose smallest normal number has the exponent field
// `normal_exponent` (of float32); below it the adder rounds at the spacing of the subnormals. The returned code
// is exponent and fraction together, not yet limited.
static inline uint32_t rounded_code(uint32_t magnitude, int fraction_bits, uint32_t normal_exponent) {
  const int shift = 23 - fraction_bits;
  if (magnitude < normal_exponent << 23) {
    // Magic number: a power of two whose last fraction bit is the spacing of the subnormals.
    const uint32_t magic = (normal_exponent + (uint32_t)shift) << 23;
    return ink_bits_from_float(ink_float_from_bits(magnitude) + ink_float_from_bits(magic)) - magic;
  }
  const uint32_t odd = (magnitude >> shift) & 1;
  const uint32_t rebased = magnitude - ((normal_exponent - 1) << 23);
  return (rebased + ((1u << (shift - 1)) - 1) + odd) >> shift;
}

// From `overflow` on a magnitude becomes the largest code, and so does what rounds beyond it; NaN is 0x7f in both.
static void encode_f8(const float *source, uint8_t *bytes, size_t elements, int fraction_bits, uint32_t normal_exponent,
                      uint32_t overflow, uint32_t largest) {
  for (size_t i = 0; i < elements; i++) {
    const uint32_t bits = ink_bits_from_float(source[i]);
    const uint32_t magnitude = bits & 0x7fffffff;
    const uint8_t sign = (uint8_t)((bits >> 24) & 0x80);
    if (magnitude > 0x7f800000) {
      bytes[i] = (uint8_t)(sign | 0x7f);
    } else {
      const uint32_t code = magnitude >= overflow ? largest : rounded_code(magnitude, fraction_bits, normal_exponent);
      bytes[i] = (uint8_t)(sign | (code > largest ? largest : code));
    }
  }
}

void ink_f32_to_f8e4m3(const float *source, void *out, size_t elements) {
  encode_f8(source, out, elements, 3, 127 - 6, 0x43e00000, 0x7e);
}

void ink_f32_to_f8e5m2(const float *source, void *out, size_t elements) {
  encode_f8(source, out, elements, 2, 127 - 14, 0x47800000, 0x7c);
}

void ink_decode_f32(const uint8_t *block, float *out, size_t count) { memcpy(out, block, count * sizeof *out); }
void ink_decode_f16(const uint8_t *block, float *out, size_t count) { ink_f16_to_f32(block, out, count); }
void ink_decode_bf16(const uint8_t *block, float *out, size_t count) { ink_bf16_to_f32(block, out, count); }
void ink_encode_f32(const float *values, uint8_t *block, size_t count) {
  memcpy(block, values, count * sizeof *values);
}
void ink_encode_f16(const float *values, uint8_t *block, size_t count) { ink_f32_to_f16(values, block, count); }
void ink_encode_bf16(const float *values, uint8_t *block, size_t count) { ink_f32_to_bf16(values, block, count); }
