// Reference quantisers: round to nearest on a grid taken from the extremes of each block.
#include "families.h"
#include "scalar.h"

static inline void store_f16(uint8_t *address, float value) {
  const uint16_t bits = ink_f32_to_f16_bits(value);
  memcpy(address, &bits, sizeof bits);
}

static inline float magnitude(float value) { return value < 0 ? -value : value; }

// Truncation after adding one half, limited to the grid; a value that is not a number counts as 0.
static inline int grid_code(float position, int last) {
  if (!(position > 0)) return 0;
  if (position >= (float)last) return last;
  return (int)position;
}

// Nearest integer, halves away from zero.
static inline int nearest(float value) {
  const float size = magnitude(value);
  const int whole = (int)size;
  const int rounded = whole + (size - (float)whole >= 0.5f);
  return value < 0 ? -rounded : rounded;
}

// The value of largest magnitude, with its sign; the first of equals.
static inline float signed_extreme(const float *values, int count) {
  float extreme = values[0];
  for (int i = 1; i < count; i++) {
    if (magnitude(values[i]) > magnitude(extreme)) extreme = values[i];
  }
  return extreme;
}

static inline void range_of(const float *values, float *lowest, float *highest) {
  *lowest = *highest = values[0];
  for (int i = 1; i < 32; i++) {
    if (values[i] < *lowest) *lowest = values[i];
    if (values[i] > *highest) *highest = values[i];
  }
}

static void codes_around_zero(const float *values, uint8_t *codes, float scale, int offset) {
  const float inverse = scale == 0 ? 0 : 1.0f / scale;
  for (int i = 0; i < 32; i++) {
    const float position = values[i] * inverse;
    codes[i] = (uint8_t)grid_code(position + ((float)offset + 0.5f), 2 * offset - 1);
  }
}

static void codes_from_minimum(const float *values, uint8_t *codes, float scale, float minimum, int last) {
  const float inverse = scale == 0 ? 0 : 1.0f / scale;
  for (int i = 0; i < 32; i++) {
    const float position = (values[i] - minimum) * inverse;
    codes[i] = (uint8_t)grid_code(position + 0.5f, last);
  }
}

static void store_nibbles(const uint8_t *codes, uint8_t *out) {
  for (int i = 0; i < 16; i++) out[i] = (uint8_t)((codes[i] & 15) | (codes[i + 16] << 4));
}

static void store_fifth_bits(const uint8_t *codes, uint8_t *out) {
  uint32_t high = 0;
  for (int i = 0; i < 32; i++) high |= (uint32_t)((codes[i] >> 4) & 1) << i;
  memcpy(out, &high, sizeof high);
}

void ink_encode_q4_0(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 18) {
    uint8_t codes[32];
    const float scale = signed_extreme(values, 32) / -8;
    codes_around_zero(values, codes, scale, 8);
    store_f16(block, scale);
    store_nibbles(codes, block + 2);
  }
}

void ink_encode_q4_1(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 20) {
    uint8_t codes[32];
    float lowest, highest;
    range_of(values, &lowest, &highest);
    const float scale = (highest - lowest) / 15;
    codes_from_minimum(values, codes, scale, lowest, 15);
    store_f16(block, scale);
    store_f16(block + 2, lowest);
    store_nibbles(codes, block + 4);
  }
}

void ink_encode_q5_0(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 22) {
    uint8_t codes[32];
    const float scale = signed_extreme(values, 32) / -16;
    codes_around_zero(values, codes, scale, 16);
    store_f16(block, scale);
    store_fifth_bits(codes, block + 2);
    store_nibbles(codes, block + 6);
  }
}

void ink_encode_q5_1(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 24) {
    uint8_t codes[32];
    float lowest, highest;
    range_of(values, &lowest, &highest);
    const float scale = (highest - lowest) / 31;
    codes_from_minimum(values, codes, scale, lowest, 31);
    store_f16(block, scale);
    store_f16(block + 2, lowest);
    store_fifth_bits(codes, block + 4);
    store_nibbles(codes, block + 8);
  }
}

static inline int limited(int value, int bound) { return value > bound ? bound : value < -bound ? -bound : value; }

static inline int nearest_within(float value, int bound) {
  if (!(magnitude(value) < (float)bound)) return value > 0 ? bound : value < 0 ? -bound : 0;
  return limited(nearest(value), bound);
}

void ink_encode_q8_0(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 34) {
    const float scale = magnitude(signed_extreme(values, 32)) / 127;
    const float inverse = scale == 0 ? 0 : 1.0f / scale;
    store_f16(block, scale);
    for (int i = 0; i < 32; i++) block[2 + i] = (uint8_t)(int8_t)nearest_within(values[i] * inverse, 127);
  }
}

// Base-3 digits 0, 1, 2 of one block, scaled by its largest magnitude.
static float ternary_digits(const float *values, uint8_t *digits) {
  const float scale = magnitude(signed_extreme(values, 256));
  const float inverse = scale == 0 ? 0 : 1.0f / scale;
  for (int i = 0; i < 256; i++) digits[i] = (uint8_t)(nearest_within(values[i] * inverse, 1) + 1);
  return scale;
}

// `digits` digits, `stride` apart, as a fraction of 3^5 in a byte (rounded up, so that decoding truncates right).
static uint8_t ternary_byte(const uint8_t *first, int digits, int stride) {
  unsigned number = 0;
  for (int i = 0; i < 5; i++) number = number * 3 + (i < digits ? first[i * stride] : 0);
  return (uint8_t)((number * 256 + 242) / 243);
}

void ink_encode_tq1_0(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 256, block += 54) {
    uint8_t digits[256];
    const float scale = ternary_digits(values, digits);
    for (int i = 0; i < 32; i++) block[i] = ternary_byte(digits + i, 5, 32);
    for (int i = 0; i < 16; i++) block[32 + i] = ternary_byte(digits + 160 + i, 5, 16);
    for (int i = 0; i < 4; i++) block[48 + i] = ternary_byte(digits + 240 + i, 4, 4);
    store_f16(block + 52, scale);
  }
}

void ink_encode_tq2_0(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 256, block += 66) {
    uint8_t digits[256];
    const float scale = ternary_digits(values, digits);
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < 32; i++) {
        const uint8_t *first = digits + 128 * half + i;
        block[32 * half + i] = (uint8_t)(first[0] | (first[32] << 2) | (first[64] << 4) | (first[96] << 6));
      }
    }
    store_f16(block + 64, scale);
  }
}
