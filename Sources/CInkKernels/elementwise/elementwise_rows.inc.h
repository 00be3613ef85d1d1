// The row-wise kernels, written once with vector types and compiled once for each instruction set: the includer sets
// INK_SET (a suffix) and, around the inclusion, the target attribute. A vector of sixteen floats is one AVX-512
// register, two AVX2 registers or four NEON ones; its lanes, and so the results, are the same everywhere.
#include "vectors.inc.h"

// exp, within 3 ulp on the normal range: 2^n * p(r) with |r| <= ln2/2 (Cody-Waite reduction, degree 6 polynomial by
// Taylor with the last coefficients rounded). Below -87.34 it is 0, above 88.72 infinity; NaN stays NaN.
INK_INLINE v16 INK_NAME(vexp)(v16 x) {
  const v16 high = INK_NAME(splat)(88.72284f), low = INK_NAME(splat)(-87.33655f);
  v16 clamped = INK_NAME(choose)(x < low, low, x);
  clamped = INK_NAME(choose)(clamped > high, high, clamped);
  const v16 magic = INK_NAME(splat)(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer
  const v16 shifted = INK_NAME(fma)(clamped, INK_NAME(splat)(1.44269504f), magic);
  const v16 n = shifted - magic;
  v16 r = INK_NAME(fma)(n, INK_NAME(splat)(-0.693145752f), clamped);
  r = INK_NAME(fma)(n, INK_NAME(splat)(-1.42860677e-6f), r);
  v16 p = INK_NAME(splat)(1.0f / 720);
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(1.0f / 120));
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(1.0f / 24));
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(1.0f / 6));
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(0.5f));
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(1.0f));
  p = INK_NAME(fma)(p, r, INK_NAME(splat)(1.0f));
  // n reaches 128, whose power of two is no float: scale in two halves.
  const i16x whole = (i16x)shifted - (i16x)magic;
  const i16x half = whole >> 1;
  const v16 first = (v16)((half + 127) << 23);
  const v16 second = (v16)((whole - half + 127) << 23);
  v16 result = p * first * second;
  result = INK_NAME(choose)(x < low, INK_NAME(splat)(0.0f), result);
  result = INK_NAME(choose)(x > high, INK_NAME(splat)(INFINITY), result);
  return INK_NAME(choose)(x != x, x, result);
}

// tanh(x) = 1 - 2 / (exp(2x) + 1), by its odd series near zero where that form cancels; within 9 ulp and 2.5e-7.
INK_INLINE v16 INK_NAME(vtanh)(v16 x) {
  const v16 one = INK_NAME(splat)(1.0f), two = INK_NAME(splat)(2.0f);
  const v16 wide = one - two / (INK_NAME(vexp)(x * two) + one);
  const v16 square = x * x;
  v16 p = INK_NAME(splat)(-0.00886323552f);  // -1382/155925
  p = INK_NAME(fma)(p, square, INK_NAME(splat)(0.0218694885f));   // 62/2835
  p = INK_NAME(fma)(p, square, INK_NAME(splat)(-0.0539682540f));  // -17/315
  p = INK_NAME(fma)(p, square, INK_NAME(splat)(0.133333333f));    // 2/15
  p = INK_NAME(fma)(p, square, INK_NAME(splat)(-0.333333333f));
  const v16 narrow = INK_NAME(fma)(p * square, x, x);
  return INK_NAME(choose)(square < INK_NAME(splat)(0.0625f), narrow, wide);
}

// erf, absolute error below 4e-7: 1 - t exp(-x^2 + P(t)), t = 1 / (1 + x/2) for x >= 0 (the complementary error
// function's rational Chebyshev fit of Press et al., Numerical Recipes, section 6.2).
INK_INLINE v16 INK_NAME(verf)(v16 x) {
  const v16 one = INK_NAME(splat)(1.0f);
  const i16x negative = x < 0;
  const v16 z = INK_NAME(choose)(negative, -x, x);
  const v16 t = one / INK_NAME(fma)(z, INK_NAME(splat)(0.5f), one);
  static const float c[9] = {0.17087277f, -0.82215223f, 1.48851587f, -1.13520398f, 0.27886807f,
                             -0.18628806f, 0.09678418f, 0.37409196f, 1.00002368f};
  v16 p = INK_NAME(splat)(c[0]);
  for (int i = 1; i < 9; i++) p = INK_NAME(fma)(p, t, INK_NAME(splat)(c[i]));
  p = INK_NAME(fma)(p, t, INK_NAME(splat)(-1.26551223f));
  const v16 value = one - t * INK_NAME(vexp)(INK_NAME(fma)(-z, z, p));
  return INK_NAME(choose)(negative, -value, value);
}

INK_INLINE v16 INK_NAME(vactivate)(ink_activation kind, v16 x) {
  const v16 one = INK_NAME(splat)(1.0f), half = INK_NAME(splat)(0.5f);
  switch (kind) {
    case INK_SILU:
      return x / (one + INK_NAME(vexp)(-x));
    case INK_GELU_TANH: {
      const v16 cubic = INK_NAME(fma)(INK_NAME(splat)(0.044715f) * x * x, x, x);
      return half * x * (one + INK_NAME(vtanh)(INK_NAME(splat)(0.79788456f) * cubic));
    }
    case INK_GELU_ERF:
      return half * x * (one + INK_NAME(verf)(INK_NAME(splat)(0.70710678f) * x));
    case INK_RELU:
      return INK_NAME(choose)(x < 0, INK_NAME(splat)(0.0f), x);
    case INK_QUICK_GELU:
      return x / (one + INK_NAME(vexp)(INK_NAME(splat)(-1.702f) * x));
  }
  return x;
}

static void INK_NAME(rms_norm)(const float *x, const float *weight, float epsilon, float *out, size_t n) {
  v16 squares = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const v16 v = INK_NAME(load)(x + i);
    squares = INK_NAME(fma)(v, v, squares);
  }
  if (i < n) {
    const v16 v = INK_NAME(load_part)(x + i, n - i);
    squares = INK_NAME(fma)(v, v, squares);
  }
  const float factor = 1.0f / sqrtf(INK_NAME(sum_lanes)(squares) / (float)n + epsilon);
  const v16 factors = INK_NAME(splat)(factor);
  for (i = 0; i + 16 <= n; i += 16)
    INK_NAME(store)(out + i, INK_NAME(load)(x + i) * factors * INK_NAME(load)(weight + i));
  for (; i < n; i++) out[i] = x[i] * factor * weight[i];
}

static void INK_NAME(layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *out,
                                 size_t n) {
  v16 sums = {0}, squares = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) sums += INK_NAME(load)(x + i);
  if (i < n) sums += INK_NAME(load_part)(x + i, n - i);
  const float mean = INK_NAME(sum_lanes)(sums) / (float)n;
  const v16 means = INK_NAME(splat)(mean);
  for (i = 0; i + 16 <= n; i += 16) {
    const v16 d = INK_NAME(load)(x + i) - means;
    squares = INK_NAME(fma)(d, d, squares);
  }
  if (i < n) {
    float rest[16] = {0};
    for (size_t j = 0; j < n - i; j++) rest[j] = x[i + j] - mean;
    const v16 d = INK_NAME(load)(rest);
    squares = INK_NAME(fma)(d, d, squares);
  }
  const float factor = 1.0f / sqrtf(INK_NAME(sum_lanes)(squares) / (float)n + epsilon);
  for (i = 0; i < n; i++) {
    const float y = (x[i] - mean) * factor * weight[i];
    out[i] = bias ? y + bias[i] : y;
  }
}

static void INK_NAME(activate)(ink_activation kind, const float *x, float *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16) INK_NAME(store)(out + i, INK_NAME(vactivate)(kind, INK_NAME(load)(x + i)));
  if (i < n) {
    const v16 v = INK_NAME(vactivate)(kind, INK_NAME(load_part)(x + i, n - i));
    memcpy(out + i, &v, (n - i) * sizeof(float));
  }
}

static void INK_NAME(activate_gated)(ink_activation kind, const float *gate, const float *up, float *out, size_t n) {
  size_t i = 0;
  for (; i + 16 <= n; i += 16)
    INK_NAME(store)(out + i, INK_NAME(vactivate)(kind, INK_NAME(load)(gate + i)) * INK_NAME(load)(up + i));
  if (i < n) {
    const v16 v =
        INK_NAME(vactivate)(kind, INK_NAME(load_part)(gate + i, n - i)) * INK_NAME(load_part)(up + i, n - i);
    memcpy(out + i, &v, (n - i) * sizeof(float));
  }
}

static void INK_NAME(add)(const float *a, const float *b, float *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = a[i] + b[i];
}

static void INK_NAME(scale)(const float *x, float factor, float *out, size_t n) {
  for (size_t i = 0; i < n; i++) out[i] = x[i] * factor;
}

static void INK_NAME(soft_cap)(const float *x, float cap, float *out, size_t n) {
  const v16 caps = INK_NAME(splat)(cap);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) INK_NAME(store)(out + i, caps * INK_NAME(vtanh)(INK_NAME(load)(x + i) / caps));
  if (i < n) {
    const v16 v = caps * INK_NAME(vtanh)(INK_NAME(load_part)(x + i, n - i) / caps);
    memcpy(out + i, &v, (n - i) * sizeof(float));
  }
}

// The second product is rounded, the first is fused with the sum: written out, so that no compiler chooses otherwise.
INK_INLINE float INK_NAME(fused)(float a, float b, float c) {
  return __builtin_fmaf(a, b, c);
}

static void INK_NAME(rotate_half)(const float *x, const float *cosine, const float *sine, float *out, size_t half) {
  for (size_t i = 0; i < half; i++) {
    const float a = x[i], b = x[i + half];
    const float bs = b * sine[i], as = a * sine[i];
    out[i] = INK_NAME(fused)(a, cosine[i], -bs);
    out[i + half] = INK_NAME(fused)(b, cosine[i], as);
  }
}

static void INK_NAME(rotate_interleaved)(const float *x, const float *cosine, const float *sine, float *out,
                                         size_t half) {
  for (size_t i = 0; i < half; i++) {
    const float a = x[2 * i], b = x[2 * i + 1];
    const float bs = b * sine[i], as = a * sine[i];
    out[2 * i] = INK_NAME(fused)(a, cosine[i], -bs);
    out[2 * i + 1] = INK_NAME(fused)(b, cosine[i], as);
  }
}

static float INK_NAME(maximum)(const float *x, size_t n) {
  v16 lanes = INK_NAME(splat)(-INFINITY);
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const v16 v = INK_NAME(load)(x + i);
    lanes = INK_NAME(choose)(v > lanes, v, lanes);
  }
  float largest = -INFINITY;
  for (; i < n; i++) largest = x[i] > largest ? x[i] : largest;
  for (int lane = 0; lane < 16; lane++) largest = lanes[lane] > largest ? lanes[lane] : largest;
  return largest;
}

static float INK_NAME(exp_sum)(float *x, float shift, size_t n) {
  const v16 shifts = INK_NAME(splat)(shift);
  v16 sums = {0};
  size_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const v16 e = INK_NAME(vexp)(INK_NAME(load)(x + i) - shifts);
    INK_NAME(store)(x + i, e);
    sums += e;
  }
  if (i < n) {
    v16 e = INK_NAME(vexp)(INK_NAME(load_part)(x + i, n - i) - shifts);
    float rest[16] = {0};
    memcpy(rest, &e, (n - i) * sizeof(float));
    memcpy(x + i, rest, (n - i) * sizeof(float));
    sums += INK_NAME(load)(rest);
  }
  return INK_NAME(sum_lanes)(sums);
}

static void INK_NAME(attention_step)(const ink_attention_step *step, float *scores, ink_attention_state *state) {
  const i16x lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const int is_whole = step->lower == 0 && step->upper >= step->count;
  v16 maxima = INK_NAME(splat)(-INFINITY);
  for (size_t i = 0; i < step->count; i += 16) {
    v16 s = INK_NAME(load)(scores + i) * INK_NAME(splat)(step->scale);
    if (step->soft_cap > 0) {
      const v16 caps = INK_NAME(splat)(step->soft_cap);
      s = caps * INK_NAME(vtanh)(s / caps);
    }
    if (step->slope != 0) {
      v16 distance;
      for (int lane = 0; lane < 16; lane++) distance[lane] = (float)(step->distance + (int64_t)i + lane);
      s = INK_NAME(fma)(INK_NAME(splat)(step->slope), distance, s);
    }
    if (step->bias) s = s + INK_NAME(load)(step->bias + i);
    if (!is_whole) {
      const i16x place = lanes + (int32_t)i;
      const i16x visible = (place >= (int32_t)step->lower) & (place < (int32_t)step->upper);
      s = INK_NAME(choose)(visible, s, INK_NAME(splat)(-INFINITY));
    }
    INK_NAME(store)(scores + i, s);
    maxima = INK_NAME(choose)(s > maxima, s, maxima);
  }
  const float largest = INK_NAME(largest_lane)(maxima, state->largest);
  const float sum = INK_NAME(exp_sum)(scores, largest, step->count);
  float correction = 1;
  if (largest != state->largest) {
    float shift[16] = {state->largest - largest};
    const v16 e = INK_NAME(vexp)(INK_NAME(load)(shift));
    correction = e[0];
  }
  state->sum = __builtin_fmaf(state->sum, correction, sum);
  state->largest = largest;
  state->correction = correction;
}

#include "elementwise_gradients.inc.h"

const ink_row_kernels INK_NAME(ink_row_kernels) = {
    INK_STRING(INK_SET),           INK_NAME(rms_norm), INK_NAME(layer_norm),  INK_NAME(activate),
    INK_NAME(activate_gated),      INK_NAME(add),      INK_NAME(scale),       INK_NAME(soft_cap),
    INK_NAME(rotate_half),         INK_NAME(rotate_interleaved),              INK_NAME(maximum),
    INK_NAME(exp_sum),             INK_NAME(attention_step),                  INK_NAME(dot),
    INK_NAME(add_scaled),          INK_NAME(rms_norm_gradient),               INK_NAME(layer_norm_gradient),
    INK_NAME(add_rows),            INK_NAME(activate_gradient),               INK_NAME(gated_gradient),
    INK_NAME(soft_cap_gradient),   INK_NAME(attention_gradient),
};
