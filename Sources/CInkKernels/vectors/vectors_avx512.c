// Searches of vectors for x86-64 with AVX-512 and its int8 dot product.
#include "ink_vectors.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang fp contract(off)
#pragma clang attribute push(\
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), apply_to = function)

// Four registers' sums: pairs of lanes are added until a 128-bit register holds one sum a row.
static inline __attribute__((always_inline)) __m128i sums_of_four(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
  const __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const __m512i all = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
  const __m256i half = _mm256_add_epi32(_mm512_castsi512_si256(all), _mm512_extracti64x4_epi64(all, 1));
  return _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
}

static inline __attribute__((always_inline)) void code_sums_avx512(const uint8_t *const *row, const int8_t *query,
                                                                   int32_t query_sum, size_t width, int32_t *sums) {
  __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
  for (size_t k = 0; k < width; k += 64) {
    const __m512i x = _mm512_loadu_si512(query + k);
    a = _mm512_dpbusd_epi32(a, _mm512_loadu_si512(row[0] + k), x);
    b = _mm512_dpbusd_epi32(b, _mm512_loadu_si512(row[1] + k), x);
    c = _mm512_dpbusd_epi32(c, _mm512_loadu_si512(row[2] + k), x);
    d = _mm512_dpbusd_epi32(d, _mm512_loadu_si512(row[3] + k), x);
  }
  const __m128i biased = sums_of_four(a, b, c, d);
  _mm_storeu_si128((void *)sums, _mm_sub_epi32(biased, _mm_set1_epi32(128 * query_sum)));
}

#define INK_SET avx512
#define INK_QUERY_TILE 4
#include "vectors_table.inc.h"
#pragma clang attribute pop
#endif
