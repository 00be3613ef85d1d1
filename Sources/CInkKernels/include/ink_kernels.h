// The contract of the matrix kernels: one table of functions for each instruction set, the same names in each.
//
// Nothing here allocates, starts threads or decides how work is split; that is Swift's part. Every output element is
// one chain over the reduced axis in a fixed order, and every step of a chain is one correctly rounded operation, so
// one row and many rows, any split of the outputs, and every instruction set give the same bits.

#ifndef INK_KERNELS_H
#define INK_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Output rows that lie side by side in a panel.
#define INK_PANEL_WIDTH 16
// Elements along the reduced axis that share one activation scale, and codes of a vector that share one scale.
#define INK_BLOCK 32

// How the weights of a panel are stored. See panels/layout.h for the bytes.
typedef enum ink_layout {
  INK_LAYOUT_Q4_0 = 0,
  INK_LAYOUT_Q4_1,
  INK_LAYOUT_Q5_0,
  INK_LAYOUT_Q5_1,
  INK_LAYOUT_Q8_0,
  INK_LAYOUT_Q4_K,
  INK_LAYOUT_Q5_K,
  INK_LAYOUT_Q6_K,
  INK_LAYOUT_Q2_K,
  INK_LAYOUT_Q3_K,
  INK_LAYOUT_IQ4_NL,
  INK_LAYOUT_IQ4_XS,
  INK_LAYOUT_COUNT
} ink_layout;

// 32 activations: q = round(x / scale), scale = max|x| / 127.
//
// A block that holds a value which is not finite has scale NaN, so every output that reads it is NaN. A block whose
// largest magnitude is under 1e-36 counts as zero.
typedef struct ink_activation_block {
  int8_t quants[32];
  float scale;
  // scale * (sum of quants): what a weight block's minimum is multiplied with.
  float scaled_sum;
  // Minus the sum of quants: the start of the integer chain for weights stored with an offset (times the offset).
  int32_t negative_sum;
  // The same for elements 0..15 and 16..31.
  int32_t negative_half_sums[2];
  float scaled_half_sums[2];
  int32_t unused;
} ink_activation_block;

// What happens to a finished chain: output = chain (+ bias) (+ what the output held before).
typedef struct ink_epilogue {
  // One value an output from the call's first output on, or null.
  const float *bias;
  // 0: the output is overwritten. 1: the chain's result is added to what is there (a residual stream).
  int32_t adds_to_output;
} ink_epilogue;

// A product of packed weights: output[row][16 * panel + lane] for every row and panel named.
typedef struct ink_packed_call {
  const uint8_t *panels;
  size_t panel_bytes;
  size_t panel_count;
  // Outputs that exist, counted from the first panel; the last panel may have fewer than 16.
  size_t outputs;
  // Blocks of 32 along the reduced axis; a multiple of 8 for the 256-element formats.
  size_t blocks;
  const ink_activation_block *activations;
  size_t rows;
  // Blocks between one row of activations and the next.
  size_t activation_stride;
  float *output;
  // Floats between one row of outputs and the next.
  size_t output_stride;
  ink_epilogue epilogue;
} ink_packed_call;

// How a chain of the float kernels begins.
typedef enum ink_chain_start {
  INK_START_ZERO = 0,
  // The chain goes on from the stored outputs: blocking along the reduced axis does not break it.
  INK_START_FROM_OUTPUT = 1
} ink_chain_start;

// A product of float weights in panels [panel][depth][16] with f32 activations.
typedef struct ink_float_call {
  // f32, f16, bf16 or int8 codes by the function called. Element (panel, k, lane) is at
  // panel * panel_stride + k * depth_stride + lane.
  const void *panels;
  size_t panel_stride;
  size_t depth_stride;
  size_t panel_count;
  size_t outputs;
  size_t depth;
  // Element (row, k) is at row * activation_row_stride + k * activation_depth_stride.
  const float *activations;
  size_t activation_row_stride;
  size_t activation_depth_stride;
  size_t rows;
  float *output;
  size_t output_stride;
  // An ink_chain_start. An epilogue belongs to the last block of the depth; adds_to_output needs INK_START_ZERO.
  int32_t start;
  ink_epilogue epilogue;
  // For codes: what they are multiplied with, exactly, before they are used. One scale holds for a block of INK_BLOCK
  // codes along the depth (codes_along_depth: that of output n is scales[k / INK_BLOCK * scale_stride + n], readable
  // for whole panels) or along the outputs (codes_along_outputs: scales[n / INK_BLOCK * scale_stride + k]).
  const float *scales;
  size_t scale_stride;
} ink_float_call;

// A product of two f32 matrices of which the right one is in panels: output[row][column] = the sum over k of
// left (row, k) times right (k, column), from zero or from the stored output on.
typedef struct ink_product_call {
  // Element (row, k) is at row / tile rows * left_tile_stride + row % tile rows * left_row_stride
  // + k * left_depth_stride, with `float_tile_rows` rows in a tile. Tiles have left_row_stride 1; a matrix that was
  // not copied fits this too.
  const float *left;
  size_t left_row_stride;
  size_t left_depth_stride;
  size_t left_tile_stride;
  size_t rows;
  // Element (k, column) is at column / 16 * right_panel_stride + k * 16 + column % 16; whole panels can be read.
  const float *right;
  size_t right_panel_stride;
  size_t columns;
  size_t depth;
  float *output;
  size_t output_stride;
  // An ink_chain_start.
  int32_t start;
  // What is added to finished chains: output = residual + (chain + bias). Null for nothing, and in all blocks of the
  // depth but the last. The residual is not the output.
  const float *bias;
  const float *residual;
  size_t residual_stride;
} ink_product_call;

// Lines of an operand to be put into tiles of `tile_lines`: out[tile * tile_stride + k * tile_width + line in tile].
typedef struct ink_tile_call {
  const float *source;
  // Floats between one line and the next (tile_along) or between one k and the next (tile_across); neighbours along
  // the other axis are neighbours in memory.
  size_t source_stride;
  size_t lines;
  size_t depth;
  // A tile has room for tile_width lines, tile_lines rounded up to a multiple of 8; what is there is unspecified.
  size_t tile_lines;
  size_t tile_width;
  size_t tile_stride;
  float *out;
} ink_tile_call;

// A product of NF4 panels (see ink_normal_float.h) with few rows of f32 activations, from zero on.
typedef struct ink_nf4_call {
  // The codes of panel p are at panels + p * panel_bytes.
  const uint8_t *panels;
  size_t panel_bytes;
  size_t panel_count;
  size_t outputs;
  // Blocks of 64 along the depth.
  size_t blocks;
  // The scale of output lane l in block b of panel p is at p * scale_stride + 16 * b + l.
  const float *scales;
  size_t scale_stride;
  const float *activations;
  // Floats between one row of activations and the next.
  size_t activation_stride;
  size_t rows;
  float *output;
  size_t output_stride;
  ink_epilogue epilogue;
} ink_nf4_call;

typedef void (*ink_packed_function)(const ink_packed_call *call);
typedef void (*ink_float_function)(const ink_float_call *call);

typedef struct ink_matrix_kernels {
  const char *name;
  // Rows that the many-row float kernel computes at once; packing activations in tiles of this height feeds it best.
  size_t float_tile_rows;
  // Panels that the many-row float kernel computes at once.
  size_t float_tile_panels;
  // Rows that the many-row packed kernel computes at once.
  size_t packed_tile_rows;
  // Quantizes `blocks` * 32 activations.
  void (*quantize)(const float *values, size_t blocks, ink_activation_block *out);
  // Rounds `count` values to codes of 8 bits with a half-precision scale for each block of INK_BLOCK, the last of
  // which may be shorter: value = code * scale. Scale b goes to scales[b * scale_stride].
  //
  // The scale is the smallest half that is at least max|x| / 127, so the error is at most half a scale. Magnitudes
  // beyond 127 * 65504, infinities among them, become that; a block that holds NaN has scale NaN.
  void (*encode)(const float *values, size_t count, int8_t *codes, uint16_t *scales, size_t scale_stride);
  ink_packed_function packed[INK_LAYOUT_COUNT];
  ink_float_function float32;
  ink_float_function float16;
  ink_float_function bfloat16;
  ink_float_function codes_along_depth;
  ink_float_function codes_along_outputs;
  // The product with NF4 panels.
  void (*normal_float)(const ink_nf4_call *call);
  // The product of two f32 matrices and the copies that it reads.
  void (*product)(const ink_product_call *call);
  void (*tile_along)(const ink_tile_call *call);
  void (*tile_across)(const ink_tile_call *call);
  // Widens `count` values (a multiple of 16) to f32, exactly.
  void (*widen_float16)(const uint16_t *values, size_t count, float *out);
  void (*widen_bfloat16)(const uint16_t *values, size_t count, float *out);
  // Decodes `blocks` blocks of an NF4 panel, whose scales are [block][16], to f32: out[16 * k + lane].
  void (*widen_normal_float)(const uint8_t *panel, const float *scales, size_t blocks, float *out);
  // Runs chains of fused multiply-adds that stay in registers, for measuring the machine's peak. Returns the number of
  // floating point operations done and stores a value that depends on all of them.
  double (*peak)(size_t repetitions, float *sink);
} ink_matrix_kernels;

// The packed product of one layout.
static inline ink_packed_function ink_packed_kernel(const ink_matrix_kernels *kernels, ink_layout layout) {
  return kernels->packed[layout];
}

// Fills `tables` with the instruction sets that this machine can run, slowest (portable) first, and returns how many.
// `tables` must have room for 4.
size_t ink_matrix_kernels_available(const ink_matrix_kernels **tables);

// Bytes of a panel of 16 outputs and `blocks` blocks of 32, or 0 where the layout cannot hold that many.
size_t ink_panel_bytes(ink_layout layout, size_t blocks);

// Interleaves up to 16 rows of file blocks into a panel. `rows[i]` may be null: that output is zero.
void ink_panel_pack(ink_layout layout, const uint8_t *const rows[INK_PANEL_WIDTH], size_t blocks, uint8_t *panel);

// The weights of one output of a panel as the format defines them, exactly: `blocks` * 32 floats.
void ink_panel_unpack_row(ink_layout layout, const uint8_t *panel, size_t lane, size_t blocks, float *out);

// The same for all 16 outputs of a panel: output `lane` goes to out + lane * out_stride.
void ink_panel_unpack(ink_layout layout, const uint8_t *panel, size_t blocks, float *out, size_t out_stride);

// Transposes `rows` rows of `count` floats into panel order: out[k * out_stride + row].
void ink_float_interleave(const float *rows, size_t row_stride, size_t row_count, size_t count, float *out,
                          size_t out_stride);
// The same for 16-bit elements.
void ink_half_interleave(const uint16_t *rows, size_t row_stride, size_t row_count, size_t count, uint16_t *out,
                         size_t out_stride);

// Transposes a tile: out[k * out_stride + row] is element k of row `row`.
void ink_float_transpose(const float *rows, size_t row_stride, size_t row_count, size_t count, float *out,
                         size_t out_stride);
// The same for 16-bit elements.
void ink_half_transpose(const uint16_t *rows, size_t row_stride, size_t row_count, size_t count, uint16_t *out,
                        size_t out_stride);
// The same for bytes.
void ink_byte_transpose(const int8_t *rows, size_t row_stride, size_t row_count, size_t count, int8_t *out,
                        size_t out_stride);

// Adds bias and residual to finished chains: output[i] = output[i] + (chain[i] + bias[i]), as the kernels do it.
void ink_apply_epilogue(const float *chain, size_t count, const float *bias, int32_t adds_to_output, float *output);

#ifdef __cplusplus
}
#endif

#endif
