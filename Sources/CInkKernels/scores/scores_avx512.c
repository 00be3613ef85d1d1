// Sums of scores for x86-64 with AVX-512, which compares into masks.
#include "ink_scores.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,popcnt"))), apply_to = function)

static size_t pick_avx512(int64_t *sums, uint64_t groups, uint32_t first, int64_t bound, uint32_t *documents,
                          int64_t *picked) {
  const __m512i bounds = _mm512_set1_epi64(bound);
  size_t count = 0;
  for (; groups; groups &= groups - 1) {
    const uint32_t group = (uint32_t)__builtin_ctzll(groups) * INK_SCORE_GROUP;
    uint64_t reached = 0;
    for (uint32_t k = 0; k < INK_SCORE_GROUP; k += 8)
      reached |= (uint64_t)_mm512_cmpge_epi64_mask(_mm512_loadu_si512(sums + group + k), bounds) << k;
    for (; reached; reached &= reached - 1) {
      const uint32_t place = group + (uint32_t)__builtin_ctzll(reached);
      documents[count] = first + place;
      picked[count++] = sums[place];
    }
    for (uint32_t k = 0; k < INK_SCORE_GROUP; k += 8) _mm512_storeu_si512(sums + group + k, _mm512_setzero_si512());
  }
  return count;
}

#define INK_SET avx512
#include "scores_table.inc.h"
#pragma clang attribute pop
#endif
