// How well a query fits rows, for one instruction set. The includer sets INK_SET, INK_QUERY_TILE (queries of floats
// that are compared with four rows at once) and, before the inclusion, defines code_sums: for four rows the exact sums
// of the products of their codes and the query's.
#include "../elementwise/vectors.inc.h"

typedef uint8_t b16 __attribute__((vector_size(16)));

// Rows that are looked at together.
#define INK_ROWS 4
// Slots that a scan gathers before it compares them.
#define INK_BLOCK_SLOTS 64

INK_INLINE const uint8_t *INK_NAME(code_row)(const ink_vector_rows *rows, uint32_t slot) {
  return rows->codes + (size_t)slot * rows->code_stride;
}

INK_INLINE const ink_code_tail *INK_NAME(tail)(const ink_vector_rows *rows, const uint8_t *row) {
  return (const ink_code_tail *)(const void *)(row + rows->code_width);
}

// The sums of four vectors' lanes, each by the tree of sum_lanes: every step adds the same pairs of all four at once.
INK_INLINE void INK_NAME(sums_of_lanes)(const v16 *v, float *sums) {
  const v16 ab = __builtin_shufflevector(v[0], v[1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
                 __builtin_shufflevector(v[0], v[1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  const v16 cd = __builtin_shufflevector(v[2], v[3], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
                 __builtin_shufflevector(v[2], v[3], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  const v16 four = __builtin_shufflevector(ab, cd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) +
                   __builtin_shufflevector(ab, cd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const v16 two = __builtin_shufflevector(four, four, 0, 1, 4, 5, 8, 9, 12, 13, 0, 1, 4, 5, 8, 9, 12, 13) +
                  __builtin_shufflevector(four, four, 2, 3, 6, 7, 10, 11, 14, 15, 2, 3, 6, 7, 10, 11, 14, 15);
  const v16 one = __builtin_shufflevector(two, two, 0, 2, 4, 6, 0, 2, 4, 6, 0, 2, 4, 6, 0, 2, 4, 6) +
                  __builtin_shufflevector(two, two, 1, 3, 5, 7, 1, 3, 5, 7, 1, 3, 5, 7, 1, 3, 5, 7);
  memcpy(sums, &one, 4 * sizeof(float));
}

// Scores of `queries` queries and four rows of floats.
INK_INLINE void INK_NAME(float_tile)(const int queries, const ink_score_kind kind, size_t width,
                                     const float *const *query, const float *const *row, float *scores,
                                     size_t score_stride) {
  v16 sums[INK_QUERY_TILE * INK_ROWS];
#pragma clang loop unroll(full)
  for (int i = 0; i < queries * INK_ROWS; i++) sums[i] = INK_NAME(splat)(0);
  for (size_t k = 0; k < width; k += INK_VECTOR_FLOATS) {
    v16 r[INK_ROWS];
#pragma clang loop unroll(full)
    for (int i = 0; i < INK_ROWS; i++) r[i] = INK_NAME(load)(row[i] + k);
#pragma clang loop unroll(full)
    for (int q = 0; q < queries; q++) {
      const v16 x = INK_NAME(load)(query[q] + k);
#pragma clang loop unroll(full)
      for (int i = 0; i < INK_ROWS; i++) {
        v16 *sum = &sums[q * INK_ROWS + i];
        if (kind == INK_SCORE_DISTANCE) {
          const v16 difference = x - r[i];
          *sum = INK_NAME(fma)(difference, difference, *sum);
        } else {
          *sum = INK_NAME(fma)(x, r[i], *sum);
        }
      }
    }
  }
#pragma clang loop unroll(full)
  for (int q = 0; q < queries; q++) {
    float *out = scores + (size_t)q * score_stride;
    INK_NAME(sums_of_lanes)(sums + q * INK_ROWS, out);
    if (kind != INK_SCORE_DISTANCE) continue;
    for (int i = 0; i < INK_ROWS; i++) out[i] = -out[i];
  }
}

// The rows of up to four slots; where there are fewer, the last one again.
INK_INLINE void INK_NAME(float_rows)(const ink_vector_rows *rows, const uint32_t *slots, size_t count,
                                     const float **row) {
  for (size_t i = 0; i < INK_ROWS; i++)
    row[i] = rows->floats + (size_t)slots[i < count ? i : count - 1] * rows->float_width;
}

// scores[q * score_stride + i] for `queries` queries and `count` slots of floats.
INK_INLINE void INK_NAME(float_block)(const int queries, const ink_vector_rows *rows, const float *const *query,
                                      const uint32_t *slots, size_t count, float *scores, size_t score_stride) {
  for (size_t first = 0; first < count; first += INK_ROWS) {
    const size_t left = count - first < INK_ROWS ? count - first : INK_ROWS;
    const float *row[INK_ROWS];
    float tile[INK_QUERY_TILE * INK_ROWS];
    INK_NAME(float_rows)(rows, slots + first, left, row);
    if (rows->kind == INK_SCORE_DISTANCE)
      INK_NAME(float_tile)(queries, INK_SCORE_DISTANCE, rows->float_width, query, row, tile, INK_ROWS);
    else
      INK_NAME(float_tile)(queries, INK_SCORE_PRODUCT, rows->float_width, query, row, tile, INK_ROWS);
    for (int q = 0; q < queries; q++)
      for (size_t i = 0; i < left; i++) scores[(size_t)q * score_stride + first + i] = tile[q * INK_ROWS + i];
  }
}

// Scores of a query of floats and rows that have codes alone.
INK_INLINE void INK_NAME(decoded_block)(const ink_vector_rows *rows, const ink_vector_query *query,
                                        const uint32_t *slots, size_t count, float *scores) {
  const v16 bias = INK_NAME(splat)(128);
  for (size_t i = 0; i < count; i++) {
    const uint8_t *row = INK_NAME(code_row)(rows, slots[i]);
    v16 sum = INK_NAME(splat)(0);
    for (size_t k = 0; k < rows->float_width; k += INK_VECTOR_FLOATS) {
      b16 codes;
      memcpy(&codes, row + k, sizeof codes);
      const v16 values = __builtin_convertvector(__builtin_convertvector(codes, i16x), v16) - bias;
      sum = INK_NAME(fma)(INK_NAME(load)(query->floats + k), values, sum);
    }
    const ink_code_tail *tail = INK_NAME(tail)(rows, row);
    const float product = INK_NAME(sum_lanes)(sum) * tail->scale;
    scores[i] = rows->kind == INK_SCORE_DISTANCE ? 2 * product - query->square - tail->square : product;
  }
}

// Scores by codes. With `above`, also how much higher the exact score can be: the codes leave out `error` of the row
// and of the query (Cauchy and Schwarz), and the exact chain is rounded at each of its steps. Rows
// `ahead` bytes further on are asked for, if that is not 0.
INK_INLINE void INK_NAME(code_block)(const ink_vector_rows *rows, const ink_vector_query *query, const uint32_t *slots,
                                     size_t count, size_t ahead, float *scores, float *above) {
  const float rounding = (float)(rows->float_width / INK_VECTOR_FLOATS + 16) * 2.4e-7f;
  for (size_t first = 0; first < count; first += INK_ROWS) {
    const size_t left = count - first < INK_ROWS ? count - first : INK_ROWS;
    const uint8_t *row[INK_ROWS];
    int32_t sums[INK_ROWS];
    for (size_t i = 0; i < INK_ROWS; i++)
      row[i] = INK_NAME(code_row)(rows, slots[first + (i < left ? i : left - 1)]);
    if (ahead)
      for (size_t i = 0; i < INK_ROWS; i++)
        for (size_t offset = 0; offset < rows->code_stride; offset += 64)
          __builtin_prefetch((const char *)((uintptr_t)row[i] + ahead + offset));
    INK_NAME(code_sums)(row, query->codes, query->code_sum, rows->code_width, sums);
    for (size_t i = 0; i < left; i++) {
      const ink_code_tail *tail = INK_NAME(tail)(rows, row[i]);
      const float product = query->scale * tail->scale * (float)sums[i];
      const int is_distance = rows->kind == INK_SCORE_DISTANCE;
      scores[first + i] = is_distance ? 2 * product - query->square - tail->square : product;
      if (!above) continue;
      const float length = tail->code_length + tail->error;
      const float left_out = query->length * tail->error + query->error * tail->code_length + FLT_MIN;
      above[first + i] = is_distance ? 2 * left_out + rounding * (query->length + length) * (query->length + length)
                                     : left_out + rounding * query->length * length;
    }
  }
}

static void INK_NAME(exact)(const ink_vector_rows *rows, const ink_vector_query *query, const uint32_t *slots,
                            size_t count, float *scores) {
  if (rows->floats)
    INK_NAME(float_block)(1, rows, &query->floats, slots, count, scores, count);
  else
    INK_NAME(decoded_block)(rows, query, slots, count, scores);
}

static void INK_NAME(guide)(const ink_vector_rows *rows, const ink_vector_query *query, const uint32_t *slots,
                            size_t count, float *scores) {
  if (rows->codes)
    INK_NAME(code_block)(rows, query, slots, count, 0, scores, 0);
  else
    INK_NAME(float_block)(1, rows, &query->floats, slots, count, scores, count);
}
