// The updates of optimizers, written once and compiled once for each instruction set: the includer sets INK_SET (a
// suffix) and, around the inclusion, the target attribute. Loops over elements are plain: the compiler makes vectors
// of them.
#include "../elementwise/vectors.inc.h"

typedef double d16 __attribute__((vector_size(128)));

INK_INLINE float INK_NAME(fused)(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

INK_INLINE float INK_NAME(root_of)(float x) { return __builtin_elementwise_sqrt(x); }

INK_INLINE float INK_NAME(scaled)(ink_gradient_scale scale, float gradient) {
  const float x = gradient * scale.factor;
  const float lower = x < -scale.limit ? -scale.limit : x;
  return lower > scale.limit ? scale.limit : lower;
}

static void INK_NAME(adam)(const ink_adam_step *step, float *restrict weights, const float *restrict gradient,
                           float *restrict first, float *restrict second, size_t n) {
  const ink_adam_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float w = weights[i];
    const float g = INK_NAME(fused)(s.l2, w, INK_NAME(scaled)(s.gradient, gradient[i]));
    const float m = INK_NAME(fused)(g - first[i], s.weight1, first[i]);
    const float v = INK_NAME(fused)(s.weight2 * g, g, s.beta2 * second[i]);
    const float root = INK_NAME(fused)(INK_NAME(root_of)(v), s.root_scale, s.epsilon);
    first[i] = m;
    second[i] = v;
    weights[i] = INK_NAME(fused)(-s.rate, m / root, w * s.keep);
  }
}

#include "optimizers_coded.inc.h"

static void INK_NAME(lion)(const ink_lion_step *step, float *restrict weights, const float *restrict gradient,
                           float *restrict moment, size_t n) {
  const ink_lion_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(scaled)(s.gradient, gradient[i]);
    const float direction = INK_NAME(fused)(s.beta1, moment[i], s.weight1 * g);
    const float change = direction > 0 ? s.rate : direction < 0 ? -s.rate : direction * s.rate;
    moment[i] = INK_NAME(fused)(s.beta2, moment[i], s.weight2 * g);
    weights[i] = INK_NAME(fused)(weights[i], s.keep, -change);
  }
}

static void INK_NAME(descend)(const ink_momentum_step *step, float *restrict weights, const float *restrict gradient,
                              size_t n) {
  const ink_momentum_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(fused)(s.l2, weights[i], INK_NAME(scaled)(s.gradient, gradient[i]));
    weights[i] = INK_NAME(fused)(-s.rate, g, weights[i]);
  }
}

static void INK_NAME(momentum)(const ink_momentum_step *step, float *restrict weights, const float *restrict gradient,
                               float *restrict buffer, size_t n) {
  const ink_momentum_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(fused)(s.l2, weights[i], INK_NAME(scaled)(s.gradient, gradient[i]));
    const float b = INK_NAME(fused)(s.momentum, buffer[i], g);
    buffer[i] = b;
    weights[i] = INK_NAME(fused)(-s.rate, INK_NAME(fused)(s.kept, b, s.own * g), weights[i]);
  }
}

static void INK_NAME(root)(const ink_root_step *step, float *restrict weights, const float *restrict gradient,
                           float *restrict sums, float *restrict buffer, size_t n) {
  const ink_root_step s = *step;
  if (!buffer) {
    for (size_t i = 0; i < n; i++) {
      const float g = INK_NAME(fused)(s.l2, weights[i], INK_NAME(scaled)(s.gradient, gradient[i]));
      const float sum = INK_NAME(fused)(s.weight * g, g, s.beta * sums[i]);
      sums[i] = sum;
      weights[i] = INK_NAME(fused)(-s.rate, g / (INK_NAME(root_of)(sum) + s.epsilon), weights[i]);
    }
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(fused)(s.l2, weights[i], INK_NAME(scaled)(s.gradient, gradient[i]));
    const float sum = INK_NAME(fused)(s.weight * g, g, s.beta * sums[i]);
    const float b = INK_NAME(fused)(s.momentum, buffer[i], g / (INK_NAME(root_of)(sum) + s.epsilon));
    sums[i] = sum;
    buffer[i] = b;
    weights[i] = INK_NAME(fused)(-s.rate, b, weights[i]);
  }
}

static void INK_NAME(add_squares)(ink_gradient_scale scale, const float *restrict gradient, double *restrict sums,
                                  size_t n) {
  for (size_t i = 0; i < n; i++) {
    // The square of a float is exact in double precision.
    const double g = INK_NAME(scaled)(scale, gradient[i]);
    sums[i] += g * g;
  }
}

// Sixteen gradients as they are used, times their factors if there are any, squared exactly.
INK_INLINE d16 INK_NAME(squares)(ink_gradient_scale scale, v16 gradient, v16 factors) {
  const v16 low = INK_NAME(splat)(-scale.limit), high = INK_NAME(splat)(scale.limit);
  v16 x = gradient * INK_NAME(splat)(scale.factor);
  x = INK_NAME(choose)(x < low, low, x);
  x = INK_NAME(choose)(x > high, high, x);
  const d16 wide = __builtin_convertvector(factors * x, d16);
  return wide * wide;
}

// Sixteen lanes; elements past the end count as zero.
static double INK_NAME(squared_sum)(ink_gradient_scale scale, float factor, const float *factors,
                                    const float *gradient, size_t n) {
  const v16 shared = INK_NAME(splat)(factor);
  const size_t whole = n / 16 * 16;
  d16 sums = {0};
  if (factors) {
    for (size_t i = 0; i < whole; i += 16)
      sums += INK_NAME(squares)(scale, INK_NAME(load)(gradient + i), shared * INK_NAME(load)(factors + i));
  } else {
    for (size_t i = 0; i < whole; i += 16) sums += INK_NAME(squares)(scale, INK_NAME(load)(gradient + i), shared);
  }
  if (whole < n) {
    const v16 own = factors ? shared * INK_NAME(load_part)(factors + whole, n - whole) : shared;
    sums += INK_NAME(squares)(scale, INK_NAME(load_part)(gradient + whole, n - whole), own);
  }
  double lanes[16];
  memcpy(lanes, &sums, sizeof lanes);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
  return lanes[0];
}

static void INK_NAME(inverse_root)(const ink_root_step *step, const float *restrict gradient, float *restrict second,
                                   float *restrict factors, size_t n) {
  const ink_root_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(scaled)(s.gradient, gradient[i]);
    const float v = INK_NAME(fused)(s.weight, INK_NAME(fused)(g, g, s.epsilon), s.beta * second[i]);
    second[i] = v;
    factors[i] = 1.0f / INK_NAME(root_of)(v);
  }
}

static void INK_NAME(factored)(const ink_factored_step *step, float factor, const float *restrict factors,
                               float *restrict weights, const float *restrict gradient, float *restrict moment,
                               size_t n) {
  const ink_factored_step s = *step;
  if (!moment) {
    for (size_t i = 0; i < n; i++) {
      const float update = factor * factors[i] * INK_NAME(scaled)(s.gradient, gradient[i]);
      weights[i] = INK_NAME(fused)(-s.rate, update, weights[i] * s.keep);
    }
    return;
  }
  for (size_t i = 0; i < n; i++) {
    const float update = factor * factors[i] * INK_NAME(scaled)(s.gradient, gradient[i]) * s.rate;
    const float m = INK_NAME(fused)(s.beta1, moment[i], s.weight1 * update);
    moment[i] = m;
    weights[i] = INK_NAME(fused)(weights[i], s.keep, -m);
  }
}

static void INK_NAME(lead)(const ink_lead_step *step, const float *restrict gradient, float *restrict buffer,
                           float *restrict direction, size_t n) {
  const ink_lead_step s = *step;
  for (size_t i = 0; i < n; i++) {
    const float g = INK_NAME(scaled)(s.gradient, gradient[i]);
    const float b = INK_NAME(fused)(s.weight, g - buffer[i], buffer[i]);
    buffer[i] = b;
    direction[i] = INK_NAME(fused)(s.lead, b - g, g);
  }
}

static void INK_NAME(follow)(float keep, float rate, float *restrict weights, const float *restrict direction,
                             size_t n) {
  for (size_t i = 0; i < n; i++) weights[i] = INK_NAME(fused)(-rate, direction[i], weights[i] * keep);
}

static void INK_NAME(average)(float weight, const float *restrict values, float *restrict average, size_t n) {
  for (size_t i = 0; i < n; i++) average[i] = INK_NAME(fused)(weight, values[i] - average[i], average[i]);
}

const ink_optimizer_kernels INK_NAME(ink_optimizer_kernels) = {
    INK_STRING(INK_SET),   INK_NAME(adam),         INK_NAME(adam_coded), INK_NAME(lion),
    INK_NAME(descend),     INK_NAME(momentum),     INK_NAME(root),       INK_NAME(add_squares),
    INK_NAME(squared_sum), INK_NAME(inverse_root), INK_NAME(factored),   INK_NAME(lead),
    INK_NAME(follow),      INK_NAME(average),
};
