// Checks the matrix kernels, in normal_float.c those of NF4, in optimizers.c the updates of weights, in vectors.c the
// searches of vectors and in scores.c those of sums of scores, of every instruction set that this machine runs: against
// plain loops in double precision at sizes that are multiples of nothing, and against the portable kernels bit for bit.
// Exits with 1 if one differs.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "ink_dequantize.h"
#include "ink_kernels.h"

static int failures = 0;
static long checks = 0;

void expect(int condition, const char *table, const char *what, size_t a, size_t b) {
  checks++;
  if (condition) return;
  if (failures++ < 20) fprintf(stderr, "%s: %s (%zu, %zu)\n", table, what, a, b);
}

static uint64_t random_state = 1;
static uint64_t random_bits(void) {
  random_state += 0x9e3779b97f4a7c15u;
  uint64_t value = random_state;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}
static float random_float(void) { return (float)(random_bits() >> 40) / 8388608.0f - 1.0f; }

// A half-precision number between 2^-8 and 2^-3, either sign.
static uint16_t random_half(void) {
  const uint64_t bits = random_bits();
  return (uint16_t)(((bits >> 8) & 0x83ff) | ((7 + bits % 5) << 10));
}

typedef struct {
  ink_layout layout;
  int32_t type;
  const char *name;
  int half_offsets[2];
} format;

static const format formats[INK_LAYOUT_COUNT] = {
    {INK_LAYOUT_Q4_0, INK_BLOCK_Q4_0, "Q4_0", {0, -1}},      {INK_LAYOUT_Q4_1, INK_BLOCK_Q4_1, "Q4_1", {0, 2}},
    {INK_LAYOUT_Q5_0, INK_BLOCK_Q5_0, "Q5_0", {0, -1}},      {INK_LAYOUT_Q5_1, INK_BLOCK_Q5_1, "Q5_1", {0, 2}},
    {INK_LAYOUT_Q8_0, INK_BLOCK_Q8_0, "Q8_0", {0, -1}},      {INK_LAYOUT_Q4_K, INK_BLOCK_Q4_K, "Q4_K", {0, 2}},
    {INK_LAYOUT_Q5_K, INK_BLOCK_Q5_K, "Q5_K", {0, 2}},       {INK_LAYOUT_Q6_K, INK_BLOCK_Q6_K, "Q6_K", {208, -1}},
    {INK_LAYOUT_Q2_K, INK_BLOCK_Q2_K, "Q2_K", {80, 82}},     {INK_LAYOUT_Q3_K, INK_BLOCK_Q3_K, "Q3_K", {108, -1}},
    {INK_LAYOUT_IQ4_NL, INK_BLOCK_IQ4_NL, "IQ4_NL", {0, -1}}, {INK_LAYOUT_IQ4_XS, INK_BLOCK_IQ4_XS, "IQ4_XS", {0, -1}},
};

enum { MAXIMUM_ROWS = 17, MAXIMUM_OUTPUTS = 100, GUARD = 16 };

// Code bytes as `fill` says: random, or all at one extreme.
static uint8_t *make_blocks(const format *f, size_t outputs, size_t inputs, int fill) {
  size_t elements, bytes;
  ink_block_layout(f->type, &elements, &bytes);
  const size_t count = outputs * inputs / elements;
  uint8_t *blocks = malloc(count * bytes);
  for (size_t i = 0; i < count * bytes; i++) blocks[i] = fill < 0 ? (uint8_t)random_bits() : (uint8_t)fill;
  for (size_t b = 0; b < count; b++) {
    for (int h = 0; h < 2; h++) {
      const uint16_t half = fill < 0 ? random_half() : 0x3c00;
      if (f->half_offsets[h] >= 0) memcpy(blocks + b * bytes + f->half_offsets[h], &half, 2);
    }
  }
  return blocks;
}

static uint8_t *pack(const format *f, const uint8_t *blocks, size_t outputs, size_t inputs, size_t *panel_bytes) {
  size_t elements, bytes;
  ink_block_layout(f->type, &elements, &bytes);
  const size_t row_bytes = inputs / elements * bytes;
  const size_t panels = (outputs + 15) / 16;
  *panel_bytes = ink_panel_bytes(f->layout, inputs / 32);
  uint8_t *packed = malloc(panels * *panel_bytes);
  for (size_t p = 0; p < panels; p++) {
    const uint8_t *rows[16];
    for (size_t lane = 0; lane < 16; lane++)
      rows[lane] = 16 * p + lane < outputs ? blocks + (16 * p + lane) * row_bytes : NULL;
    ink_panel_pack(f->layout, rows, inputs / 32, packed + p * *panel_bytes);
  }
  return packed;
}

static void check_unpacking(const format *f, const uint8_t *blocks, const uint8_t *packed, size_t panel_bytes,
                            size_t outputs, size_t inputs, float *weights) {
  float *row = malloc(inputs * sizeof(float));
  expect(ink_dequantize_row(f->type, blocks, weights, outputs * inputs), f->name, "decoding", outputs, inputs);
  for (size_t n = 0; n < outputs; n++) {
    ink_panel_unpack_row(f->layout, packed + n / 16 * panel_bytes, n % 16, inputs / 32, row);
    expect(memcmp(row, weights + n * inputs, inputs * sizeof(float)) == 0, f->name, "unpacked row", n, inputs);
  }
  free(row);
}

static void check_packed(const ink_matrix_kernels *table, const ink_matrix_kernels *reference, const format *f,
                         size_t rows, size_t outputs, size_t inputs, int fill, float activation) {
  const size_t blocks = inputs / 32;
  uint8_t *source = make_blocks(f, outputs, inputs, fill);
  size_t panel_bytes;
  uint8_t *packed = pack(f, source, outputs, inputs, &panel_bytes);
  float *weights = malloc(outputs * inputs * sizeof(float));
  check_unpacking(f, source, packed, panel_bytes, outputs, inputs, weights);

  float *x = malloc(rows * inputs * sizeof(float));
  for (size_t i = 0; i < rows * inputs; i++) x[i] = activation != 0 ? activation : random_float();
  ink_activation_block *quantized = aligned_alloc(64, rows * blocks * sizeof *quantized);
  ink_activation_block *expected_quantized = aligned_alloc(64, rows * blocks * sizeof *quantized);
  table->quantize(x, rows * blocks, quantized);
  reference->quantize(x, rows * blocks, expected_quantized);
  expect(memcmp(quantized, expected_quantized, rows * blocks * sizeof *quantized) == 0, table->name,
         "quantized activations", rows, inputs);

  float bias[MAXIMUM_OUTPUTS], before[MAXIMUM_ROWS * (MAXIMUM_OUTPUTS + GUARD)];
  for (size_t n = 0; n < outputs; n++) bias[n] = random_float();
  const size_t stride = outputs + GUARD;
  for (size_t i = 0; i < rows * stride; i++) before[i] = random_float();
  float results[3][MAXIMUM_ROWS * (MAXIMUM_OUTPUTS + GUARD)];
  for (int pass = 0; pass < 3; pass++) memcpy(results[pass], before, rows * stride * sizeof(float));
  ink_packed_call call = {packed, panel_bytes, (outputs + 15) / 16, outputs, blocks, quantized, rows, blocks,
                          results[0], stride,  {bias, 1}};
  table->packed[f->layout](&call);
  call.output = results[1];
  reference->packed[f->layout](&call);
  for (size_t m = 0; m < rows; m++) {
    call.activations = quantized + m * blocks;
    call.output = results[2] + m * stride;
    call.rows = 1;
    table->packed[f->layout](&call);
  }
  expect(memcmp(results[0], results[1], rows * stride * sizeof(float)) == 0, table->name, f->name, rows, outputs);
  expect(memcmp(results[0], results[2], rows * stride * sizeof(float)) == 0, table->name, "one row and many", rows,
         outputs);
  for (size_t m = 0; m < rows; m++) {
    for (size_t n = 0; n < stride; n++) {
      const size_t at = m * stride + n;
      if (n >= outputs) {
        expect(results[0][at] == before[at], table->name, "written past the outputs", m, n);
        continue;
      }
      double sum = 0, magnitude = 1;
      for (size_t k = 0; k < inputs; k++) {
        const ink_activation_block *block = quantized + m * blocks + k / 32;
        const double term = (double)block->scale * block->quants[k % 32] * weights[n * inputs + k];
        sum += term;
        magnitude += fabs(term);
      }
      const double expected = sum + bias[n] + before[at];
      expect(fabs(results[0][at] - expected) <= 2e-6 * magnitude, table->name, "packed value", m, n);
    }
  }
  free(source), free(packed), free(weights), free(x), free(quantized), free(expected_quantized);
}

// Panels of f32 or 16-bit floats with values that the 16-bit types hold exactly.
static void *make_float_panels(int type, size_t panels, size_t depth, float *values) {
  const size_t count = panels * depth * 16;
  char *result = malloc(count * 4);
  for (size_t i = 0; i < count; i++) {
    const uint16_t half = type == 2 ? (uint16_t)(0x3d00 + random_bits() % 0x180 + (random_bits() & 0x8000))
                                    : random_half();
    if (type == 0) values[i] = random_float();
    if (type == 1) ink_f16_to_f32(&half, values + i, 1);
    if (type == 2) ink_bf16_to_f32(&half, values + i, 1);
    if (type == 0) memcpy(result + 4 * i, values + i, 4);
    if (type != 0) memcpy(result + 2 * i, &half, 2);
  }
  return result;
}

static void run_float(const ink_matrix_kernels *table, int type, const ink_float_call *call) {
  (type == 0 ? table->float32 : type == 1 ? table->float16 : table->bfloat16)(call);
}

static void check_float(const ink_matrix_kernels *table, const ink_matrix_kernels *reference, int type, size_t rows,
                        size_t outputs, size_t depth) {
  const size_t panels = (outputs + 15) / 16;
  float *weights = malloc(panels * depth * 16 * sizeof(float));
  void *packed = make_float_panels(type, panels, depth, weights);
  float *x = malloc(rows * depth * sizeof(float)), *turned = malloc(rows * depth * sizeof(float));
  for (size_t i = 0; i < rows * depth; i++) x[i] = random_float();
  ink_float_interleave(x, depth, rows, depth, turned, rows);
  const size_t stride = outputs + GUARD;
  float results[5][MAXIMUM_ROWS * (MAXIMUM_OUTPUTS + GUARD)];
  for (size_t i = 0; i < rows * stride; i++)
    for (int pass = 0; pass < 5; pass++) results[pass][i] = 7;
  ink_float_call call = {packed, depth * 16, 16,         panels, outputs, depth, x, depth, 1, rows,
                         results[0], stride, INK_START_ZERO, {NULL, 0}, NULL, 0};
  run_float(table, type, &call);
  call.output = results[1];
  run_float(reference, type, &call);
  for (size_t m = 0; m < rows; m++) {
    call.activations = x + m * depth;
    call.output = results[2] + m * stride;
    call.rows = 1;
    run_float(table, type, &call);
  }
  call.rows = rows;
  call.activations = turned;
  call.activation_row_stride = 1;
  call.activation_depth_stride = rows;
  call.output = results[3];
  run_float(table, type, &call);
  // The same chains in two parts of the depth.
  const size_t first = depth / 3;
  call.output = results[4];
  call.depth = first;
  run_float(table, type, &call);
  call.start = INK_START_FROM_OUTPUT;
  call.depth = depth - first;
  call.panels = (const char *)packed + first * 16 * (type == 0 ? 4 : 2);
  call.activations = turned + first * rows;
  run_float(table, type, &call);
  for (int pass = 1; pass < 5; pass++)
    expect(memcmp(results[0], results[pass], rows * stride * sizeof(float)) == 0, table->name, "float bits",
           (size_t)(10 * type + pass), outputs);
  for (size_t m = 0; m < rows; m++) {
    for (size_t n = 0; n < stride; n++) {
      const float value = results[0][m * stride + n];
      if (n >= outputs) {
        expect(value == 7, table->name, "float written past the outputs", m, n);
        continue;
      }
      double sum = 0, magnitude = 0;
      for (size_t k = 0; k < depth; k++) {
        const double term = (double)x[m * depth + k] * weights[(n / 16 * depth + k) * 16 + n % 16];
        sum += term;
        magnitude += fabs(term);
      }
      expect(fabs(value - sum) <= 2e-6 * magnitude + 1e-30, table->name, "float value", m, n);
    }
  }
  free(weights), free(packed), free(x), free(turned);
}

// Codes with scales against the float product of the numbers that they stand for, bit for bit.
static void check_codes(const ink_matrix_kernels *table, int along_depth, size_t rows, size_t outputs, size_t depth) {
  const size_t panels = (outputs + 15) / 16, count = panels * depth * 16;
  const size_t scale_stride = along_depth ? panels * 16 : depth;
  const size_t scale_count = ((along_depth ? depth : panels * 16) + 31) / 32 * scale_stride;
  int8_t *codes = malloc(count);
  float *scales = malloc(scale_count * sizeof(float)), *decoded = malloc(count * sizeof(float));
  for (size_t i = 0; i < scale_count; i++) {
    const uint16_t half = random_half() & 0x7fff;
    ink_f16_to_f32(&half, scales + i, 1);
  }
  for (size_t i = 0; i < count; i++) {
    const size_t n = i / 16 / depth * 16 + i % 16, k = i / 16 % depth;
    codes[i] = (int8_t)random_bits();
    decoded[i] = codes[i] * scales[along_depth ? k / 32 * scale_stride + n : n / 32 * scale_stride + k];
  }
  float *x = malloc(rows * depth * sizeof(float));
  for (size_t i = 0; i < rows * depth; i++) x[i] = random_float();
  const size_t stride = outputs + GUARD;
  float results[3][MAXIMUM_ROWS * (MAXIMUM_OUTPUTS + GUARD)];
  for (size_t i = 0; i < rows * stride; i++)
    for (int pass = 0; pass < 3; pass++) results[pass][i] = 7;
  ink_float_call call = {decoded, depth * 16, 16, panels, outputs, depth, x, depth, 1, rows, results[0], stride,
                         INK_START_ZERO, {NULL, 0}, scales, scale_stride};
  table->float32(&call);
  const ink_float_function product = along_depth ? table->codes_along_depth : table->codes_along_outputs;
  call.panels = codes;
  call.output = results[1];
  product(&call);
  for (size_t m = 0; m < rows; m++) {
    call.activations = x + m * depth;
    call.output = results[2] + m * stride;
    call.rows = 1;
    product(&call);
  }
  for (int pass = 1; pass < 3; pass++)
    expect(memcmp(results[0], results[pass], rows * stride * sizeof(float)) == 0, table->name, "product of codes",
           (size_t)(10 * along_depth + pass), outputs);
  free(codes), free(scales), free(decoded), free(x);
}

// Codes within half a scale of the numbers, and those of the reference.
static void check_encoding(const ink_matrix_kernels *table, const ink_matrix_kernels *reference, size_t count,
                           float magnitude) {
  float *values = malloc(count * sizeof(float));
  for (size_t i = 0; i < count; i++) values[i] = random_float() * magnitude;
  const size_t blocks = (count + 31) / 32;
  int8_t *codes = malloc(2 * count);
  uint16_t *scales = calloc(6 * blocks, sizeof(uint16_t));
  table->encode(values, count, codes, scales, 3);
  reference->encode(values, count, codes + count, scales + 3 * blocks, 3);
  expect(memcmp(codes, codes + count, count) == 0, table->name, "codes", count, 0);
  expect(memcmp(scales, scales + 3 * blocks, 3 * blocks * sizeof(uint16_t)) == 0, table->name, "scales", count, 0);
  for (size_t i = 0; i < count; i++) {
    float scale;
    ink_f16_to_f32(scales + i / 32 * 3, &scale, 1);
    expect(fabsf(codes[i] * scale - values[i]) <= scale / 2, table->name, "encoded value", i, count);
  }
  free(values), free(codes), free(scales);
}

static void check_unusual_activations(const ink_matrix_kernels *table, const ink_matrix_kernels *reference) {
  const float unusual[] = {NAN, INFINITY, -INFINITY, 3.4e38f, -3.4e38f, 1e-45f, 1e-37f, 0.0f, -0.0f};
  for (size_t i = 0; i < sizeof unusual / sizeof *unusual; i++) {
    float x[32];
    for (int k = 0; k < 32; k++) x[k] = random_float();
    x[i] = unusual[i];
    ink_activation_block a, b;
    table->quantize(x, 1, &a);
    reference->quantize(x, 1, &b);
    expect(memcmp(a.quants, b.quants, sizeof a.quants) == 0, table->name, "unusual activation", i, 0);
    expect(isnan(a.scale) == !isfinite(unusual[i]), table->name, "scale of an unusual activation", i, 0);
    for (int k = 0; k < 32; k++) x[k] = unusual[i];
    table->quantize(x, 1, &a);
    expect(isfinite(unusual[i]) ? isfinite(a.scale) : isnan(a.scale), table->name, "scale of a block", i, 0);
  }
}

// An operand in tiles, from [lines][depth] or, turned, from [depth][lines].
static float *make_tiles(const ink_matrix_kernels *table, const float *source, int turned, size_t lines, size_t depth,
                         size_t tile_lines, size_t *width) {
  *width = (tile_lines + 7) / 8 * 8;
  float *tiles = malloc(((lines + tile_lines - 1) / tile_lines * *width * depth + 1) * sizeof(float));
  ink_tile_call call = {source, turned ? lines : depth, lines, depth, tile_lines, *width, *width * depth, tiles};
  (turned ? table->tile_across : table->tile_along)(&call);
  return tiles;
}

static void check_product(const ink_matrix_kernels *table, size_t rows, size_t columns, size_t depth) {
  const size_t stride = columns + GUARD, tile = table->float_tile_rows;
  float *left = malloc(rows * depth * sizeof(float)), *left_turned = malloc(rows * depth * sizeof(float));
  float *right = malloc(columns * depth * sizeof(float)), *right_turned = malloc(columns * depth * sizeof(float));
  for (size_t i = 0; i < rows * depth; i++) left[i] = random_float();
  for (size_t i = 0; i < columns * depth; i++) right[i] = random_float();
  ink_float_interleave(left, depth, rows, depth, left_turned, rows);
  ink_float_interleave(right, depth, columns, depth, right_turned, columns);
  float bias[MAXIMUM_OUTPUTS], results[3][MAXIMUM_ROWS * (MAXIMUM_OUTPUTS + GUARD)];
  for (size_t i = 0; i < columns; i++) bias[i] = random_float();
  for (int pass = 0; pass < 3; pass++) {
    for (size_t i = 0; i < rows * stride; i++) results[pass][i] = 7;
    size_t left_width, right_width;
    float *x = make_tiles(table, pass ? left_turned : left, pass > 0, rows, depth, tile, &left_width);
    float *panels = make_tiles(table, pass ? right_turned : right, pass > 0, columns, depth, 16, &right_width);
    ink_product_call call = {x, 1, left_width, left_width * depth, rows, panels, right_width * depth, columns, depth,
                             results[pass], stride, INK_START_ZERO, bias, left, depth};
    if (depth < columns) call.residual = NULL;
    // In two parts of the depth, the left factor where it lies.
    if (pass == 2) {
      call.left = left, call.left_row_stride = depth, call.left_depth_stride = 1, call.left_tile_stride = tile * depth;
      call.depth = depth / 3, call.bias = NULL, call.residual = NULL;
      table->product(&call);
      call.left += depth / 3, call.right += depth / 3 * 16;
      call.depth = depth - depth / 3, call.bias = bias, call.residual = depth < columns ? NULL : left;
      call.start = INK_START_FROM_OUTPUT;
    }
    table->product(&call);
    free(x), free(panels);
  }
  for (size_t m = 0; m < rows; m++) {
    for (size_t n = 0; n < stride; n++) {
      float chain = 0;
      for (size_t k = 0; n < columns && k < depth; k++) chain = fmaf(left[m * depth + k], right[n * depth + k], chain);
      if (n < columns) chain += bias[n];
      if (n < columns && depth >= columns) chain = left[m * depth + n] + chain;
      for (int pass = 0; pass < 3; pass++)
        expect(results[pass][m * stride + n] == (n < columns ? chain : 7), table->name, "product", m, n);
    }
  }
  free(left), free(left_turned), free(right), free(right_turned);
}

int main(void) {
  const ink_matrix_kernels *tables[4];
  const size_t count = ink_matrix_kernels_available(tables);
  const size_t sizes[][3] = {{1, 1, 1}, {2, 15, 2}, {3, 16, 3}, {4, 17, 1}, {8, 33, 2}, {13, 40, 1}, {17, 100, 3}};
  for (size_t t = 0; t < count; t++) {
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      const size_t rows = sizes[s][0], outputs = sizes[s][1];
      for (size_t f = 0; f < INK_LAYOUT_COUNT; f++)
        check_packed(tables[t], tables[0], &formats[f], rows, outputs, 256 * sizes[s][2], -1, 0);
      for (int type = 0; type < 3; type++) check_float(tables[t], tables[0], type, rows, outputs, 7 + 50 * sizes[s][2]);
      check_product(tables[t], rows, outputs, 7 + 50 * sizes[s][2]);
      for (int along = 0; along < 2; along++) check_codes(tables[t], along, rows, outputs, 7 + 50 * sizes[s][2]);
      for (int exponent = -30; exponent < 23; exponent++)
        check_encoding(tables[t], tables[0], 40 * sizes[s][2] - sizes[s][0], ldexpf(1, exponent));
    }
    // The largest sums: nothing may saturate or wrap.
    const int extremes[] = {0x00, 0xff, 0x80, 0x7f, 0x88};
    for (size_t f = 0; f < INK_LAYOUT_COUNT; f++)
      for (size_t e = 0; e < sizeof extremes / sizeof *extremes; e++)
        for (int sign = -1; sign <= 1; sign += 2)
          check_packed(tables[t], tables[0], &formats[f], 5, 17, 512, extremes[e], (float)sign);
    check_unusual_activations(tables[t], tables[0]);
    printf("%s: checked\n", tables[t]->name);
  }
  check_normal_float();
  check_rows();
  check_optimizers();
  check_vectors();
  check_scores();
  printf("%ld checks, %d failures\n", checks, failures);
  return failures ? 1 : 0;
}
