// Products with NF4 panels and their decoding, written once in the words of lanes.h and compiled for each instruction
// set. A weight is its level times its scale, rounded; then everything is as in float.h, with the same bits.

// `rows` rows, `vectors` registers of outputs that begin at part `part` of panel `panel`.
INK_INLINE void ink_nf4_tile(const int rows, const int vectors, const ink_nf4_call *call, size_t panel, int part,
                             size_t row, const ink_level_table table) {
  const int panel_parts = INK_PANEL_WIDTH / INK_LANES;
  const size_t first = panel * INK_PANEL_WIDTH + (size_t)part * INK_LANES;
  if (first >= call->outputs) return;
  const size_t left = call->outputs - first;
  const uint8_t *codes = call->panels + panel * call->panel_bytes + (size_t)part * INK_LANES;
  const float *scales = call->scales + panel * call->scale_stride + (size_t)part * INK_LANES;
  const float *x = call->activations + row * call->activation_stride;
  float *out = call->output + row * call->output_stride + first;
  ink_floats acc[INK_FLOAT_CHAINS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * vectors; i++) acc[i] = ink_zero();
  for (size_t block = 0; block < call->blocks; block++) {
    ink_floats scale[INK_ROW_VECTORS];
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++)
      scale[v] = ink_load(scales + (size_t)(v / panel_parts) * call->scale_stride
                          + (size_t)(v % panel_parts) * INK_LANES + 16 * block);
    for (int pair = 0; pair < INK_NF4_BLOCK / 2; pair++) {
      ink_floats low[INK_ROW_VECTORS], high[INK_ROW_VECTORS];
#pragma clang loop unroll(full)
      for (int v = 0; v < vectors; v++) {
        const uint8_t *from = codes + (size_t)(v / panel_parts) * call->panel_bytes
                              + (size_t)(v % panel_parts) * INK_LANES;
        const ink_level_codes both = ink_load_level_codes(from);
        low[v] = ink_multiply(ink_low_levels(table, both), scale[v]);
        high[v] = ink_multiply(ink_high_levels(table, both), scale[v]);
      }
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) {
        const float *values = x + (size_t)r * call->activation_stride;
        const ink_floats earlier = ink_broadcast(values[0]), later = ink_broadcast(values[1]);
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
          acc[r * vectors + v] = ink_fma(earlier, low[v], acc[r * vectors + v]);
          acc[r * vectors + v] = ink_fma(later, high[v], acc[r * vectors + v]);
        }
      }
      codes += 16;
      x += 2;
    }
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

// All rows for `vectors` registers of outputs. Many rows are decoded first, so few are what this is made for.
INK_INLINE void ink_nf4_rows(const int vectors, const ink_nf4_call *call, size_t panel, int part,
                             const ink_level_table table) {
  size_t row = 0;
  for (; row + 2 <= call->rows; row += 2) ink_nf4_tile(2, vectors, call, panel, part, row, table);
  if (row < call->rows) ink_nf4_tile(1, vectors, call, panel, part, row, table);
}

static void ink_nf4_product(const ink_nf4_call *call) {
  const ink_level_table table = ink_load_levels(ink_nf4_levels);
  const size_t parts = INK_PANEL_WIDTH / INK_LANES;
  const size_t vectors = call->panel_count * parts;
  size_t v = 0;
  if (call->rows == 1) {
    for (; v + INK_ROW_VECTORS <= vectors; v += INK_ROW_VECTORS)
      ink_nf4_tile(1, INK_ROW_VECTORS, call, v / parts, (int)(v % parts), 0, table);
  } else {
    for (; v + INK_FLOAT_TILE_VECTORS <= vectors; v += INK_FLOAT_TILE_VECTORS)
      ink_nf4_rows(INK_FLOAT_TILE_VECTORS, call, v / parts, (int)(v % parts), table);
  }
  for (; v < vectors; v++) ink_nf4_rows(1, call, v / parts, (int)(v % parts), table);
}

static void ink_nf4_widen(const uint8_t *panel, const float *scales, size_t blocks, float *out) {
  const ink_level_table table = ink_load_levels(ink_nf4_levels);
  for (int lane = 0; lane < INK_PANEL_WIDTH; lane += INK_LANES) {
    const uint8_t *codes = panel + lane;
    float *to = out + lane;
    for (size_t block = 0; block < blocks; block++) {
      const ink_floats scale = ink_load(scales + 16 * block + lane);
      for (int pair = 0; pair < INK_NF4_BLOCK / 2; pair++, codes += 16, to += 32) {
        const ink_level_codes both = ink_load_level_codes(codes);
        ink_store(to, ink_multiply(ink_low_levels(table, both), scale));
        ink_store(to + 16, ink_multiply(ink_high_levels(table, both), scale));
      }
    }
  }
}
