// Sums of scores for x86-64 with AVX-512, which packs what reaches the bound.
#include "ink_scores.h"

#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,popcnt"))), apply_to = function)

static size_t pick_all_avx512(const ink_score_window *window, int64_t bound) {
  const __m512i bounds = _mm512_set1_epi64(bound);
  const __m512i eight = _mm512_set1_epi64(8);
  __m512i numbers = _mm512_add_epi64(_mm512_set1_epi64(window->first), _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7));
  size_t picked = 0;
  // Sums stand in whole blocks; those behind the width are zero and reach no bound.
  for (uint32_t start = 0; start < window->width; start += 8) {
    const __m512i sums = _mm512_loadu_si512(window->sums + start);
    const __mmask8 reached = _mm512_cmpge_epi64_mask(sums, bounds);
    if (reached) {
      // Packed in the register and stored whole: packing into memory is slow, and the room has a block to spare.
      _mm512_storeu_si512(window->picked + picked, _mm512_maskz_compress_epi64(reached, sums));
      const __m256i documents = _mm512_cvtepi64_epi32(_mm512_maskz_compress_epi64(reached, numbers));
      _mm256_storeu_si256((void *)(window->documents + picked), documents);
      picked += (size_t)__builtin_popcount(reached);
    }
    numbers = _mm512_add_epi64(numbers, eight);
  }
  return picked;
}

#define INK_SET avx512
#include "scores_table.inc.h"
#pragma clang attribute pop
#endif
