// Copies operands of the general f32 product into tiles: [tile][depth][width], with what lies side by side in an
// operand's row (tile_across) or column (tile_along) side by side in a tile.

typedef float ink_float8 __attribute__((vector_size(32), aligned(4)));

// Transposes eight vectors of eight, in rounds that an instruction set with 16-byte lanes does in one shuffle each.
INK_INLINE void ink_transpose8(ink_float8 v[8]) {
  ink_float8 t[8], u[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    t[2 * i] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    t[2 * i + 1] = __builtin_shufflevector(v[2 * i], v[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 2; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 2; j++) {
      const ink_float8 a = t[4 * i + j], b = t[4 * i + j + 2];
      u[4 * i + 2 * j] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
      u[4 * i + 2 * j + 1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; i++) {
    v[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    v[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// One tile, its `count` lines eight at a time. Room for lines that do not exist gets copies of the last one.
INK_INLINE void ink_tile_lines(const ink_tile_call *call, const float *source, size_t count, float *out) {
  const size_t depth = call->depth, whole = depth / 8 * 8, width = call->tile_width;
  for (size_t first = 0; first < count; first += 8) {
    const float *lines[8];
    for (size_t i = 0; i < 8; i++) {
      const size_t line = first + i < count ? first + i : count - 1;
      lines[i] = source + line * call->source_stride;
    }
    float *to = out + first;
    for (size_t k = 0; k < whole; k += 8, to += 8 * width) {
      ink_float8 v[8];
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) v[i] = *(const ink_float8 *)(const void *)(lines[i] + k);
      ink_transpose8(v);
#pragma clang loop unroll(full)
      for (int i = 0; i < 8; i++) *(ink_float8 *)(void *)(to + (size_t)i * width) = v[i];
    }
    for (size_t k = whole; k < depth; k++, to += width)
      for (size_t i = 0; i < 8; i++) to[i] = lines[i][k];
  }
}

static void ink_tile_along(const ink_tile_call *call) {
  float *out = call->out;
  const float *source = call->source;
  for (size_t line = 0; line < call->lines; line += call->tile_lines, out += call->tile_stride) {
    const size_t left = call->lines - line;
    ink_tile_lines(call, source, left < call->tile_lines ? left : call->tile_lines, out);
    source += call->tile_lines * call->source_stride;
  }
}

// Stored rows that are cut into tiles together: enough for a run of writes, few enough for the ways of a cache.
#define INK_TILE_ROWS 16

// `rows` steps of the depth. Constant numbers let the compiler move a tile's lines in registers.
INK_INLINE void ink_tile_rows(const size_t lines, const size_t width, const ink_tile_call *call, const float *source,
                              size_t rows, float *out) {
  size_t line = 0;
  // What is read beyond a tile belongs to the next one.
  for (; line + width <= call->lines; line += lines, source += lines, out += call->tile_stride)
    for (size_t k = 0; k < rows; k++) memcpy(out + k * width, source + k * call->source_stride, width * sizeof(float));
  for (; line < call->lines; line += lines, source += lines, out += call->tile_stride) {
    const size_t left = call->lines - line < lines ? call->lines - line : lines;
    for (size_t k = 0; k < rows; k++) {
      memcpy(out + k * width, source + k * call->source_stride, left * sizeof(float));
      memset(out + k * width + left, 0, (width - left) * sizeof(float));
    }
  }
}

INK_INLINE void ink_tile_depth(const size_t lines, const size_t width, const ink_tile_call *call) {
  size_t k = 0;
  for (; k + INK_TILE_ROWS <= call->depth; k += INK_TILE_ROWS)
    ink_tile_rows(lines, width, call, call->source + k * call->source_stride, INK_TILE_ROWS, call->out + k * width);
  if (k < call->depth)
    ink_tile_rows(lines, width, call, call->source + k * call->source_stride, call->depth - k, call->out + k * width);
}

static void ink_tile_across(const ink_tile_call *call) {
  const size_t rows_width = (INK_FLOAT_TILE_ROWS + 7) / 8 * 8;
  if (call->tile_lines == INK_PANEL_WIDTH) return ink_tile_depth(INK_PANEL_WIDTH, INK_PANEL_WIDTH, call);
  ink_tile_depth(INK_FLOAT_TILE_ROWS, rows_width, call);
}
