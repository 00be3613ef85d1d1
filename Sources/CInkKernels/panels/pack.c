// Interleaves rows of file blocks into panels (see layout.h). Bytes only move: every weight keeps its exact value.

#include <string.h>

#include "layout.h"

INK_INLINE uint32_t ink_word(const uint8_t *p) {
  uint32_t word;
  memcpy(&word, p, 4);
  return word;
}
INK_INLINE void ink_put_word(uint8_t *p, uint32_t word) { memcpy(p, &word, 4); }

// Bit 4g + i of the word goes to bit 8i + g: two perfect unshuffles of 32 bits.
INK_INLINE uint32_t ink_bits_by_position(uint32_t x) {
  for (int pass = 0; pass < 2; pass++) {
    uint32_t t = (x ^ (x >> 1)) & 0x22222222;
    x ^= t ^ (t << 1);
    t = (x ^ (x >> 2)) & 0x0C0C0C0C;
    x ^= t ^ (t << 2);
    t = (x ^ (x >> 4)) & 0x00F000F0;
    x ^= t ^ (t << 4);
    t = (x ^ (x >> 8)) & 0x0000FF00;
    x ^= t ^ (t << 8);
  }
  return x;
}

// Sixteen bytes whose nibbles are elements e and e + 16 already.
INK_INLINE void ink_put_nibbles(uint8_t *codes, size_t lane, const uint8_t *nibbles) {
  for (int j = 0; j < 4; j++) ink_put_word(codes + 64 * j + 4 * lane, ink_word(nibbles + 4 * j));
}

// Thirty-two bytes of which one nibble each (0: low, 4: high) is an element.
INK_INLINE void ink_put_split_nibbles(uint8_t *codes, size_t lane, const uint8_t *bytes, int shift) {
  for (int j = 0; j < 4; j++) {
    const uint32_t first = ink_word(bytes + 4 * j) >> shift & 0x0f0f0f0f;
    const uint32_t second = ink_word(bytes + 16 + 4 * j) >> shift & 0x0f0f0f0f;
    ink_put_word(codes + 64 * j + 4 * lane, first | second << 4);
  }
}

INK_INLINE void ink_simple_block(const int layout, const uint8_t *source, size_t lane, uint8_t *run) {
  const int has_minimum = ink_has_minimum(layout);
  memcpy(run + 2 * lane, source, 2);
  source += 2;
  if (has_minimum) {
    memcpy(run + 32 + 2 * lane, source, 2);
    source += 2;
  }
  uint8_t *block = run + ink_header_bytes(layout);
  if (layout == INK_LAYOUT_Q8_0) {
    for (int g = 0; g < 8; g++) ink_put_word(block + 64 * g + 4 * lane, ink_word(source + 4 * g));
    return;
  }
  if (ink_high_bytes(layout)) {
    ink_put_word(block + 4 * lane, ink_bits_by_position(ink_word(source)));
    source += 4;
  }
  ink_put_nibbles(block + ink_high_bytes(layout), lane, source);
}

// Q4_K and Q5_K: two f16, twelve bytes of 6-bit scales and minimums, [32 bytes of fifth bits], 128 bytes of nibbles.
INK_INLINE void ink_k_block(const int layout, const uint8_t *source, size_t lane, uint8_t *run) {
  memcpy(run + 2 * lane, source, 2);
  memcpy(run + 32 + 2 * lane, source + 2, 2);
  const uint8_t *packed = source + 4;
  for (int b = 0; b < 8; b++) {
    const int low = b < 4;
    const uint8_t scale = low ? packed[b] & 63 : (uint8_t)((packed[b + 4] & 15) | (packed[b - 4] >> 6 << 4));
    const uint8_t minimum = low ? packed[b + 4] & 63 : (uint8_t)(packed[b + 4] >> 4 | (packed[b] >> 6 << 4));
    run[64 + 16 * b + lane] = scale;
    run[192 + 16 * b + lane] = minimum;
  }
  const uint8_t *high = source + 16;
  const uint8_t *nibbles = source + (layout == INK_LAYOUT_Q5_K ? 48 : 16);
  uint8_t *block = run + ink_header_bytes(layout);
  for (int b = 0; b < 8; b++, block += ink_block_bytes(layout)) {
    if (layout == INK_LAYOUT_Q5_K) {
      uint32_t bits = 0;
      for (int g = 0; g < 8; g++) bits |= (ink_word(high + 4 * g) >> b & 0x01010101) << g;
      ink_put_word(block + 4 * lane, bits);
    }
    ink_put_split_nibbles(block + ink_high_bytes(layout), lane, nibbles + 32 * (b / 2), 4 * (b % 2));
  }
}

// Thirty-two bytes of which two bits each are an element of block `quarter` of four.
INK_INLINE void ink_put_pairs(uint8_t *target, size_t lane, const uint8_t *bytes, int quarter) {
  for (int half = 0; half < 2; half++) {
    uint32_t bits = 0;
    for (int g = 0; g < 4; g++)
      bits |= (ink_word(bytes + 16 * half + 4 * g) >> (2 * quarter) & 0x03030303) << (2 * g);
    ink_put_word(target + 64 * half + 4 * lane, bits);
  }
}

// Q6_K: 128 bytes of nibbles, 64 bytes of upper pairs, 16 signed scales, one f16. Each half of 128 elements keeps its
// blocks 0 and 1 in the low nibbles and 2 and 3 in the high nibbles of 64 bytes.
INK_INLINE void ink_q6_k_block(const uint8_t *source, size_t lane, uint8_t *run) {
  memcpy(run + 2 * lane, source + 208, 2);
  for (int s = 0; s < 16; s++) run[32 + 16 * s + lane] = source[192 + s];
  uint8_t *block = run + ink_header_bytes(INK_LAYOUT_Q6_K);
  for (int b = 0; b < 8; b++, block += ink_block_bytes(INK_LAYOUT_Q6_K)) {
    const int quarter = b % 4;
    const uint8_t *pairs = source + 128 + 32 * (b / 4);
    ink_put_pairs(block, lane, pairs, quarter);
    ink_put_split_nibbles(block + 128, lane, source + 64 * (b / 4) + 32 * (quarter % 2), 4 * (quarter / 2));
  }
}

// Q2_K: 16 bytes of scale and minimum nibbles, 64 bytes of pairs, two f16.
INK_INLINE void ink_q2_k_block(const uint8_t *source, size_t lane, uint8_t *run) {
  memcpy(run + 2 * lane, source + 80, 2);
  memcpy(run + 32 + 2 * lane, source + 82, 2);
  for (int s = 0; s < 16; s++) run[64 + 16 * s + lane] = source[s];
  uint8_t *block = run + ink_header_bytes(INK_LAYOUT_Q2_K);
  for (int b = 0; b < 8; b++, block += ink_block_bytes(INK_LAYOUT_Q2_K))
    ink_put_pairs(block, lane, source + 16 + 32 * (b / 4), b % 4);
}

// Q3_K: 32 bytes of third bits, 64 bytes of pairs, 12 bytes of 6-bit scales with offset 32, one f16.
INK_INLINE void ink_q3_k_block(const uint8_t *source, size_t lane, uint8_t *run) {
  memcpy(run + 2 * lane, source + 108, 2);
  const uint8_t *packed = source + 96;
  for (int s = 0; s < 16; s++) {
    const int low = packed[s % 8] >> (s < 8 ? 0 : 4) & 15;
    const int high = packed[8 + s % 4] >> (2 * (s / 4)) & 3;
    run[32 + 16 * s + lane] = (uint8_t)((low | high << 4) - 32);
  }
  uint8_t *block = run + ink_header_bytes(INK_LAYOUT_Q3_K);
  for (int b = 0; b < 8; b++, block += ink_block_bytes(INK_LAYOUT_Q3_K)) {
    uint32_t bits = 0;
    for (int g = 0; g < 8; g++) bits |= (ink_word(source + 4 * g) >> b & 0x01010101) << g;
    ink_put_word(block + 4 * lane, bits);
    ink_put_pairs(block + 64, lane, source + 32 + 32 * (b / 4), b % 4);
  }
}

// IQ4_XS: one f16, a word of upper scale bits, 4 bytes of lower scale nibbles (offset 32), 8 x 16 bytes of nibbles.
INK_INLINE void ink_iq4_xs_block(const uint8_t *source, size_t lane, uint8_t *run) {
  memcpy(run + 2 * lane, source, 2);
  const unsigned upper = source[2] | (unsigned)source[3] << 8;
  uint8_t *block = run + ink_header_bytes(INK_LAYOUT_IQ4_XS);
  for (int b = 0; b < 8; b++, block += ink_block_bytes(INK_LAYOUT_IQ4_XS)) {
    const int low = source[4 + b / 2] >> (4 * (b % 2)) & 15;
    run[32 + 16 * b + lane] = (uint8_t)((low | (int)(upper >> (2 * b) & 3) << 4) - 32);
    ink_put_nibbles(block, lane, source + 8 + 16 * b);
  }
}

static size_t ink_source_bytes(int layout) {
  static const uint8_t bytes[INK_LAYOUT_COUNT] = {18, 20, 22, 24, 34, 144, 176, 210, 84, 110, 18, 136};
  return bytes[layout];
}

INK_INLINE void ink_pack_rows(const int layout, const uint8_t *const rows[INK_PANEL_WIDTH], size_t runs,
                              uint8_t *panel) {
  const size_t source_bytes = ink_source_bytes(layout);
  for (size_t u = 0; u < runs; u++, panel += ink_run_bytes(layout)) {
    for (size_t lane = 0; lane < INK_PANEL_WIDTH; lane++) {
      if (!rows[lane]) continue;
      const uint8_t *source = rows[lane] + u * source_bytes;
      if (ink_run_blocks(layout) == 1)
        ink_simple_block(layout, source, lane, panel);
      else if (layout == INK_LAYOUT_Q6_K)
        ink_q6_k_block(source, lane, panel);
      else if (layout == INK_LAYOUT_Q2_K)
        ink_q2_k_block(source, lane, panel);
      else if (layout == INK_LAYOUT_Q3_K)
        ink_q3_k_block(source, lane, panel);
      else if (layout == INK_LAYOUT_IQ4_XS)
        ink_iq4_xs_block(source, lane, panel);
      else
        ink_k_block(layout, source, lane, panel);
    }
  }
}

size_t ink_panel_bytes(ink_layout layout, size_t blocks) {
  const size_t run_blocks = (size_t)ink_run_blocks(layout);
  return blocks % run_blocks ? 0 : blocks / run_blocks * ink_run_bytes(layout);
}

void ink_panel_pack(ink_layout layout, const uint8_t *const rows[INK_PANEL_WIDTH], size_t blocks, uint8_t *panel) {
  const size_t runs = blocks / (size_t)ink_run_blocks(layout);
  for (int lane = 0; lane < INK_PANEL_WIDTH; lane++) {
    if (!rows[lane]) {
      memset(panel, 0, runs * ink_run_bytes(layout));
      break;
    }
  }
  switch (layout) {
  case INK_LAYOUT_Q4_0:
    return ink_pack_rows(INK_LAYOUT_Q4_0, rows, runs, panel);
  case INK_LAYOUT_Q4_1:
    return ink_pack_rows(INK_LAYOUT_Q4_1, rows, runs, panel);
  case INK_LAYOUT_Q5_0:
    return ink_pack_rows(INK_LAYOUT_Q5_0, rows, runs, panel);
  case INK_LAYOUT_Q5_1:
    return ink_pack_rows(INK_LAYOUT_Q5_1, rows, runs, panel);
  case INK_LAYOUT_Q8_0:
    return ink_pack_rows(INK_LAYOUT_Q8_0, rows, runs, panel);
  case INK_LAYOUT_Q4_K:
    return ink_pack_rows(INK_LAYOUT_Q4_K, rows, runs, panel);
  case INK_LAYOUT_Q5_K:
    return ink_pack_rows(INK_LAYOUT_Q5_K, rows, runs, panel);
  case INK_LAYOUT_Q6_K:
    return ink_pack_rows(INK_LAYOUT_Q6_K, rows, runs, panel);
  case INK_LAYOUT_Q2_K:
    return ink_pack_rows(INK_LAYOUT_Q2_K, rows, runs, panel);
  case INK_LAYOUT_Q3_K:
    return ink_pack_rows(INK_LAYOUT_Q3_K, rows, runs, panel);
  case INK_LAYOUT_IQ4_NL:
    return ink_pack_rows(INK_LAYOUT_IQ4_NL, rows, runs, panel);
  case INK_LAYOUT_IQ4_XS:
    return ink_pack_rows(INK_LAYOUT_IQ4_XS, rows, runs, panel);
  case INK_LAYOUT_COUNT:
    return;
  }
}

void ink_float_interleave(const float *rows, size_t row_stride, size_t row_count, size_t count, float *out,
                          size_t out_stride) {
  for (size_t row = 0; row < row_count; row++)
    for (size_t k = 0; k < count; k++) out[k * out_stride + row] = rows[row * row_stride + k];
}

void ink_half_interleave(const uint16_t *rows, size_t row_stride, size_t row_count, size_t count, uint16_t *out,
                         size_t out_stride) {
  for (size_t row = 0; row < row_count; row++)
    for (size_t k = 0; k < count; k++) out[k * out_stride + row] = rows[row * row_stride + k];
}

void ink_apply_epilogue(const float *chain, size_t count, const float *bias, int32_t adds_to_output, float *output) {
  for (size_t i = 0; i < count; i++) {
    float value = chain[i];
    if (bias) value += bias[i];
    output[i] = adds_to_output ? output[i] + value : value;
  }
}
