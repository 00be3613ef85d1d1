// Grids of equidistant values laid through a few numbers so that the sum of squared errors is small.
//
// A grid that is best for given codes follows from the codes in closed form, and codes that are best for a given grid
// are the nearest ones. So each search starts from some grids, takes the codes of each, and keeps the best fit to them.
#ifndef INK_DEQUANTIZE_GRID_FIT_H
#define INK_DEQUANTIZE_GRID_FIT_H

#include "scalar.h"

enum { GRID_LANES = 8, GRID_MAXIMUM = 32 };

// value = step * code + lowest
struct grid {
  float step, lowest;
};

// Sums that a fit needs, over elements i with code q and value x.
struct code_sums {
  float q, qq, qx;
};

static inline float grid_magnitude(float value) { return value < 0 ? -value : value; }

// A sum of eight lanes in a fixed tree.
static inline float lane_sum(const float *lanes) {
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

// The whole number next to `position` within low...high; one that is not a number counts as low.
static inline float grid_code_near(float position, float low, float high) {
  const float limited = position > low ? (position < high ? position : high) : low;
  // Past 2^23 a float has no digits after the point.
  return (limited + 12582912.0f) - 12582912.0f;
}

// Codes of the values on a grid, as whole numbers, and their sums. `count` is 16 or 32.
static inline struct code_sums grid_codes(const float *values, int count, float inverse, float lowest, float low,
                                          float high, float *codes) {
  float q[GRID_LANES] = {0}, qq[GRID_LANES] = {0}, qx[GRID_LANES] = {0};
  for (int start = 0; start < count; start += GRID_LANES) {
    for (int lane = 0; lane < GRID_LANES; lane++) {
      const float value = values[start + lane];
      const float code = grid_code_near((value - lowest) * inverse, low, high);
      codes[start + lane] = code;
      q[lane] += code;
      qq[lane] += code * code;
      qx[lane] += code * value;
    }
  }
  return (struct code_sums){lane_sum(q), lane_sum(qq), lane_sum(qx)};
}

// The sum of squared errors of codes on a grid.
static inline float grid_error(const float *values, const float *codes, int count, float step, float lowest) {
  float errors[GRID_LANES] = {0};
  for (int start = 0; start < count; start += GRID_LANES) {
    for (int lane = 0; lane < GRID_LANES; lane++) {
      const float error = values[start + lane] - (step * codes[start + lane] + lowest);
      errors[lane] += error * error;
    }
  }
  return lane_sum(errors);
}

// Codes 0...last on a grid whose lowest value is not above zero.
struct grid ink_fit_grid_with_minimum(const float *values, int count, int last);

// Codes -half...half - 1 on a grid through zero; the step may have either sign, since the codes reach further down.
float ink_fit_grid_through_zero(const float *values, int count, int half);

#endif
