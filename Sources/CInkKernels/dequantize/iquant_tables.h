// The grids of points that the IQ types index. A point of an IQ1 or IQ2 grid is eight 2-bit coordinates, a point of
// an IQ3 grid is four 3-bit ones, first coordinate in the low bits. They are part of the file format.
#ifndef INK_DEQUANTIZE_IQUANT_TABLES_H
#define INK_DEQUANTIZE_IQUANT_TABLES_H

#include <stdint.h>

extern const uint16_t ink_grid_iq1[2048];
extern const uint16_t ink_grid_iq2_xxs[256];
extern const uint16_t ink_grid_iq2_xs[512];
extern const uint16_t ink_grid_iq2_s[1024];
extern const uint16_t ink_grid_iq3_xxs[256];
extern const uint16_t ink_grid_iq3_s[512];

#endif
