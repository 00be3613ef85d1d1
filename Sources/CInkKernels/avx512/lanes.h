// Vector words for AVX-512 (F, BW, DQ, VL, VNNI): 16 outputs in a register.

#ifndef INK_LANES_AVX512_H
#define INK_LANES_AVX512_H

#include <immintrin.h>

#include "../panels/layout.h"

#define INK_LANES 16
#define INK_FLOAT_TILE_ROWS 14
#define INK_FLOAT_TILE_VECTORS 2
#define INK_PACKED_TILE_ROWS 8
#define INK_ROW_VECTORS 4

typedef __m512i ink_bytes;
typedef __m512i ink_ints;
typedef __m512 ink_floats;

INK_INLINE ink_bytes ink_load_bytes(const uint8_t *p) { return _mm512_loadu_si512(p); }
INK_INLINE ink_bytes ink_low_nibbles(ink_bytes v) { return _mm512_and_si512(v, _mm512_set1_epi8(15)); }
INK_INLINE ink_bytes ink_high_nibbles(ink_bytes v) {
  return _mm512_and_si512(_mm512_srli_epi16(v, 4), _mm512_set1_epi8(15));
}

// Bits shifted left by a positive or right by a negative number; what crosses a byte's border is masked away later.
INK_INLINE ink_bytes ink_shifted(ink_bytes v, int left) {
  return left >= 0 ? _mm512_slli_epi16(v, left & 15) : _mm512_srli_epi16(v, -left & 15);
}

// Bit `bit` of every byte, moved to bit `to` and added to the codes.
INK_INLINE ink_bytes ink_join_bit(ink_bytes codes, ink_bytes bits, int bit, int to) {
  return _mm512_or_si512(codes, _mm512_and_si512(ink_shifted(bits, to - bit), _mm512_set1_epi8((char)(1 << to))));
}

// Bits 2 * pair and 2 * pair + 1 of every byte, moved to bits `to` and `to` + 1.
INK_INLINE ink_bytes ink_pair(ink_bytes bits, int pair, int to) {
  return _mm512_and_si512(ink_shifted(bits, to - 2 * pair), _mm512_set1_epi8((char)(3 << to)));
}

INK_INLINE ink_bytes ink_or(ink_bytes a, ink_bytes b) { return _mm512_or_si512(a, b); }

// The signed levels that four-bit codes number.
INK_INLINE ink_bytes ink_look_up(ink_bytes codes) {
  const __m128i levels = _mm_loadu_si128((const void *)ink_levels);
  return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(levels), codes);
}

// Signed codes become unsigned ones, 128 more; ink_dot_signed takes that back.
INK_INLINE ink_bytes ink_prepare_signed(ink_bytes v) { return _mm512_xor_si512(v, _mm512_set1_epi8((char)0x80)); }

INK_INLINE ink_ints ink_broadcast_group(const int8_t *p) {
  return _mm512_set1_epi32(*(const int32_t *)(const void *)p);
}

INK_INLINE ink_ints ink_shifted_start(int32_t negative_sum, int shift) {
  return _mm512_slli_epi32(_mm512_set1_epi32(negative_sum), shift);
}
INK_INLINE ink_ints ink_zero_ints(void) { return _mm512_setzero_si512(); }

// Adds the dot products of `groups` groups, row by row, to `sums`. Codes are under 1 << bits.
INK_INLINE void ink_dot_unsigned(const ink_bytes *codes, int groups, int bits, int rows, const ink_activation_block *x,
                                 int from, size_t stride, ink_ints *sums) {
  (void)bits;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const int8_t *values = x[(size_t)r * stride].quants + from;
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++)
      sums[r] = _mm512_dpbusd_epi32(sums[r], codes[g], ink_broadcast_group(values + 4 * g));
  }
}

// The same for codes of ink_prepare_signed: 128 too large.
INK_INLINE void ink_dot_signed(const ink_bytes *codes, int rows, const ink_activation_block *x, size_t stride,
                               ink_ints *sums) {
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) sums[r] = ink_shifted_start(x[(size_t)r * stride].negative_sum, 7);
  ink_dot_unsigned(codes, 8, 8, rows, x, 0, stride, sums);
}

INK_INLINE ink_floats ink_from_ints(ink_ints v) { return _mm512_cvtepi32_ps(v); }
INK_INLINE ink_floats ink_load_half(const void *p) { return _mm512_cvtph_ps(_mm256_loadu_si256(p)); }
INK_INLINE ink_floats ink_load_brain(const void *p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256(p)), 16));
}
INK_INLINE ink_floats ink_load_unsigned(const uint8_t *p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)p)));
}
INK_INLINE ink_floats ink_load_signed(const uint8_t *p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const void *)p)));
}
// Sixteen floats that four-bit codes number; a byte has two codes.
typedef __m512 ink_level_table;
typedef __m512i ink_level_codes;
INK_INLINE ink_level_table ink_load_levels(const float *p) { return _mm512_loadu_ps(p); }
INK_INLINE ink_level_codes ink_load_level_codes(const uint8_t *p) {
  return _mm512_cvtepu8_epi32(_mm_loadu_si128((const void *)p));
}
// The permutation looks at the four lowest bits alone.
INK_INLINE ink_floats ink_low_levels(ink_level_table table, ink_level_codes codes) {
  return _mm512_permutexvar_ps(codes, table);
}
INK_INLINE ink_floats ink_high_levels(ink_level_table table, ink_level_codes codes) {
  return _mm512_permutexvar_ps(_mm512_srli_epi32(codes, 4), table);
}
INK_INLINE ink_floats ink_zero(void) { return _mm512_setzero_ps(); }
INK_INLINE ink_floats ink_broadcast(float v) { return _mm512_set1_ps(v); }
INK_INLINE ink_floats ink_load(const float *p) { return _mm512_loadu_ps(p); }
INK_INLINE void ink_store(float *p, ink_floats v) { _mm512_storeu_ps(p, v); }
INK_INLINE ink_floats ink_load_some(const float *p, size_t count) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), p);
}
INK_INLINE void ink_store_some(float *p, ink_floats v, size_t count) {
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << count) - 1), v);
}
INK_INLINE ink_floats ink_add(ink_floats a, ink_floats b) { return _mm512_add_ps(a, b); }
INK_INLINE ink_floats ink_multiply(ink_floats a, ink_floats b) { return _mm512_mul_ps(a, b); }
INK_INLINE ink_floats ink_negate(ink_floats a) { return _mm512_xor_ps(a, _mm512_set1_ps(-0.0f)); }
INK_INLINE ink_floats ink_fma(ink_floats a, ink_floats b, ink_floats c) { return _mm512_fmadd_ps(a, b, c); }

#endif
