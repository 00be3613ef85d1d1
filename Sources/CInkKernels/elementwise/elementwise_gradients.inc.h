// The row-wise kernels of the way back, in the words of elementwise_rows.inc.h, which includes this file.

INK_INLINE v16 INK_NAME(load_some)(const float *p, size_t left) {
  return left >= 16 ? INK_NAME(load)(p) : INK_NAME(load_part)(p, left);
}

INK_INLINE void INK_NAME(store_some)(float *p, v16 v, size_t left) {
  memcpy(p, &v, (left < 16 ? left : 16) * sizeof(float));
}

static float INK_NAME(dot)(const float *a, const float *b, size_t n) {
  v16 sums = {0};
  for (size_t i = 0; i < n; i += 16)
    sums = INK_NAME(fma)(INK_NAME(load_some)(a + i, n - i), INK_NAME(load_some)(b + i, n - i), sums);
  return INK_NAME(sum_lanes)(sums);
}

static void INK_NAME(add_scaled)(const float *x, float factor, float *out, size_t n) {
  const v16 factors = INK_NAME(splat)(factor);
  for (size_t i = 0; i < n; i += 16) {
    const v16 sum = INK_NAME(fma)(factors, INK_NAME(load_some)(x + i, n - i), INK_NAME(load_some)(out + i, n - i));
    INK_NAME(store_some)(out + i, sum, n - i);
  }
}

static float INK_NAME(rms_norm_gradient)(const float *x, const float *weight, const float *gradient, float epsilon,
                                         float *out, size_t n) {
  v16 squares = {0}, dots = {0};
  for (size_t i = 0; i < n; i += 16) {
    const v16 v = INK_NAME(load_some)(x + i, n - i);
    const v16 h = INK_NAME(load_some)(gradient + i, n - i) * INK_NAME(load_some)(weight + i, n - i);
    squares = INK_NAME(fma)(v, v, squares);
    dots = INK_NAME(fma)(h, v, dots);
  }
  const float factor = 1.0f / sqrtf(INK_NAME(sum_lanes)(squares) / (float)n + epsilon);
  const float share = INK_NAME(sum_lanes)(dots) * factor * factor * factor / (float)n;
  const v16 factors = INK_NAME(splat)(factor), shares = INK_NAME(splat)(-share);
  for (size_t i = 0; i < n; i += 16) {
    const v16 h = INK_NAME(load_some)(gradient + i, n - i) * INK_NAME(load_some)(weight + i, n - i);
    const v16 d = INK_NAME(fma)(shares, INK_NAME(load_some)(x + i, n - i), h * factors);
    INK_NAME(store_some)(out + i, d, n - i);
  }
  return factor;
}

static void INK_NAME(layer_norm_gradient)(const float *x, const float *weight, const float *gradient, float epsilon,
                                          float *out, float *mean_and_factor, size_t n) {
  v16 sums = {0}, squares = {0}, totals = {0}, dots = {0};
  for (size_t i = 0; i < n; i += 16) sums += INK_NAME(load_some)(x + i, n - i);
  const float mean = INK_NAME(sum_lanes)(sums) / (float)n;
  const v16 means = INK_NAME(splat)(mean);
  for (size_t i = 0; i < n; i += 16) {
    v16 d = INK_NAME(load_some)(x + i, n - i) - means;
    if (n - i < 16)
      for (size_t lane = n - i; lane < 16; lane++) d[lane] = 0;
    const v16 h = INK_NAME(load_some)(gradient + i, n - i) * INK_NAME(load_some)(weight + i, n - i);
    squares = INK_NAME(fma)(d, d, squares);
    totals += h;
    dots = INK_NAME(fma)(h, d, dots);
  }
  const float factor = 1.0f / sqrtf(INK_NAME(sum_lanes)(squares) / (float)n + epsilon);
  const float share = INK_NAME(sum_lanes)(dots) * factor * factor / (float)n;
  const float middle = INK_NAME(sum_lanes)(totals) / (float)n;
  const v16 factors = INK_NAME(splat)(factor), shares = INK_NAME(splat)(-share), middles = INK_NAME(splat)(middle);
  for (size_t i = 0; i < n; i += 16) {
    const v16 d = INK_NAME(load_some)(x + i, n - i) - means;
    const v16 h = INK_NAME(load_some)(gradient + i, n - i) * INK_NAME(load_some)(weight + i, n - i);
    INK_NAME(store_some)(out + i, factors * INK_NAME(fma)(shares, d, h - middles), n - i);
  }
  mean_and_factor[0] = mean;
  mean_and_factor[1] = factor;
}

static void INK_NAME(add_rows)(const ink_row_sum *sum, float *out, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    v16 chain = INK_NAME(load_some)(out + i, n - i);
    for (size_t row = 0; row < sum->rows; row++) {
      const v16 g = INK_NAME(load_some)(sum->gradient + row * sum->stride + i, n - i);
      if (!sum->x) {
        chain += g;
        continue;
      }
      v16 x = INK_NAME(load_some)(sum->x + row * sum->stride + i, n - i);
      if (sum->means) x = x - INK_NAME(splat)(sum->means[row * sum->number_stride]);
      if (sum->factors) x = x * INK_NAME(splat)(sum->factors[row * sum->number_stride]);
      chain = INK_NAME(fma)(g, x, chain);
    }
    INK_NAME(store_some)(out + i, chain, n - i);
  }
}

// The derivative of an activation.
INK_INLINE v16 INK_NAME(vslope)(ink_activation kind, v16 x) {
  const v16 one = INK_NAME(splat)(1.0f), half = INK_NAME(splat)(0.5f);
  switch (kind) {
    case INK_SILU: {
      const v16 s = one / (one + INK_NAME(vexp)(-x));
      return s * INK_NAME(fma)(x, one - s, one);
    }
    case INK_GELU_TANH: {
      const v16 c = INK_NAME(splat)(0.79788456f), square = x * x;
      const v16 t = INK_NAME(vtanh)(c * INK_NAME(fma)(INK_NAME(splat)(0.044715f) * square, x, x));
      const v16 inner = c * INK_NAME(fma)(INK_NAME(splat)(3 * 0.044715f), square, one);
      return half * INK_NAME(fma)(x * (one - t * t), inner, one + t);
    }
    case INK_GELU_ERF: {
      const v16 density = INK_NAME(splat)(0.39894228f) * INK_NAME(vexp)(-half * x * x);
      return INK_NAME(fma)(x, density, half * (one + INK_NAME(verf)(INK_NAME(splat)(0.70710678f) * x)));
    }
    case INK_RELU:
      return INK_NAME(choose)(x > 0, one, INK_NAME(splat)(0.0f));
    case INK_QUICK_GELU: {
      const v16 c = INK_NAME(splat)(1.702f);
      const v16 s = one / (one + INK_NAME(vexp)(-c * x));
      return s * INK_NAME(fma)(c * x, one - s, one);
    }
  }
  return one;
}

static void INK_NAME(activate_gradient)(ink_activation kind, const float *x, const float *gradient, float *out,
                                        size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const v16 slope = INK_NAME(vslope)(kind, INK_NAME(load_some)(x + i, n - i));
    INK_NAME(store_some)(out + i, slope * INK_NAME(load_some)(gradient + i, n - i), n - i);
  }
}

static void INK_NAME(gated_gradient)(ink_activation kind, const float *gate, const float *up, const float *gradient,
                                     float *gate_out, float *up_out, size_t n) {
  for (size_t i = 0; i < n; i += 16) {
    const v16 x = INK_NAME(load_some)(gate + i, n - i), g = INK_NAME(load_some)(gradient + i, n - i);
    const v16 u = INK_NAME(load_some)(up + i, n - i);
    INK_NAME(store_some)(gate_out + i, g * u * INK_NAME(vslope)(kind, x), n - i);
    INK_NAME(store_some)(up_out + i, g * INK_NAME(vactivate)(kind, x), n - i);
  }
}

static void INK_NAME(soft_cap_gradient)(const float *x, float cap, const float *gradient, float *out, size_t n) {
  const v16 caps = INK_NAME(splat)(cap), one = INK_NAME(splat)(1.0f);
  for (size_t i = 0; i < n; i += 16) {
    const v16 t = INK_NAME(vtanh)(INK_NAME(load_some)(x + i, n - i) / caps);
    INK_NAME(store_some)(out + i, (one - t * t) * INK_NAME(load_some)(gradient + i, n - i), n - i);
  }
}

static void INK_NAME(attention_gradient)(const ink_attention_gradient *step) {
  const v16 scales = INK_NAME(splat)(step->scale), one = INK_NAME(splat)(1.0f), zero = {0};
  const i16x lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  for (size_t row = 0; row < step->rows; row++) {
    float *scores = step->scores + row * step->stride, *gradients = step->gradients + row * step->stride;
    const v16 largest = INK_NAME(splat)(step->numbers[3 * row]);
    const v16 share = INK_NAME(splat)(step->numbers[3 * row + 1]);
    const v16 mean = INK_NAME(splat)(step->numbers[3 * row + 2]);
    for (size_t i = 0; i < step->count; i += 16) {
      // The score, with the operations of attention_step, and its derivative by the dot product.
      v16 s = INK_NAME(load)(scores + i) * scales, slope = scales;
      if (step->soft_cap > 0) {
        const v16 caps = INK_NAME(splat)(step->soft_cap);
        const v16 t = INK_NAME(vtanh)(s / caps);
        s = caps * t;
        slope = scales * INK_NAME(fma)(-t, t, one);
      }
      if (step->slope != 0) {
        v16 distance;
        for (int lane = 0; lane < 16; lane++)
          distance[lane] = (float)(step->distance - (int64_t)row + (int64_t)i + lane);
        s = INK_NAME(fma)(INK_NAME(splat)(step->slope), distance, s);
      }
      if (step->bias_places) s = s + INK_NAME(load)(step->bias + step->bias_places[row] + i);
      v16 weight = INK_NAME(vexp)(s - largest) * share;
      v16 gradient = weight * (INK_NAME(load)(gradients + i) - mean);
      if (step->lower) {
        // What lies where no key is may be NaN: it is replaced, not multiplied with zero.
        const i16x place = lanes + (int32_t)i;
        const i16x visible = (place >= step->lower[row]) & (place < step->upper[row]);
        weight = INK_NAME(choose)(visible, weight, zero);
        gradient = INK_NAME(choose)(visible, gradient, zero);
      }
      if (step->bias_gradient) {
        float *sums = step->bias_gradient + step->bias_places[row] + i;
        INK_NAME(store)(sums, INK_NAME(load)(sums) + gradient);
      }
      INK_NAME(store)(scores + i, weight);
      INK_NAME(store)(gradients + i, gradient * slope);
    }
  }
}
