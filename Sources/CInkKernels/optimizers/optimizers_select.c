// Finds the updates of optimizers for an instruction set.
#include <string.h>

#include "ink_optimizers.h"

extern const ink_optimizer_kernels ink_optimizer_kernels_portable;
#if defined(__x86_64__)
extern const ink_optimizer_kernels ink_optimizer_kernels_avx2;
extern const ink_optimizer_kernels ink_optimizer_kernels_avx512;
#elif defined(__aarch64__)
extern const ink_optimizer_kernels ink_optimizer_kernels_neon;
#endif

const ink_optimizer_kernels *ink_optimizer_kernels_named(const char *name) {
  if (strcmp(name, "portable") == 0) return &ink_optimizer_kernels_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &ink_optimizer_kernels_avx2;
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return &ink_optimizer_kernels_avx512;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &ink_optimizer_kernels_neon;
#endif
  return 0;
}
