// Packed number formats: block types of GGUF files and the small floating-point types, to and from float32.
//
// Every function is a pure loop: no allocation, no threads, no table made at run time. Blocks may lie at any
// address (a memory-mapped file gives no alignment). The result does not depend on the instruction set: products
// and sums are rounded one by one, never fused.
#ifndef INK_DEQUANTIZE_H
#define INK_DEQUANTIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Type numbers as a GGUF file stores them.
enum ink_block_type {
  INK_BLOCK_F32 = 0,
  INK_BLOCK_F16 = 1,
  INK_BLOCK_Q4_0 = 2,
  INK_BLOCK_Q4_1 = 3,
  INK_BLOCK_Q5_0 = 6,
  INK_BLOCK_Q5_1 = 7,
  INK_BLOCK_Q8_0 = 8,
  INK_BLOCK_Q2_K = 10,
  INK_BLOCK_Q3_K = 11,
  INK_BLOCK_Q4_K = 12,
  INK_BLOCK_Q5_K = 13,
  INK_BLOCK_Q6_K = 14,
  INK_BLOCK_Q8_K = 15,
  INK_BLOCK_IQ2_XXS = 16,
  INK_BLOCK_IQ2_XS = 17,
  INK_BLOCK_IQ3_XXS = 18,
  INK_BLOCK_IQ1_S = 19,
  INK_BLOCK_IQ4_NL = 20,
  INK_BLOCK_IQ3_S = 21,
  INK_BLOCK_IQ2_S = 22,
  INK_BLOCK_IQ4_XS = 23,
  INK_BLOCK_IQ1_M = 29,
  INK_BLOCK_BF16 = 30,
  INK_BLOCK_TQ1_0 = 34,
  INK_BLOCK_TQ2_0 = 35,
  INK_BLOCK_MXFP4 = 39,
  INK_BLOCK_NVFP4 = 40,
};

// Elements and bytes of one block. false (and both outputs 0) for a type this library does not know.
bool ink_block_layout(int32_t ggml_type, size_t *elements, size_t *bytes);

// Writes `elements` floats to `out`. `elements` must be a whole number of blocks.
// false, with `out` untouched, for an unknown type or a part of a block.
bool ink_dequantize_row(int32_t ggml_type, const void *blocks, float *out, size_t elements);

// Rounds `elements` floats to blocks, to nearest, as the reference quantiser of the format does.
// false, with `blocks` untouched, for a part of a block or a type without a writer (see ink_can_quantize).
bool ink_quantize_row(int32_t ggml_type, const float *values, void *blocks, size_t elements);
bool ink_can_quantize(int32_t ggml_type);

// Conversions round to nearest, ties to even. Half-precision overflow gives infinity; a NaN stays a (quiet) NaN.
void ink_f16_to_f32(const void *source, float *out, size_t elements);
void ink_bf16_to_f32(const void *source, float *out, size_t elements);
void ink_f8e4m3_to_f32(const void *source, float *out, size_t elements);
void ink_f8e5m2_to_f32(const void *source, float *out, size_t elements);
void ink_f32_to_f16(const float *source, void *out, size_t elements);
void ink_f32_to_bf16(const float *source, void *out, size_t elements);
// The e4m3 type without infinities: values past 448 become 448 of their sign.
void ink_f32_to_f8e4m3(const float *source, void *out, size_t elements);
// e5m2 has infinities: values past 57344 round to them.
void ink_f32_to_f8e5m2(const float *source, void *out, size_t elements);

#endif
