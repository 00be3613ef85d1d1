// Which instruction sets this machine runs, asked from the processor once by the caller.

#include "tables.h"

#if defined(__x86_64__)
#include <cpuid.h>

typedef struct {
  int avx2;
  int avx512;
} ink_x86_support;

// CPUID says what the processor can do, XCR0 which registers the operating system saves.
static ink_x86_support ink_x86_ask(void) {
  ink_x86_support support = {0, 0};
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return support;
  const int has_xsave = (c & bit_OSXSAVE) != 0;
  const int has_fma = (c & bit_FMA) != 0 && (c & bit_F16C) != 0;
  if (!has_xsave || !has_fma || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return support;
  unsigned low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  support.avx2 = (b & bit_AVX2) != 0 && (low & 0x6) == 0x6;
  const unsigned wanted = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
  support.avx512 = support.avx2 && (b & wanted) == wanted && (c & bit_AVX512VNNI) != 0 && (low & 0xe6) == 0xe6;
  return support;
}
#endif

size_t ink_matrix_kernels_available(const ink_matrix_kernels **tables) {
  size_t count = 0;
  tables[count++] = &ink_matrix_kernels_portable;
#if defined(__x86_64__)
  const ink_x86_support support = ink_x86_ask();
  if (support.avx2) tables[count++] = &ink_matrix_kernels_avx2;
  if (support.avx512) tables[count++] = &ink_matrix_kernels_avx512;
#elif defined(__aarch64__)
  tables[count++] = &ink_matrix_kernels_neon;
#endif
  return count;
}
