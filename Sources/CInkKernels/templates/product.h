// The general f32 product, written once in the words of lanes.h and compiled for each instruction set: both operands
// are in panels, and one chain of fused multiply-adds an output runs in the order of the depth.

// Bias and residual of `vector` registers' lanes: residual + (chain + bias), one addition each.
INK_INLINE void ink_product_finish(const ink_product_call *call, ink_floats chain, size_t row, size_t column,
                                   size_t left) {
  float *out = call->output + row * call->output_stride + column;
  const int is_whole = left >= INK_LANES;
  if (call->bias) {
    const float *bias = call->bias + column;
    chain = ink_add(chain, is_whole ? ink_load(bias) : ink_load_some(bias, left));
  }
  if (call->residual) {
    const float *residual = call->residual + row * call->residual_stride + column;
    chain = ink_add(is_whole ? ink_load(residual) : ink_load_some(residual, left), chain);
  }
  if (is_whole)
    ink_store(out, chain);
  else
    ink_store_some(out, chain, left);
}

// What is fetched into the second-level cache while a tile is computed: the next tile of the left factor, and part of the
// panels that come next.
typedef struct {
  const float *left;
  const float *right;
} ink_product_ahead;

// Floats of a line of the cache.
#define INK_LINE 16
// Steps of the depth between two fetches from the panels that come next. Each panel is fetched while so many tiles of
// rows are computed.
#define INK_FETCH_STEPS 4

INK_INLINE void ink_product_step(const int rows, const int vectors, const float *weights, size_t panel_stride,
                                 const float *x, const size_t x_row_stride, ink_floats *acc) {
  const int panel_parts = INK_PANEL_WIDTH / INK_LANES;
  ink_floats w[INK_FLOAT_TILE_VECTORS];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++)
    w[v] = ink_load(weights + (size_t)(v / panel_parts) * panel_stride + (size_t)(v % panel_parts) * INK_LANES);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const ink_floats value = ink_broadcast(x[(size_t)r * x_row_stride]);
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) acc[r * vectors + v] = ink_fma(value, w[v], acc[r * vectors + v]);
  }
}

// `rows` rows from row `row` on and `vectors` registers of columns from column `column` on. The rows lie within a tile.
INK_INLINE void ink_product_tile(const int rows, const int vectors, const ink_product_call *call, const float *x,
                                 const size_t x_row_stride, size_t row, size_t column, ink_product_ahead ahead) {
  const size_t panel_stride = call->right_panel_stride;
  const float *weights = call->right + column / INK_PANEL_WIDTH * panel_stride + column % INK_PANEL_WIDTH;
  const size_t x_step = call->left_depth_stride;
  const float *out = call->output + row * call->output_stride + column;
  const size_t left = call->columns - column;
  ink_floats acc[INK_FLOAT_TILE_ROWS * INK_FLOAT_TILE_VECTORS];
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
  size_t k = 0;
  for (; k + INK_FETCH_STEPS <= call->depth; k += INK_FETCH_STEPS) {
    __builtin_prefetch(ahead.right, 0, 2);
    ahead.right += INK_LINE;
#pragma clang loop unroll(full)
    for (int step = 0; step < INK_FETCH_STEPS; step++) {
      // A tile of up to eight rows fills half a line a step. Rows that were not copied are left to the processor.
      if (x_row_stride == 1 && (INK_FLOAT_TILE_ROWS > 8 || step % 2 == 0))
        __builtin_prefetch(ahead.left + (size_t)step * x_step, 0, 2);
      ink_product_step(rows, vectors, weights + step * INK_PANEL_WIDTH, panel_stride, x + (size_t)step * x_step,
                       x_row_stride, acc);
      // Where the accumulators leave no registers for the next step's loads, these stay in their step.
      if (INK_FLOAT_TILE_ROWS > 8) __atomic_signal_fence(__ATOMIC_SEQ_CST);
    }
    weights += INK_FETCH_STEPS * INK_PANEL_WIDTH;
    x += INK_FETCH_STEPS * x_step;
    ahead.left += INK_FETCH_STEPS * x_step;
  }
  for (; k < call->depth; k++, weights += INK_PANEL_WIDTH, x += x_step)
    ink_product_step(rows, vectors, weights, panel_stride, x, x_row_stride, acc);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      const size_t lane = (size_t)v * INK_LANES;
      if (lane < left)
        ink_product_finish(call, acc[r * vectors + v], row + (size_t)r, column + lane, left - lane);
    }
  }
}

// A whole tile of rows, or the first `count` of one.
INK_INLINE void ink_product_rows(const int vectors, const ink_product_call *call, const float *x,
                                 const size_t stride, size_t row, size_t count, size_t column,
                                 ink_product_ahead ahead) {
  if (count == INK_FLOAT_TILE_ROWS)
    return ink_product_tile(INK_FLOAT_TILE_ROWS, vectors, call, x, stride, row, column, ahead);
  size_t r = 0;
#if INK_FLOAT_TILE_ROWS > 7
  for (; r + 7 <= count; r += 7)
    ink_product_tile(7, vectors, call, x + r * stride, stride, row + r, column, ahead);
#endif
#if INK_FLOAT_TILE_ROWS > 4
  for (; r + 4 <= count; r += 4)
    ink_product_tile(4, vectors, call, x + r * stride, stride, row + r, column, ahead);
#endif
  for (; r + 2 <= count; r += 2)
    ink_product_tile(2, vectors, call, x + r * stride, stride, row + r, column, ahead);
  if (r < count) ink_product_tile(1, vectors, call, x + r * stride, stride, row + r, column, ahead);
}

// All rows for one group of columns, whose panels stay in the nearest cache meanwhile.
INK_INLINE void ink_product_columns(const int vectors, const ink_product_call *call, size_t column) {
  const size_t panels = (size_t)vectors * INK_LANES / INK_PANEL_WIDTH;
  const size_t next_column = column + (size_t)vectors * INK_LANES;
  const int is_last = next_column >= call->columns;
  // After the last columns comes the next block of the depth, if there is one.
  const float *next_left = call->left + (is_last ? call->depth * call->left_depth_stride : 0);
  const float *next_right = call->right
                            + (is_last ? call->depth * INK_PANEL_WIDTH
                                       : next_column / INK_PANEL_WIDTH * call->right_panel_stride);
  const float *x = call->left;
  size_t tile = 0;
  for (size_t row = 0; row < call->rows; row += INK_FLOAT_TILE_ROWS, x += call->left_tile_stride, tile++) {
    const size_t left = call->rows - row;
    const size_t count = left < INK_FLOAT_TILE_ROWS ? left : INK_FLOAT_TILE_ROWS;
    const size_t panel = tile / INK_FETCH_STEPS;
    const ink_product_ahead ahead = {
        left > INK_FLOAT_TILE_ROWS ? x + call->left_tile_stride : next_left,
        panel < panels ? next_right + panel * call->right_panel_stride
                             + tile % INK_FETCH_STEPS * (call->depth / INK_FETCH_STEPS) * INK_LINE
                       : x};
    if (call->left_row_stride == 1)
      ink_product_rows(vectors, call, x, 1, row, count, column, ahead);
    else
      ink_product_rows(vectors, call, x, call->left_row_stride, row, count, column, ahead);
  }
}

static void ink_product(const ink_product_call *call) {
  const size_t vectors = (call->columns + INK_LANES - 1) / INK_LANES;
  size_t v = 0;
  for (; v + INK_FLOAT_TILE_VECTORS <= vectors; v += INK_FLOAT_TILE_VECTORS)
    ink_product_columns(INK_FLOAT_TILE_VECTORS, call, v * INK_LANES);
  for (; v < vectors; v++) ink_product_columns(1, call, v * INK_LANES);
}
