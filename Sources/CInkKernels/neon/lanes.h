// Vector words for NEON on aarch64: 4 outputs in a register. Uses the dot product instructions where the compiler is
// told that they exist; without them the same integers are summed by widening multiplies.

#ifndef INK_LANES_NEON_H
#define INK_LANES_NEON_H

#include <arm_neon.h>

#include "../panels/layout.h"

#define INK_LANES 4
#define INK_FLOAT_TILE_ROWS 6
#define INK_FLOAT_TILE_VECTORS 4
#define INK_PACKED_TILE_ROWS 4
#define INK_ROW_VECTORS 8

typedef uint8x16_t ink_bytes;
typedef int32x4_t ink_ints;
typedef float32x4_t ink_floats;

INK_INLINE ink_bytes ink_load_bytes(const uint8_t *p) { return vld1q_u8(p); }
INK_INLINE ink_bytes ink_low_nibbles(ink_bytes v) { return vandq_u8(v, vdupq_n_u8(15)); }
INK_INLINE ink_bytes ink_high_nibbles(ink_bytes v) { return vshrq_n_u8(v, 4); }

// Bit `bit` of every byte, moved to bit `to` and added to the codes.
INK_INLINE ink_bytes ink_join_bit(ink_bytes codes, ink_bytes bits, int bit, int to) {
  const uint8x16_t moved = vshlq_u8(bits, vdupq_n_s8((int8_t)(to - bit)));
  return vorrq_u8(codes, vandq_u8(moved, vdupq_n_u8((uint8_t)(1 << to))));
}

// Bits 2 * pair and 2 * pair + 1 of every byte, moved to bits `to` and `to` + 1.
INK_INLINE ink_bytes ink_pair(ink_bytes bits, int pair, int to) {
  return vandq_u8(vshlq_u8(bits, vdupq_n_s8((int8_t)(to - 2 * pair))), vdupq_n_u8((uint8_t)(3 << to)));
}

INK_INLINE ink_bytes ink_or(ink_bytes a, ink_bytes b) { return vorrq_u8(a, b); }

// The signed levels that four-bit codes number.
INK_INLINE ink_bytes ink_look_up(ink_bytes codes) {
  return vqtbl1q_u8(vreinterpretq_u8_s8(vld1q_s8(ink_levels)), codes);
}

INK_INLINE ink_bytes ink_prepare_signed(ink_bytes v) { return v; }
INK_INLINE ink_ints ink_shifted_start(int32_t negative_sum, int shift) {
  return vdupq_n_s32(negative_sum * (1 << shift));
}
INK_INLINE ink_ints ink_zero_ints(void) { return vdupq_n_s32(0); }

INK_INLINE ink_ints ink_dot_group(ink_ints sum, ink_bytes codes, const int8_t *x) {
  int8x16_t weights = vreinterpretq_s8_u8(codes);
  int8x16_t values = vreinterpretq_s8_s32(vld1q_dup_s32((const int32_t *)(const void *)x));
#if defined(__ARM_FEATURE_DOTPROD)
  return vdotq_s32(sum, weights, values);
#else
  int16x8_t low = vmull_s8(vget_low_s8(weights), vget_low_s8(values));
  int16x8_t high = vmull_s8(vget_high_s8(weights), vget_high_s8(values));
  return vaddq_s32(sum, vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
}

// Adds the dot products of `groups` groups, row by row, to `sums`. Codes are under 1 << bits, at most 6, so they are
// signed bytes too.
INK_INLINE void ink_dot_unsigned(const ink_bytes *codes, int groups, int bits, int rows, const ink_activation_block *x,
                                 int from, size_t stride, ink_ints *sums) {
  (void)bits;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const int8_t *values = x[(size_t)r * stride].quants + from;
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) sums[r] = ink_dot_group(sums[r], codes[g], values + 4 * g);
  }
}

INK_INLINE void ink_dot_signed(const ink_bytes *codes, int rows, const ink_activation_block *x, size_t stride,
                               ink_ints *sums) {
  ink_dot_unsigned(codes, 8, 8, rows, x, 0, stride, sums);
}

INK_INLINE ink_floats ink_from_ints(ink_ints v) { return vcvtq_f32_s32(v); }
INK_INLINE ink_floats ink_load_half(const void *p) { return vcvt_f32_f16(vld1_f16(p)); }
INK_INLINE ink_floats ink_load_brain(const void *p) {
  return vreinterpretq_f32_u32(vshll_n_u16(vld1_u16(p), 16));
}
INK_INLINE uint16x4_t ink_widen_four(const uint8_t *p) {
  return vget_low_u16(vmovl_u8(vreinterpret_u8_u32(vld1_dup_u32((const uint32_t *)(const void *)p))));
}
INK_INLINE ink_floats ink_load_unsigned(const uint8_t *p) { return vcvtq_f32_u32(vmovl_u16(ink_widen_four(p))); }
INK_INLINE ink_floats ink_load_signed(const uint8_t *p) {
  int8x8_t four = vreinterpret_s8_u32(vld1_dup_u32((const uint32_t *)(const void *)p));
  return vcvtq_f32_s32(vmovl_s16(vget_low_s16(vmovl_s8(four))));
}
// Sixteen floats that four-bit codes number; a byte has two codes.
typedef uint8x16x4_t ink_level_table;
typedef uint32x4_t ink_level_codes;
INK_INLINE ink_level_table ink_load_levels(const float *p) {
  ink_level_table table;
  for (int i = 0; i < 4; i++) table.val[i] = vreinterpretq_u8_f32(vld1q_f32(p + 4 * i));
  return table;
}
INK_INLINE ink_level_codes ink_load_level_codes(const uint8_t *p) { return vmovl_u16(ink_widen_four(p)); }
// A code names the four bytes of its float.
INK_INLINE ink_floats ink_levels_of(ink_level_table table, uint32x4_t codes) {
  const uint32x4_t bytes = vmlaq_n_u32(vdupq_n_u32(0x03020100), codes, 0x04040404);
  return vreinterpretq_f32_u8(vqtbl4q_u8(table, vreinterpretq_u8_u32(bytes)));
}
INK_INLINE ink_floats ink_low_levels(ink_level_table table, ink_level_codes codes) {
  return ink_levels_of(table, vandq_u32(codes, vdupq_n_u32(15)));
}
INK_INLINE ink_floats ink_high_levels(ink_level_table table, ink_level_codes codes) {
  return ink_levels_of(table, vshrq_n_u32(codes, 4));
}
INK_INLINE ink_floats ink_zero(void) { return vdupq_n_f32(0); }
INK_INLINE ink_floats ink_broadcast(float v) { return vdupq_n_f32(v); }
INK_INLINE ink_floats ink_load(const float *p) { return vld1q_f32(p); }
INK_INLINE void ink_store(float *p, ink_floats v) { vst1q_f32(p, v); }
INK_INLINE ink_floats ink_load_some(const float *p, size_t count) {
  float values[4] = {0, 0, 0, 0};
  for (size_t i = 0; i < count && i < 4; i++) values[i] = p[i];
  return vld1q_f32(values);
}
INK_INLINE void ink_store_some(float *p, ink_floats v, size_t count) {
  float values[4];
  vst1q_f32(values, v);
  for (size_t i = 0; i < count && i < 4; i++) p[i] = values[i];
}
INK_INLINE ink_floats ink_add(ink_floats a, ink_floats b) { return vaddq_f32(a, b); }
INK_INLINE ink_floats ink_multiply(ink_floats a, ink_floats b) { return vmulq_f32(a, b); }
INK_INLINE ink_floats ink_negate(ink_floats a) { return vnegq_f32(a); }
INK_INLINE ink_floats ink_fma(ink_floats a, ink_floats b, ink_floats c) { return vfmaq_f32(c, a, b); }

#endif
