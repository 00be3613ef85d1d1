// The updates of optimizers for 64-bit ARM.
#include "ink_optimizers.h"

#if defined(__aarch64__)
#define INK_SET neon
#pragma clang fp contract(off)
#include "optimizers.inc.h"
#endif
