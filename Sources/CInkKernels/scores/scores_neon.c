// Sums of scores for 64-bit ARM, whose compiler makes vectors of the loops as they are.
#include "ink_scores.h"

#if defined(__aarch64__)
#pragma clang fp contract(off)

#define INK_PICK pick_neon
#include "scores_blocks.inc.h"

#define INK_SET neon
#include "scores_table.inc.h"
#endif
