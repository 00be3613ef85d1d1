// Sums of scores for x86-64 with AVX2.
#include "ink_scores.h"

#if defined(__x86_64__)
#pragma clang fp contract(off)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)

#define INK_PICK pick_avx2
#include "scores_blocks.inc.h"

#define INK_SET avx2
#include "scores_table.inc.h"
#pragma clang attribute pop
#endif
