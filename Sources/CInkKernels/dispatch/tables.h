// The tables that this build holds.

#ifndef INK_TABLES_H
#define INK_TABLES_H

#include "../include/ink_kernels.h"

extern const ink_matrix_kernels ink_matrix_kernels_portable;
#if defined(__x86_64__)
extern const ink_matrix_kernels ink_matrix_kernels_avx2;
extern const ink_matrix_kernels ink_matrix_kernels_avx512;
#elif defined(__aarch64__)
extern const ink_matrix_kernels ink_matrix_kernels_neon;
#endif

#endif
