// Chooses the row-wise kernels for this machine.
#include <string.h>

#include "ink_elementwise.h"

extern const ink_row_kernels ink_row_kernels_portable;
#if defined(__x86_64__)
extern const ink_row_kernels ink_row_kernels_avx2;
extern const ink_row_kernels ink_row_kernels_avx512;
#elif defined(__aarch64__)
extern const ink_row_kernels ink_row_kernels_neon;
#endif

const ink_row_kernels *ink_row_kernels_named(const char *name) {
  if (strcmp(name, "portable") == 0) return &ink_row_kernels_portable;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    return &ink_row_kernels_avx2;
  if (strcmp(name, "avx512") == 0 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    return &ink_row_kernels_avx512;
#elif defined(__aarch64__)
  if (strcmp(name, "neon") == 0) return &ink_row_kernels_neon;
#endif
  return 0;
}

const ink_row_kernels *ink_row_kernels_best(void) {
  static const char *const order[] = {"avx512", "avx2", "neon"};
  for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
    const ink_row_kernels *found = ink_row_kernels_named(order[i]);
    if (found) return found;
  }
  return &ink_row_kernels_portable;
}
