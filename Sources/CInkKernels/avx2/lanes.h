// Vector words for AVX2 with FMA and F16C: 8 outputs in a register.

#ifndef INK_LANES_AVX2_H
#define INK_LANES_AVX2_H

#include <immintrin.h>

#include "../panels/layout.h"

#define INK_LANES 8
#define INK_FLOAT_TILE_ROWS 6
#define INK_FLOAT_TILE_VECTORS 2
#define INK_PACKED_TILE_ROWS 4
#define INK_ROW_VECTORS 8

typedef __m256i ink_bytes;
typedef __m256i ink_ints;
typedef __m256 ink_floats;

INK_INLINE ink_bytes ink_load_bytes(const uint8_t *p) { return _mm256_loadu_si256((const void *)p); }
INK_INLINE ink_bytes ink_low_nibbles(ink_bytes v) { return _mm256_and_si256(v, _mm256_set1_epi8(15)); }
INK_INLINE ink_bytes ink_high_nibbles(ink_bytes v) {
  return _mm256_and_si256(_mm256_srli_epi16(v, 4), _mm256_set1_epi8(15));
}

// Bits shifted left by a positive or right by a negative number; what crosses a byte's border is masked away later.
INK_INLINE ink_bytes ink_shifted(ink_bytes v, int left) {
  return left >= 0 ? _mm256_slli_epi16(v, left & 15) : _mm256_srli_epi16(v, -left & 15);
}

// Bit `bit` of every byte, moved to bit `to` and added to the codes.
INK_INLINE ink_bytes ink_join_bit(ink_bytes codes, ink_bytes bits, int bit, int to) {
  return _mm256_or_si256(codes, _mm256_and_si256(ink_shifted(bits, to - bit), _mm256_set1_epi8((char)(1 << to))));
}

// Bits 2 * pair and 2 * pair + 1 of every byte, moved to bits `to` and `to` + 1.
INK_INLINE ink_bytes ink_pair(ink_bytes bits, int pair, int to) {
  return _mm256_and_si256(ink_shifted(bits, to - 2 * pair), _mm256_set1_epi8((char)(3 << to)));
}

INK_INLINE ink_bytes ink_or(ink_bytes a, ink_bytes b) { return _mm256_or_si256(a, b); }

// The signed levels that four-bit codes number.
INK_INLINE ink_bytes ink_look_up(ink_bytes codes) {
  const __m128i levels = _mm_loadu_si128((const void *)ink_levels);
  return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(levels), codes);
}

INK_INLINE ink_bytes ink_prepare_signed(ink_bytes v) { return v; }

INK_INLINE ink_ints ink_broadcast_group(const int8_t *p) {
  return _mm256_set1_epi32(*(const int32_t *)(const void *)p);
}

INK_INLINE ink_ints ink_shifted_start(int32_t negative_sum, int shift) {
  return _mm256_slli_epi32(_mm256_set1_epi32(negative_sum), shift);
}
INK_INLINE ink_ints ink_zero_ints(void) { return _mm256_setzero_si256(); }

// Adds the dot products of `groups` groups to the sums of several rows; codes are under 1 << bits. Group after group
// rather than row after row: a code then lives in a register only while all rows use it.
//
// A pair sum is at most 2 * 127 * (2^bits - 1): 8 groups of 4 bits, 4 groups of 5 bits or 2 groups of 6 bits fit
// 16 bits, so they are added there.
INK_INLINE void ink_dot_unsigned(const ink_bytes *codes, int groups, int bits, int rows, const ink_activation_block *x,
                                 int from, size_t stride, ink_ints *sums) {
  const int together = bits <= 4 ? 8 : bits == 5 ? 4 : 2;
#pragma clang loop unroll(full)
  for (int first = 0; first < groups; first += together) {
    __m256i pairs[INK_PACKED_TILE_ROWS];
#pragma clang loop unroll(full)
    for (int g = first; g < first + together && g < groups; g++) {
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const __m256i values = ink_broadcast_group(x[(size_t)r * stride].quants + from + 4 * g);
        const __m256i products = _mm256_maddubs_epi16(codes[g], values);
        pairs[r] = g == first ? products : _mm256_add_epi16(pairs[r], products);
      }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
      sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(pairs[r], _mm256_set1_epi16(1)));
  }
}

// |w| * (x with the sign of w): a pair is at most 2 * 128 * 127, which fits 16 bits; two pairs do not.
INK_INLINE void ink_dot_signed(const ink_bytes *codes, int rows, const ink_activation_block *x, size_t stride,
                               ink_ints *sums) {
#pragma clang loop unroll(full)
  for (int g = 0; g < 8; g++) {
    const __m256i magnitudes = _mm256_abs_epi8(codes[g]);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const __m256i values = ink_broadcast_group(x[(size_t)r * stride].quants + 4 * g);
      const __m256i pairs = _mm256_maddubs_epi16(magnitudes, _mm256_sign_epi8(values, codes[g]));
      sums[r] = _mm256_add_epi32(sums[r], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
    }
  }
}

INK_INLINE ink_floats ink_from_ints(ink_ints v) { return _mm256_cvtepi32_ps(v); }
INK_INLINE ink_floats ink_load_half(const void *p) { return _mm256_cvtph_ps(_mm_loadu_si128(p)); }
INK_INLINE ink_floats ink_load_brain(const void *p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(p)), 16));
}
INK_INLINE ink_floats ink_load_unsigned(const uint8_t *p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)p)));
}
INK_INLINE ink_floats ink_load_signed(const uint8_t *p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const void *)p)));
}
// Sixteen floats that four-bit codes number; a byte has two codes.
typedef struct {
  __m256 lower;
  __m256 upper;
} ink_level_table;
typedef __m256i ink_level_codes;
INK_INLINE ink_level_table ink_load_levels(const float *p) {
  return (ink_level_table){_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)};
}
INK_INLINE ink_level_codes ink_load_level_codes(const uint8_t *p) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const void *)p));
}
// The permutations look at the three lowest bits; the fourth, moved to the sign, chooses.
INK_INLINE ink_floats ink_levels_of(ink_level_table table, __m256i codes, __m256i choice) {
  return _mm256_blendv_ps(_mm256_permutevar8x32_ps(table.lower, codes), _mm256_permutevar8x32_ps(table.upper, codes),
                          _mm256_castsi256_ps(choice));
}
INK_INLINE ink_floats ink_low_levels(ink_level_table table, ink_level_codes codes) {
  return ink_levels_of(table, codes, _mm256_slli_epi32(codes, 28));
}
INK_INLINE ink_floats ink_high_levels(ink_level_table table, ink_level_codes codes) {
  return ink_levels_of(table, _mm256_srli_epi32(codes, 4), _mm256_slli_epi32(codes, 24));
}
INK_INLINE ink_floats ink_zero(void) { return _mm256_setzero_ps(); }
INK_INLINE ink_floats ink_broadcast(float v) { return _mm256_set1_ps(v); }
INK_INLINE ink_floats ink_load(const float *p) { return _mm256_loadu_ps(p); }
INK_INLINE void ink_store(float *p, ink_floats v) { _mm256_storeu_ps(p, v); }
INK_INLINE __m256i ink_mask(size_t count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
INK_INLINE ink_floats ink_load_some(const float *p, size_t count) { return _mm256_maskload_ps(p, ink_mask(count)); }
INK_INLINE void ink_store_some(float *p, ink_floats v, size_t count) { _mm256_maskstore_ps(p, ink_mask(count), v); }
INK_INLINE ink_floats ink_add(ink_floats a, ink_floats b) { return _mm256_add_ps(a, b); }
INK_INLINE ink_floats ink_multiply(ink_floats a, ink_floats b) { return _mm256_mul_ps(a, b); }
INK_INLINE ink_floats ink_negate(ink_floats a) { return _mm256_xor_ps(a, _mm256_set1_ps(-0.0f)); }
INK_INLINE ink_floats ink_fma(ink_floats a, ink_floats b, ink_floats c) { return _mm256_fmadd_ps(a, b, c); }

#endif
