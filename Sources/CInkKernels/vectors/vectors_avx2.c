// Searches of vectors for x86-64 with AVX2 and FMA.
#include "ink_vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

static inline __attribute__((always_inline)) int32_t sum_of_ints(__m256i v) {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

// Codes are widened to 16 bits: products of bytes would saturate in pairs.
static inline __attribute__((always_inline)) void code_sums_avx2(const uint8_t *const *row, const int8_t *query,
                                                                 int32_t query_sum, size_t width, int32_t *sums) {
  __m256i total[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256()};
  for (size_t k = 0; k < width; k += 16) {
    const __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)(query + k)));
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      const __m256i r = _mm256_cvtepu8_epi16(_mm_loadu_si128((const void *)(row[i] + k)));
      total[i] = _mm256_add_epi32(total[i], _mm256_madd_epi16(r, x));
    }
  }
  for (int i = 0; i < 4; i++) sums[i] = sum_of_ints(total[i]) - 128 * query_sum;
}

#define INK_SET avx2
#define INK_QUERY_TILE 1
#include "vectors_table.inc.h"
#pragma clang attribute pop
#endif
