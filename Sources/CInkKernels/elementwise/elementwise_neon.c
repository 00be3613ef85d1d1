// The row-wise kernels for 64-bit ARM.
#include "ink_elementwise.h"

#if defined(__aarch64__)
#define INK_SET neon
#pragma clang fp contract(off)
#include "elementwise_rows.inc.h"
#endif
