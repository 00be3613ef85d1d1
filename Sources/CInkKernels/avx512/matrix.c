// Matrix kernels for AVX-512 (F, BW, DQ, VL, VNNI).

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>

#include "../dispatch/tables.h"
#include "ink_normal_float.h"

// The package builds for every x86-64 machine; only these functions may use the instruction set.
#pragma clang attribute push(\
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c"))), apply_to = function)

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

INK_TABLE(ink_matrix_kernels_avx512, "avx512");

#else
typedef int ink_no_avx512;
#endif
