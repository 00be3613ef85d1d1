// NF4: four bits number one of 16 levels, the quantiles of a normal distribution, and a block of 64 weights shares a
// scale, the largest magnitude in it (Dettmers et al., "QLoRA", 2023). With double quantization the scales less their
// mean are 8-bit codes themselves, of which 256 share a scale of their own.
//
// Blocks count through the whole matrix row by row. Every function is a pure loop, and the result does not depend on
// the instruction set: products and sums are rounded one by one, never fused.
#ifndef INK_NORMAL_FLOAT_H
#define INK_NORMAL_FLOAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Weights that share a scale.
#define INK_NF4_BLOCK 64
// Scales that share a scale of the second level.
#define INK_NF4_SCALES 256

// The levels, rising from -1 over 0 to 1.
extern const float ink_nf4_levels[16];

// Rounds `blocks` * 64 values to the nearest levels, the lower of two that are as near, and finds the scales. Two codes
// lie in a byte, the first in the upper half.
//
// false when a value is not finite; what was written then means nothing.
bool ink_nf4_quantize(const float *values, size_t blocks, uint8_t *codes, float *scales);

// Codes of 4 bits, of each byte the upper half first: levels[code] * scales[index / block] for `elements` values, the
// product rounded once. A block has an even number of values, the last one as many as there are.
void ink_four_bit_dequantize(const uint8_t *codes, const float *levels, const float *scales, size_t block,
                             size_t elements, float *out);

// Scales of double quantization: levels[code] * scales[index / 256] + offset.
typedef struct ink_nf4_second {
  // 256 numbers.
  const float *levels;
  const float *scales;
  float offset;
} ink_nf4_second;

// Decodes `count` scales of which the first has number `first` in the matrix.
void ink_nf4_decode_scales(const ink_nf4_second *second, const uint8_t *codes, size_t first, size_t count, float *out);

// A panel is 16 rows side by side: for each pair of neighbours in the depth 16 bytes, the earlier element in the lower
// half, then for each block 16 scales (f32, or the codes of double quantization).
//
// Bytes of the codes of a panel.
static inline size_t ink_nf4_code_bytes(size_t blocks) { return blocks * INK_NF4_BLOCK * 8; }

// Puts the codes of up to 16 rows side by side; rows that do not exist get level 0.
void ink_nf4_pack_codes(const uint8_t *codes, size_t rows, size_t blocks, uint8_t *panel);

// The scales of a panel of double quantization, [block][16]: `codes` lie so too, and `first` is the number of the first
// scale of the first row.
void ink_nf4_panel_scales(const ink_nf4_second *second, const uint8_t *codes, size_t first, size_t rows, size_t blocks,
                          float *out);

// One row of a panel as f32; its scales are `lane` of each group of 16.
void ink_nf4_unpack_row(const uint8_t *panel, const float *scales, size_t lane, size_t blocks, float *out);

#ifdef __cplusplus
}
#endif

#endif
