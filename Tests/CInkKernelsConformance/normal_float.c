// NF4 on every instruction set that this machine runs: decoded panels against plain loops, and products against the
// float kernels with the decoded weights, bit for bit.

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "ink_kernels.h"
#include "ink_normal_float.h"

static uint32_t state = 1;
static float draw(void) {
  state = state * 1664525u + 1013904223u;
  return (float)(state >> 8) / 8388608.0f - 1.0f;
}

// Rows of NF4 as panels with f32 scales.
typedef struct {
  size_t outputs, blocks, panels, panel_bytes;
  uint8_t *codes, *packed;
  float *scales, *panel_scales;
} matrix;

static matrix make(size_t outputs, size_t blocks) {
  matrix m = {outputs, blocks, (outputs + 15) / 16, ink_nf4_code_bytes(blocks), NULL, NULL, NULL, NULL};
  const size_t depth = blocks * INK_NF4_BLOCK;
  float *values = malloc(outputs * depth * sizeof(float));
  for (size_t i = 0; i < outputs * depth; i++) values[i] = draw() * (float)(1 + i / depth % 5);
  m.codes = malloc(outputs * depth / 2);
  m.scales = malloc(outputs * blocks * sizeof(float));
  expect(ink_nf4_quantize(values, outputs * blocks, m.codes, m.scales), "nf4", "rounding", outputs, blocks);
  m.packed = malloc(m.panels * m.panel_bytes);
  m.panel_scales = calloc(m.panels * blocks * 16, sizeof(float));
  for (size_t p = 0; p < m.panels; p++) {
    const size_t rows = outputs - 16 * p < 16 ? outputs - 16 * p : 16;
    ink_nf4_pack_codes(m.codes + 16 * p * depth / 2, rows, blocks, m.packed + p * m.panel_bytes);
    for (size_t b = 0; b < blocks; b++)
      for (size_t lane = 0; lane < rows; lane++)
        m.panel_scales[(p * blocks + b) * 16 + lane] = m.scales[(16 * p + lane) * blocks + b];
  }
  free(values);
  return m;
}

static void discard(matrix m) { free(m.codes), free(m.packed), free(m.scales), free(m.panel_scales); }

// The panels in f32.
static float *widen(const ink_matrix_kernels *table, const matrix *m) {
  const size_t depth = m->blocks * INK_NF4_BLOCK;
  float *wide = malloc(m->panels * depth * 16 * sizeof(float));
  for (size_t p = 0; p < m->panels; p++)
    table->widen_normal_float(m->packed + p * m->panel_bytes, m->panel_scales + p * m->blocks * 16, m->blocks,
                              wide + p * depth * 16);
  return wide;
}

static void check_values(const ink_matrix_kernels *table, const matrix *m, const float *wide) {
  const size_t depth = m->blocks * INK_NF4_BLOCK;
  float *plain = malloc(m->outputs * depth * sizeof(float)), *row = malloc(depth * sizeof(float));
  ink_four_bit_dequantize(m->codes, ink_nf4_levels, m->scales, INK_NF4_BLOCK, m->outputs * depth, plain);
  for (size_t n = 0; n < m->outputs; n++) {
    ink_nf4_unpack_row(m->packed + n / 16 * m->panel_bytes, m->panel_scales + n / 16 * m->blocks * 16, n % 16,
                       m->blocks, row);
    expect(memcmp(row, plain + n * depth, depth * sizeof(float)) == 0, "nf4", "unpacked row", n, depth);
    for (size_t k = 0; k < depth; k++)
      expect(wide[(n / 16 * depth + k) * 16 + n % 16] == plain[n * depth + k], table->name, "NF4 value", n, k);
  }
  free(plain), free(row);
}

static void check(const ink_matrix_kernels *table, size_t rows, size_t outputs, size_t blocks) {
  enum { GUARD = 16 };
  matrix m = make(outputs, blocks);
  float *wide = widen(table, &m);
  check_values(table, &m, wide);
  const size_t depth = blocks * INK_NF4_BLOCK, stride = outputs + GUARD;
  float *x = malloc(rows * depth * sizeof(float)), *bias = malloc(outputs * sizeof(float));
  for (size_t i = 0; i < rows * depth; i++) x[i] = draw();
  for (size_t i = 0; i < outputs; i++) bias[i] = draw();
  float *expected = malloc(rows * stride * sizeof(float)), *found = malloc(rows * stride * sizeof(float));
  for (size_t i = 0; i < rows * stride; i++) expected[i] = found[i] = 7;
  ink_float_call plain = {wide, depth * 16, 16,     m.panels,       outputs,   depth, x, depth, 1, rows,
                          expected, stride, INK_START_ZERO, {bias, 1}, NULL, 0};
  table->float32(&plain);
  ink_nf4_call call = {m.packed, m.panel_bytes, m.panels, outputs, blocks, m.panel_scales, blocks * 16, x,
                       depth,    rows,          found,    stride,  {bias, 1}};
  table->normal_float(&call);
  expect(memcmp(found, expected, rows * stride * sizeof(float)) == 0, table->name, "product with NF4", rows, outputs);
  free(wide), free(x), free(bias), free(expected), free(found);
  discard(m);
}

void check_normal_float(void) {
  const ink_matrix_kernels *tables[4];
  const size_t count = ink_matrix_kernels_available(tables);
  const size_t sizes[][3] = {{1, 1, 1}, {2, 15, 2}, {3, 16, 3}, {4, 17, 1}, {8, 33, 2}, {13, 40, 1}, {1, 150, 3}};
  for (size_t t = 0; t < count; t++)
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) check(tables[t], sizes[s][0], sizes[s][1], sizes[s][2]);
}
