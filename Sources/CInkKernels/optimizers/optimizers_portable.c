// The updates of optimizers for any processor. Without the instruction a fused multiply-add is a library call: slow,
// and the same bits as everywhere.
#include "ink_optimizers.h"

#define INK_SET portable
#pragma clang fp contract(off)
#include "optimizers.inc.h"
