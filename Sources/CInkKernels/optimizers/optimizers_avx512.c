// The updates of optimizers for x86-64 with AVX-512.
#include "ink_optimizers.h"

#if defined(__x86_64__)
#define INK_SET avx512
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "optimizers.inc.h"
#pragma clang attribute pop
#endif
