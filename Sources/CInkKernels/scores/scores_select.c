// Finds the sums of scores for an instruction set.
#include <string.h>

#include "ink_scores.h"

extern const ink_score_kernels ink_score_kernels_portable;
#if defined(__x86_64__)
extern const ink_score_kernels ink_score_kernels_avx2;
extern const ink_score_kernels ink_score_kernels_avx512;
#elif defined(__aarch64__)
extern const ink_score_kernels ink_score_kernels_neon;
#endif

const ink_score_kernels *ink_score_kernels_named(const char *name) {
  if (strcmp(name, "portable") == 0) return &ink_score_kernels_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) return &ink_score_kernels_avx2;
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl"))
    return &ink_score_kernels_avx512;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &ink_score_kernels_neon;
#endif
  return 0;
}
