// Searches of vectors for any processor.
#include "ink_vectors.h"

#pragma clang fp contract(off)

static void code_sums_portable(const uint8_t *const *row, const int8_t *query, int32_t query_sum, size_t width,
                               int32_t *sums) {
  for (int i = 0; i < 4; i++) {
    int32_t sum = 0;
    for (size_t k = 0; k < width; k++) sum += row[i][k] * query[k];
    sums[i] = sum - 128 * query_sum;
  }
}

#define INK_SET portable
#define INK_QUERY_TILE 1
#include "vectors_table.inc.h"
