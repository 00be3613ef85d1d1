// Matrix kernels in plain C, for every machine.

#include <string.h>

#include "../dispatch/tables.h"
#include "ink_normal_float.h"
#include "lanes.h"

#pragma STDC FP_CONTRACT OFF

#include "../templates/packed.h"
#include "../templates/float.h"
#include "../templates/normal_float.h"
#include "../templates/product.h"
#include "../templates/tile.h"
#include "../templates/quantize.h"
#include "../templates/encode.h"
#include "../templates/table.h"

INK_TABLE(ink_matrix_kernels_portable, "portable");
