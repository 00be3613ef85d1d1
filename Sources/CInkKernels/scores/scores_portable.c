// Sums of scores for any processor.
#include "ink_scores.h"

#pragma clang fp contract(off)

#define INK_PICK pick_portable
#include "scores_blocks.inc.h"

#define INK_SET portable
#include "scores_table.inc.h"
