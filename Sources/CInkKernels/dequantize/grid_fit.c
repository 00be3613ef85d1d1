// Searches for grids; see grid_fit.h.
#include "grid_fit.h"

// Starts lie on both sides of the grid that reaches from the least to the largest value, this part of a code apart.
enum { STARTS_ASIDE = 3, REFINEMENTS = 4 };
static const float start_distance = 0.3f;

struct values_sums {
  double count, x, xx;
};

static struct values_sums sums_of(const float *values, int count) {
  float x[GRID_LANES] = {0}, xx[GRID_LANES] = {0};
  for (int start = 0; start < count; start += GRID_LANES) {
    for (int lane = 0; lane < GRID_LANES; lane++) {
      x[lane] += values[start + lane];
      xx[lane] += values[start + lane] * values[start + lane];
    }
  }
  return (struct values_sums){count, lane_sum(x), lane_sum(xx)};
}

// The least-squares line through pairs of code and value, held to a lowest value of at most zero. Returns what the sum
// of squares falls by; the larger, the better the codes.
static double fit_line(struct values_sums of, struct code_sums code, struct grid *grid) {
  const double spread = of.count * code.qq - (double)code.q * code.q;
  double step = 0, lowest = of.x / of.count;
  if (spread > 0) {
    step = (of.count * code.qx - of.x * code.q) / spread;
    lowest = (of.x - step * code.q) / of.count;
  }
  if (lowest > 0) {
    lowest = 0;
    step = code.qq > 0 ? code.qx / code.qq : 0;
  }
  *grid = (struct grid){(float)step, (float)lowest};
  return step * code.qx + lowest * of.x;
}

struct grid ink_fit_grid_with_minimum(const float *values, int count, int last) {
  float lowest = 0, highest = values[0];
  for (int i = 0; i < count; i++) {
    if (values[i] < lowest) lowest = values[i];
    if (values[i] > highest) highest = values[i];
  }
  struct grid best = {0, lowest};
  if (!(highest > lowest)) return best;
  const struct values_sums of = sums_of(values, count);
  float codes[GRID_MAXIMUM];
  double most = -1;
  for (int start = -STARTS_ASIDE; start <= STARTS_ASIDE; start++) {
    const float inverse = ((float)last + start_distance * (float)start) / (highest - lowest);
    struct grid grid;
    const double fall =
        fit_line(of, grid_codes(values, count, inverse, lowest, 0, (float)last, codes), &grid);
    if (fall > most && grid.step > 0) {
      most = fall;
      best = grid;
    }
  }
  for (int turn = 0; turn < REFINEMENTS && best.step > 0; turn++) {
    struct grid grid;
    const double fall =
        fit_line(of, grid_codes(values, count, 1.0f / best.step, best.lowest, 0, (float)last, codes), &grid);
    if (!(fall > most) || !(grid.step > 0)) break;
    most = fall;
    best = grid;
  }
  return best;
}

float ink_fit_grid_through_zero(const float *values, int count, int half) {
  float extreme = 0;
  for (int i = 0; i < count; i++) {
    if (grid_magnitude(values[i]) > grid_magnitude(extreme)) extreme = values[i];
  }
  if (!(grid_magnitude(extreme) > 0)) return 0;
  float codes[GRID_MAXIMUM];
  const float low = (float)-half, high = (float)(half - 1);
  double most = -1;
  float best = 0;
  // The extreme value gets the lowest code in one sign of the step and the highest in the other.
  for (int start = -STARTS_ASIDE; start <= STARTS_ASIDE; start++) {
    for (int side = 0; side < 2; side++) {
      const float reach = side == 0 ? low : high;
      const float inverse = (reach + start_distance * (float)start) / extreme;
      const struct code_sums code = grid_codes(values, count, inverse, 0, low, high, codes);
      if (!(code.qq > 0)) continue;
      const double fall = (double)code.qx * code.qx / code.qq;
      if (fall > most) {
        most = fall;
        best = code.qx / code.qq;
      }
    }
  }
  for (int turn = 0; turn < REFINEMENTS && best != 0; turn++) {
    const struct code_sums code = grid_codes(values, count, 1.0f / best, 0, low, high, codes);
    const double fall = code.qq > 0 ? (double)code.qx * code.qx / code.qq : 0;
    if (!(fall > most)) break;
    most = fall;
    best = code.qx / code.qq;
  }
  return best;
}
