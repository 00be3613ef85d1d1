// The bytes of a panel: 16 outputs, cut into runs along the reduced axis. A run is read once, front to back.
//
//   Q4_0   one block:    scale f16[16]                        codes 256
//   Q4_1   one block:    scale f16[16]  minimum f16[16]       codes 256
//   Q5_0   one block:    scale f16[16]  high 64               codes 256
//   Q5_1   one block:    scale f16[16]  minimum f16[16]  high 64  codes 256
//   Q8_0   one block:    scale f16[16]                        codes 512
//   Q4_K   eight blocks: scale f16[16]  minimum f16[16]  scales u8[8][16]  minimums u8[8][16]  8 x (codes 256)
//   Q5_K   eight blocks: as Q4_K with                                                    8 x (high 64, codes 256)
//   Q6_K   eight blocks: scale f16[16]  scales i8[16][16]                                8 x (high 128, codes 256)
//   Q2_K   eight blocks: scale f16[16]  minimum f16[16]  scales u8[16][16]               8 x (pairs 128)
//   Q3_K   eight blocks: scale f16[16]  scales i8[16][16]                                8 x (high 64, pairs 128)
//   IQ4_NL one block:    scale f16[16]                        codes 256
//   IQ4_XS eight blocks: scale f16[16]  scales i8[8][16]                                 8 x (codes 256)
//
// A group is 4 consecutive elements of the 16 outputs: 64 bytes, output after output. A block has groups 0..7. Four-bit
// codes: byte vector j holds group j in its low and group j + 4 in its high nibbles (where the files of Q4_0 keep
// them). A fifth bit: bit g of the byte belongs to group g. Two upper bits: vector h, bits 2g and 2g + 1 belong to
// group 4h + g; the two-bit codes of Q2_K and the lower two of Q3_K lie the same way. Scales of Q2_K hold their
// minimum in the upper nibble. Q8_0 codes are signed, those of IQ4 number 16 signed levels; all others are unsigned,
// with the file's offset (4, 8, 16, 32) applied as integers.

#ifndef INK_PANEL_LAYOUT_H
#define INK_PANEL_LAYOUT_H

#include "../include/ink_kernels.h"

#define INK_INLINE static inline __attribute__((always_inline))

// Blocks of 32 in a run.
INK_INLINE int ink_run_blocks(int layout) {
  switch (layout) {
  case INK_LAYOUT_Q2_K:
  case INK_LAYOUT_Q3_K:
  case INK_LAYOUT_Q4_K:
  case INK_LAYOUT_Q5_K:
  case INK_LAYOUT_Q6_K:
  case INK_LAYOUT_IQ4_XS:
    return 8;
  default:
    return 1;
  }
}

// Bytes of scales before the first block of a run.
INK_INLINE size_t ink_header_bytes(int layout) {
  switch (layout) {
  case INK_LAYOUT_Q4_0:
  case INK_LAYOUT_Q5_0:
  case INK_LAYOUT_Q8_0:
  case INK_LAYOUT_IQ4_NL:
    return 32;
  case INK_LAYOUT_Q4_1:
  case INK_LAYOUT_Q5_1:
    return 64;
  case INK_LAYOUT_Q4_K:
  case INK_LAYOUT_Q5_K:
  case INK_LAYOUT_Q2_K:
    return 64 + 256;
  case INK_LAYOUT_IQ4_XS:
    return 32 + 128;
  default:
    return 32 + 256;
  }
}

// Bytes of upper bits before the codes of a block.
INK_INLINE size_t ink_high_bytes(int layout) {
  switch (layout) {
  case INK_LAYOUT_Q5_0:
  case INK_LAYOUT_Q5_1:
  case INK_LAYOUT_Q5_K:
  case INK_LAYOUT_Q3_K:
    return 64;
  case INK_LAYOUT_Q6_K:
    return 128;
  default:
    return 0;
  }
}

// Whether the codes of a block, or their lower bits, are pairs of bits.
INK_INLINE int ink_has_pairs(int layout) { return layout == INK_LAYOUT_Q2_K || layout == INK_LAYOUT_Q3_K; }

INK_INLINE size_t ink_block_bytes(int layout) {
  return ink_high_bytes(layout) + (layout == INK_LAYOUT_Q8_0 ? 512 : ink_has_pairs(layout) ? 128 : 256);
}

INK_INLINE size_t ink_run_bytes(int layout) {
  return ink_header_bytes(layout) + (size_t)ink_run_blocks(layout) * ink_block_bytes(layout);
}

// The number that the stored unsigned code exceeds the weight's integer by is 1 << this; -1 where there is none.
INK_INLINE int ink_offset_shift(int layout) {
  switch (layout) {
  case INK_LAYOUT_Q3_K:
    return 2;
  case INK_LAYOUT_Q4_0:
    return 3;
  case INK_LAYOUT_Q5_0:
    return 4;
  case INK_LAYOUT_Q6_K:
    return 5;
  default:
    return -1;
  }
}

INK_INLINE int ink_has_minimum(int layout) {
  return layout == INK_LAYOUT_Q4_1 || layout == INK_LAYOUT_Q5_1 || layout == INK_LAYOUT_Q4_K
         || layout == INK_LAYOUT_Q5_K || layout == INK_LAYOUT_Q2_K;
}

// Whether scales hold for 16 elements rather than 32.
INK_INLINE int ink_has_half_scales(int layout) {
  return layout == INK_LAYOUT_Q6_K || layout == INK_LAYOUT_Q2_K || layout == INK_LAYOUT_Q3_K;
}

// Whether codes number the levels of ink_levels.
INK_INLINE int ink_has_levels(int layout) { return layout == INK_LAYOUT_IQ4_NL || layout == INK_LAYOUT_IQ4_XS; }

// The levels of IQ4_NL and IQ4_XS.
static const int8_t ink_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

#endif
