// Adam with moments of 8 bits, a part of optimizers.inc.h.

// The code of the level that is nearest to x; of two that are as near, the lower. NaN gets some code.
INK_INLINE uint8_t INK_NAME(nearest)(const ink_code_map *map, float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  int32_t cell = (int32_t)((bits & 0x7fffffff) >> 16) - INK_CODE_FIRST_CELL;
  cell = cell < 0 ? 0 : cell;
  cell = cell >= INK_CODE_CELLS ? INK_CODE_CELLS - 1 : cell;
  const uint8_t lowest = map->lowest[(bits >> 31) * INK_CODE_CELLS + (uint32_t)cell];
  return (uint8_t)(lowest + (x > map->borders[lowest]));
}

// The largest magnitude of a multiple of sixteen elements.
INK_INLINE float INK_NAME(largest)(const float *x, size_t n) {
  v16 lanes = {0};
  for (size_t i = 0; i < n; i += 16) {
    const v16 v = INK_NAME(load)(x + i);
    const v16 magnitude = INK_NAME(choose)(v < 0, -v, v);
    lanes = INK_NAME(choose)(magnitude > lanes, magnitude, lanes);
  }
  float largest = 0;
  for (int lane = 0; lane < 16; lane++) largest = lanes[lane] > largest ? lanes[lane] : largest;
  return largest;
}

// Changes the values.
INK_INLINE void INK_NAME(encode)(const ink_code_map *map, float *values, size_t padded, uint8_t *codes, float *scale,
                                 size_t n) {
  const float largest = INK_NAME(largest)(values, padded);
  const float divisor = largest > 0 ? largest : 1;
  *scale = largest;
  for (size_t i = 0; i < padded; i++) values[i] /= divisor;
  // Look-ups in memory are slower when the compiler makes vectors of them.
#pragma clang loop vectorize(disable) unroll_count(4)
  for (size_t i = 0; i < n; i++) codes[i] = INK_NAME(nearest)(map, values[i]);
}

static void INK_NAME(adam_coded)(const ink_adam_step *step, float *restrict weights, const float *restrict gradient,
                                 const ink_coded_moments *moments, size_t n) {
  float first[INK_CODE_BLOCK], second[INK_CODE_BLOCK];
  const ink_coded_moments c = *moments;
  const float first_scale = *c.first_scale, second_scale = *c.second_scale;
  for (size_t i = 0; i < n; i++) first[i] = c.first_map->levels[c.first[i]] * first_scale;
  for (size_t i = 0; i < n; i++) second[i] = c.second_map->levels[c.second[i]] * second_scale;
  const size_t padded = (n + 15) / 16 * 16;
  for (size_t i = n; i < padded; i++) first[i] = second[i] = 0;
  INK_NAME(adam)(step, weights, gradient, first, second, n);
  INK_NAME(encode)(c.first_map, first, padded, c.first, c.first_scale, n);
  INK_NAME(encode)(c.second_map, second, padded, c.second, c.second_scale, n);
}
