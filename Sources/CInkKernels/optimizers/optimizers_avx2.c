// The updates of optimizers for x86-64 with AVX2 and FMA.
#include "ink_optimizers.h"

#if defined(__x86_64__)
#define INK_SET avx2
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "optimizers.inc.h"
#pragma clang attribute pop
#endif
