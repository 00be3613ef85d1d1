// The row-wise kernels for any processor. Multiplication and addition are rounded apart, so results differ in the
// last bits from the sets with fused multiply-add.
#include "ink_elementwise.h"

#define INK_SET portable
#pragma clang fp contract(off)
#include "elementwise_rows.inc.h"
