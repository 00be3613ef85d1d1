// Matrix kernels for AVX2 with FMA and F16C.

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "../dispatch/tables.h"
#include "ink_normal_float.h"

// The package builds for every x86-64 machine; only these functions may use the instruction set.
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)

#include "lanes.h"

#include "../templates/packed.h"
#include "../templates/float.h"
#include "../templates/normal_float.h"
#include "../templates/product.h"
#include "../templates/tile.h"
#include "../templates/quantize.h"
#include "../templates/encode.h"

#pragma clang attribute pop

#include "../templates/table.h"

INK_TABLE(ink_matrix_kernels_avx2, "avx2");

#else
typedef int ink_no_avx2;
#endif
