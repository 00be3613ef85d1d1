// The float product, written once in the words of lanes.h and compiled for each instruction set: one chain of fused
// multiply-adds an output, in the order of the depth.

enum { INK_FLOAT32, INK_FLOAT16, INK_BFLOAT16, INK_CODES_ALONG_DEPTH, INK_CODES_ALONG_OUTPUTS };

// Room for the accumulators of the largest tile. A constant size lets the compiler keep them in registers.
#define INK_FLOAT_CHAINS                                                                                               \
  (INK_FLOAT_TILE_ROWS * INK_FLOAT_TILE_VECTORS > INK_ROW_VECTORS ? INK_FLOAT_TILE_ROWS * INK_FLOAT_TILE_VECTORS       \
                                                                  : INK_ROW_VECTORS)

INK_INLINE ink_floats ink_load_weights(const int type, const char *p) {
  switch (type) {
  case INK_FLOAT16:
    return ink_load_half(p);
  case INK_BFLOAT16:
    return ink_load_brain(p);
  case INK_CODES_ALONG_DEPTH:
  case INK_CODES_ALONG_OUTPUTS:
    return ink_load_signed((const uint8_t *)p);
  default:
    return ink_load((const float *)(const void *)p);
  }
}

INK_INLINE size_t ink_weight_bytes(const int type) {
  switch (type) {
  case INK_FLOAT32:
    return 4;
  case INK_FLOAT16:
  case INK_BFLOAT16:
    return 2;
  default:
    return 1;
  }
}

// The scales at depth k of register `v` of a tile whose outputs begin at `first`. Tiles of at least INK_BLOCK outputs
// begin at multiples of it and narrower ones lie within a block, so a register's block is known from `v`.
INK_INLINE ink_floats ink_load_scales(const int type, const ink_float_call *call, size_t k, size_t first, int v) {
  const size_t lane = (size_t)v * INK_LANES;
  if (type == INK_CODES_ALONG_DEPTH) return ink_load(call->scales + k / INK_BLOCK * call->scale_stride + first + lane);
  return ink_broadcast(call->scales[(first / INK_BLOCK + lane / INK_BLOCK) * call->scale_stride + k]);
}

#define INK_FLOAT_PREFETCH_BYTES 2048

// `rows` rows, `vectors` registers of outputs. A panel has 16 / INK_LANES registers.
INK_INLINE void ink_float_tile(const int type, const int rows, const int vectors, const ink_float_call *call,
                               size_t panel, int part, size_t row, const size_t row_stride) {
  const int panel_parts = INK_PANEL_WIDTH / INK_LANES;
  const int is_scaled = type == INK_CODES_ALONG_DEPTH || type == INK_CODES_ALONG_OUTPUTS;
  const size_t width = ink_weight_bytes(type);
  const char *weights = (const char *)call->panels + (panel * call->panel_stride + (size_t)part * INK_LANES) * width;
  const size_t panel_bytes = call->panel_stride * width;
  const size_t step = call->depth_stride * width;
  const float *x = call->activations + row * row_stride;
  const size_t x_step = call->activation_depth_stride;
  float *out = call->output + row * call->output_stride + panel * INK_PANEL_WIDTH + (size_t)part * INK_LANES;
  const size_t first = panel * INK_PANEL_WIDTH + (size_t)part * INK_LANES;
  if (first >= call->outputs) return;
  const size_t left = call->outputs - first;
  ink_floats acc[INK_FLOAT_CHAINS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const size_t lane = (size_t)v * INK_LANES;
      acc[r * vectors + v] = ink_zero();
      if (call->start == INK_START_FROM_OUTPUT && lane < left) {
        const float *from = out + (size_t)r * call->output_stride + lane;
        acc[r * vectors + v] = left - lane >= INK_LANES ? ink_load(from) : ink_load_some(from, left - lane);
      }
    }
  }
  const size_t depth = call->depth;
  for (size_t k = 0; k < depth; k++) {
    ink_floats w[INK_ROW_VECTORS > INK_FLOAT_TILE_VECTORS ? INK_ROW_VECTORS : INK_FLOAT_TILE_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const char *from = weights + (size_t)(v / panel_parts) * panel_bytes
                         + (size_t)(v % panel_parts) * INK_LANES * width;
      if (rows == 1 && v % panel_parts == 0) __builtin_prefetch(from + INK_FLOAT_PREFETCH_BYTES);
      w[v] = ink_load_weights(type, from);
      if (is_scaled) w[v] = ink_multiply(w[v], ink_load_scales(type, call, k, first, v));
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      const ink_floats value = ink_broadcast(x[(size_t)r * row_stride]);
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) acc[r * vectors + v] = ink_fma(value, w[v], acc[r * vectors + v]);
    }
    weights += step;
    x += x_step;
  }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const size_t lane = (size_t)v * INK_LANES;
      if (lane < left)
        ink_finish(&call->epilogue, acc[r * vectors + v], first + lane, left - lane,
                   out + (size_t)r * call->output_stride + lane);
    }
  }
}

// All rows for `vectors` registers of outputs: full tiles, then smaller ones.
INK_INLINE void ink_float_rows(const int type, const int vectors, const ink_float_call *call, size_t panel, int part) {
  size_t row = 0;
  const size_t rows = call->rows;
  const size_t stride = call->activation_row_stride;
  if (stride == 1) {
    for (; row + INK_FLOAT_TILE_ROWS <= rows; row += INK_FLOAT_TILE_ROWS)
      ink_float_tile(type, INK_FLOAT_TILE_ROWS, vectors, call, panel, part, row, 1);
  }
  for (; row + INK_FLOAT_TILE_ROWS <= rows; row += INK_FLOAT_TILE_ROWS)
    ink_float_tile(type, INK_FLOAT_TILE_ROWS, vectors, call, panel, part, row, stride);
#if INK_FLOAT_TILE_ROWS > 7
  for (; row + 7 <= rows; row += 7) ink_float_tile(type, 7, vectors, call, panel, part, row, stride);
#endif
#if INK_FLOAT_TILE_ROWS > 4
  for (; row + 4 <= rows; row += 4) ink_float_tile(type, 4, vectors, call, panel, part, row, stride);
#endif
  for (; row + 2 <= rows; row += 2) ink_float_tile(type, 2, vectors, call, panel, part, row, stride);
  if (row < rows) ink_float_tile(type, 1, vectors, call, panel, part, row, stride);
}

INK_INLINE void ink_float_product(const int type, const ink_float_call *call) {
  const size_t parts = INK_PANEL_WIDTH / INK_LANES;
  const size_t vectors = call->panel_count * parts;
  size_t v = 0;
  if (call->rows == 1) {
    for (; v + INK_ROW_VECTORS <= vectors; v += INK_ROW_VECTORS)
      ink_float_tile(type, 1, INK_ROW_VECTORS, call, v / parts, (int)(v % parts), 0, 0);
#if INK_ROW_VECTORS > 2
    for (; v + 2 <= vectors; v += 2) ink_float_tile(type, 1, 2, call, v / parts, (int)(v % parts), 0, 0);
#endif
  } else {
    for (; v + INK_FLOAT_TILE_VECTORS <= vectors; v += INK_FLOAT_TILE_VECTORS)
      ink_float_rows(type, INK_FLOAT_TILE_VECTORS, call, v / parts, (int)(v % parts));
  }
  for (; v < vectors; v++) ink_float_rows(type, 1, call, v / parts, (int)(v % parts));
}

static void ink_float32(const ink_float_call *call) { ink_float_product(INK_FLOAT32, call); }
static void ink_float16(const ink_float_call *call) { ink_float_product(INK_FLOAT16, call); }
static void ink_bfloat16(const ink_float_call *call) { ink_float_product(INK_BFLOAT16, call); }
static void ink_codes_along_depth(const ink_float_call *call) { ink_float_product(INK_CODES_ALONG_DEPTH, call); }
static void ink_codes_along_outputs(const ink_float_call *call) { ink_float_product(INK_CODES_ALONG_OUTPUTS, call); }

static void ink_widen_float16(const uint16_t *values, size_t count, float *out) {
  for (size_t i = 0; i + INK_LANES <= count; i += INK_LANES) ink_store(out + i, ink_load_half(values + i));
}

static void ink_widen_bfloat16(const uint16_t *values, size_t count, float *out) {
  for (size_t i = 0; i + INK_LANES <= count; i += INK_LANES) ink_store(out + i, ink_load_brain(values + i));
}

static double ink_peak(size_t repetitions, float *sink) {
  ink_floats acc[12];
  ink_floats a = ink_broadcast(0.999f), b = ink_broadcast(0.001f);
#pragma clang loop unroll(full)
  for (int i = 0; i < 12; i++) acc[i] = ink_broadcast((float)i);
  for (size_t n = 0; n < repetitions; n++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 12; i++) acc[i] = ink_fma(acc[i], a, b);
  }
  for (int i = 1; i < 12; i++) acc[0] = ink_add(acc[0], acc[i]);
  float values[INK_LANES];
  ink_store(values, acc[0]);
  *sink = values[0];
  return (double)repetitions * 12 * INK_LANES * 2;
}
