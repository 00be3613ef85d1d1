// Reads one output's weights back out of a panel, with the arithmetic that defines each format.

#include "half.h"
#include "layout.h"

#pragma STDC FP_CONTRACT OFF

static float ink_half_at(const uint8_t *p) {
  uint16_t half;
  memcpy(&half, p, sizeof half);
  return ink_half_to_float(half);
}

// The stored code of element `e` of a block.
INK_INLINE int ink_code_at(const int layout, const uint8_t *block, size_t lane, int e) {
  const int group = e / 4;
  const size_t at = 4 * lane + (size_t)(e % 4);
  if (layout == INK_LAYOUT_Q8_0) return (int8_t)block[64 * (size_t)group + at];
  const uint8_t *lower = block + ink_high_bytes(layout);
  int code;
  if (ink_has_pairs(layout)) {
    code = lower[64 * (size_t)(group / 4) + at] >> (2 * (group % 4)) & 3;
    if (layout == INK_LAYOUT_Q3_K) code |= (block[at] >> group & 1) << 2;
  } else {
    const uint8_t byte = lower[64 * (size_t)(group % 4) + at];
    code = group < 4 ? byte & 15 : byte >> 4;
    if (ink_high_bytes(layout) == 64) code |= (block[at] >> group & 1) << 4;
    if (ink_high_bytes(layout) == 128) code |= (block[64 * (size_t)(group / 4) + at] >> (2 * (group % 4)) & 3) << 4;
  }
  if (ink_has_levels(layout)) return ink_levels[code];
  return ink_offset_shift(layout) >= 0 ? code - (1 << ink_offset_shift(layout)) : code;
}

void ink_panel_unpack_row(ink_layout layout, const uint8_t *panel, size_t lane, size_t blocks, float *out) {
  const size_t run_blocks = (size_t)ink_run_blocks(layout);
  for (size_t u = 0; u < blocks / run_blocks; u++, panel += ink_run_bytes(layout)) {
    const float scale = ink_half_at(panel + 2 * lane);
    const float minimum = ink_has_minimum(layout) ? ink_half_at(panel + 32 + 2 * lane) : 0.0f;
    const uint8_t *block = panel + ink_header_bytes(layout);
    for (size_t b = 0; b < run_blocks; b++, block += ink_block_bytes(layout), out += 32) {
      for (int e = 0; e < 32; e++) {
        const float code = (float)ink_code_at(layout, block, lane, e);
        if (layout == INK_LAYOUT_IQ4_XS) {
          out[e] = scale * (float)(int8_t)panel[32 + 16 * b + lane] * code;
        } else if (layout == INK_LAYOUT_Q2_K) {
          const uint8_t both = panel[64 + 32 * b + 16 * (size_t)(e / 16) + lane];
          const float sub_scale = scale * (float)(both & 15);
          const float sub_minimum = minimum * (float)(both >> 4);
          out[e] = sub_scale * code - sub_minimum;
        } else if (ink_has_half_scales(layout)) {
          const int8_t sub_scale = (int8_t)panel[32 + 32 * b + 16 * (size_t)(e / 16) + lane];
          out[e] = scale * (float)sub_scale * code;
        } else if (run_blocks == 8) {
          const float sub_scale = scale * (float)panel[64 + 16 * b + lane];
          const float sub_minimum = minimum * (float)panel[192 + 16 * b + lane];
          out[e] = sub_scale * code - sub_minimum;
        } else if (ink_has_minimum(layout)) {
          out[e] = code * scale + minimum;
        } else {
          out[e] = code * scale;
        }
      }
    }
  }
}

// value = code * scale (+ minimum) for the outputs of a panel, over half a block.
typedef struct {
  float scale[INK_PANEL_WIDTH];
  float minimum[INK_PANEL_WIDTH];
} ink_half_block;

INK_INLINE ink_half_block ink_half_block_at(const int layout, const uint8_t *run, size_t b, size_t half) {
  ink_half_block terms;
  for (size_t lane = 0; lane < INK_PANEL_WIDTH; lane++) {
    const float scale = ink_half_at(run + 2 * lane);
    const float minimum = ink_has_minimum(layout) ? ink_half_at(run + 32 + 2 * lane) : 0.0f;
    terms.scale[lane] = scale;
    terms.minimum[lane] = minimum;
    if (layout == INK_LAYOUT_IQ4_XS) {
      terms.scale[lane] = scale * (float)(int8_t)run[32 + 16 * b + lane];
    } else if (layout == INK_LAYOUT_Q2_K) {
      const uint8_t both = run[64 + 32 * b + 16 * half + lane];
      terms.scale[lane] = scale * (float)(both & 15);
      terms.minimum[lane] = -(minimum * (float)(both >> 4));
    } else if (ink_has_half_scales(layout)) {
      terms.scale[lane] = scale * (float)(int8_t)run[32 + 32 * b + 16 * half + lane];
    } else if (ink_run_blocks(layout) == 8) {
      terms.scale[lane] = scale * (float)run[64 + 16 * b + lane];
      terms.minimum[lane] = -(minimum * (float)run[192 + 16 * b + lane]);
    }
  }
  return terms;
}

INK_INLINE void ink_unpack_panel(const int layout, const uint8_t *panel, size_t blocks, float *out, size_t stride) {
  const size_t run_blocks = (size_t)ink_run_blocks(layout);
  for (size_t u = 0; u < blocks / run_blocks; u++, panel += ink_run_bytes(layout)) {
    const uint8_t *block = panel + ink_header_bytes(layout);
    for (size_t b = 0; b < run_blocks; b++, block += ink_block_bytes(layout)) {
#pragma clang loop unroll(full)
      for (int half = 0; half < 2; half++, out += 16) {
        const ink_half_block terms = ink_half_block_at(layout, panel, b, (size_t)half);
        for (size_t lane = 0; lane < INK_PANEL_WIDTH; lane++) {
          float *row = out + lane * stride;
#pragma clang loop unroll(full)
          for (int e = 0; e < 16; e++) {
            const float value = (float)ink_code_at(layout, block, lane, 16 * half + e) * terms.scale[lane];
            row[e] = ink_has_minimum(layout) ? value + terms.minimum[lane] : value;
          }
        }
      }
    }
  }
}

void ink_panel_unpack(ink_layout layout, const uint8_t *panel, size_t blocks, float *out, size_t out_stride) {
  // A constant layout in each call: the compiler leaves no question for the loops.
  switch (layout) {
  case INK_LAYOUT_Q4_0:
    return ink_unpack_panel(INK_LAYOUT_Q4_0, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q4_1:
    return ink_unpack_panel(INK_LAYOUT_Q4_1, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q5_0:
    return ink_unpack_panel(INK_LAYOUT_Q5_0, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q5_1:
    return ink_unpack_panel(INK_LAYOUT_Q5_1, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q8_0:
    return ink_unpack_panel(INK_LAYOUT_Q8_0, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q4_K:
    return ink_unpack_panel(INK_LAYOUT_Q4_K, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q5_K:
    return ink_unpack_panel(INK_LAYOUT_Q5_K, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q6_K:
    return ink_unpack_panel(INK_LAYOUT_Q6_K, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q2_K:
    return ink_unpack_panel(INK_LAYOUT_Q2_K, panel, blocks, out, out_stride);
  case INK_LAYOUT_Q3_K:
    return ink_unpack_panel(INK_LAYOUT_Q3_K, panel, blocks, out, out_stride);
  case INK_LAYOUT_IQ4_NL:
    return ink_unpack_panel(INK_LAYOUT_IQ4_NL, panel, blocks, out, out_stride);
  case INK_LAYOUT_IQ4_XS:
    return ink_unpack_panel(INK_LAYOUT_IQ4_XS, panel, blocks, out, out_stride);
  case INK_LAYOUT_COUNT:
    return;
  }
}
