// Vector words in plain C: 16 outputs in an array. The reference for every other instruction set, bit for bit.

#ifndef INK_LANES_PORTABLE_H
#define INK_LANES_PORTABLE_H

#include <math.h>
#include <string.h>

#include "../panels/half.h"
#include "../panels/layout.h"

#define INK_LANES 16
#define INK_FLOAT_TILE_ROWS 2
#define INK_FLOAT_TILE_VECTORS 1
#define INK_PACKED_TILE_ROWS 2
#define INK_ROW_VECTORS 1

typedef struct {
  uint8_t v[64];
} ink_bytes;
typedef struct {
  int32_t v[16];
} ink_ints;
typedef struct {
  float v[16];
} ink_floats;

#define INK_EACH(type, result, count, expression)                                                                      \
  type result;                                                                                                         \
  for (int i = 0; i < (count); i++) result.v[i] = (expression);                                                        \
  return result

INK_INLINE ink_bytes ink_load_bytes(const uint8_t *p) { INK_EACH(ink_bytes, r, 64, p[i]); }
INK_INLINE ink_bytes ink_low_nibbles(ink_bytes v) { INK_EACH(ink_bytes, r, 64, v.v[i] & 15); }
INK_INLINE ink_bytes ink_high_nibbles(ink_bytes v) { INK_EACH(ink_bytes, r, 64, v.v[i] >> 4); }
INK_INLINE ink_bytes ink_join_bit(ink_bytes codes, ink_bytes bits, int bit, int to) {
  INK_EACH(ink_bytes, r, 64, (uint8_t)(codes.v[i] | ((bits.v[i] >> bit & 1) << to)));
}
INK_INLINE ink_bytes ink_pair(ink_bytes bits, int pair, int to) {
  INK_EACH(ink_bytes, r, 64, (uint8_t)((bits.v[i] >> (2 * pair) & 3) << to));
}
INK_INLINE ink_bytes ink_or(ink_bytes a, ink_bytes b) { INK_EACH(ink_bytes, r, 64, a.v[i] | b.v[i]); }
INK_INLINE ink_bytes ink_look_up(ink_bytes codes) { INK_EACH(ink_bytes, r, 64, (uint8_t)ink_levels[codes.v[i]]); }
INK_INLINE ink_bytes ink_prepare_signed(ink_bytes v) { return v; }
INK_INLINE ink_ints ink_shifted_start(int32_t negative_sum, int shift) {
  INK_EACH(ink_ints, r, 16, negative_sum * (1 << shift));
}
INK_INLINE ink_ints ink_zero_ints(void) { INK_EACH(ink_ints, r, 16, 0); }

// Adds the dot products of `groups` groups, row by row, to `sums`. Codes are under 1 << bits.
INK_INLINE void ink_dot_unsigned(const ink_bytes *codes, int groups, int bits, int rows, const ink_activation_block *x,
                                 int from, size_t stride, ink_ints *sums) {
  (void)bits;
  for (int r = 0; r < rows; r++)
    for (int g = 0; g < groups; g++)
      for (int i = 0; i < 64; i++)
        sums[r].v[i / 4] += codes[g].v[i] * x[(size_t)r * stride].quants[from + 4 * g + i % 4];
}

INK_INLINE void ink_dot_signed(const ink_bytes *codes, int rows, const ink_activation_block *x, size_t stride,
                               ink_ints *sums) {
  for (int r = 0; r < rows; r++)
    for (int g = 0; g < 8; g++)
      for (int i = 0; i < 64; i++)
        sums[r].v[i / 4] += (int8_t)codes[g].v[i] * x[(size_t)r * stride].quants[4 * g + i % 4];
}

INK_INLINE ink_floats ink_from_ints(ink_ints v) { INK_EACH(ink_floats, r, 16, (float)v.v[i]); }
INK_INLINE ink_floats ink_load_half(const void *p) {
  uint16_t halves[16];
  memcpy(halves, p, sizeof halves);
  INK_EACH(ink_floats, r, 16, ink_half_to_float(halves[i]));
}
INK_INLINE ink_floats ink_load_brain(const void *p) {
  uint16_t halves[16];
  memcpy(halves, p, sizeof halves);
  INK_EACH(ink_floats, r, 16, ink_brain_to_float(halves[i]));
}
INK_INLINE ink_floats ink_load_unsigned(const uint8_t *p) { INK_EACH(ink_floats, r, 16, (float)p[i]); }
INK_INLINE ink_floats ink_load_signed(const uint8_t *p) { INK_EACH(ink_floats, r, 16, (float)(int8_t)p[i]); }
// Sixteen floats that four-bit codes number; a byte has two codes.
typedef const float *ink_level_table;
typedef struct {
  uint8_t v[16];
} ink_level_codes;
INK_INLINE ink_level_table ink_load_levels(const float *p) { return p; }
INK_INLINE ink_level_codes ink_load_level_codes(const uint8_t *p) { INK_EACH(ink_level_codes, r, 16, p[i]); }
INK_INLINE ink_floats ink_low_levels(ink_level_table table, ink_level_codes codes) {
  INK_EACH(ink_floats, r, 16, table[codes.v[i] & 15]);
}
INK_INLINE ink_floats ink_high_levels(ink_level_table table, ink_level_codes codes) {
  INK_EACH(ink_floats, r, 16, table[codes.v[i] >> 4]);
}
INK_INLINE ink_floats ink_zero(void) { INK_EACH(ink_floats, r, 16, 0.0f); }
INK_INLINE ink_floats ink_broadcast(float value) { INK_EACH(ink_floats, r, 16, value); }
INK_INLINE ink_floats ink_load(const float *p) { INK_EACH(ink_floats, r, 16, p[i]); }
INK_INLINE void ink_store(float *p, ink_floats v) { memcpy(p, v.v, sizeof v.v); }
INK_INLINE ink_floats ink_load_some(const float *p, size_t count) {
  INK_EACH(ink_floats, r, 16, (size_t)i < count ? p[i] : 0.0f);
}
INK_INLINE void ink_store_some(float *p, ink_floats v, size_t count) { memcpy(p, v.v, count * sizeof(float)); }
INK_INLINE ink_floats ink_add(ink_floats a, ink_floats b) { INK_EACH(ink_floats, r, 16, a.v[i] + b.v[i]); }
INK_INLINE ink_floats ink_multiply(ink_floats a, ink_floats b) { INK_EACH(ink_floats, r, 16, a.v[i] * b.v[i]); }
INK_INLINE ink_floats ink_negate(ink_floats a) { INK_EACH(ink_floats, r, 16, -a.v[i]); }
INK_INLINE ink_floats ink_fma(ink_floats a, ink_floats b, ink_floats c) {
  INK_EACH(ink_floats, r, 16, fmaf(a.v[i], b.v[i], c.v[i]));
}

#endif
