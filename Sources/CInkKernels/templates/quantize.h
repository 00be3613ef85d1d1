// Quantization of activations, in plain C that the compiler turns into vectors of the surrounding instruction set.
// Every step is one rounding of one operation, so the bits are the same everywhere.

static void ink_quantize(const float *restrict values, size_t blocks, ink_activation_block *restrict out) {
#pragma STDC FP_CONTRACT OFF
  for (size_t b = 0; b < blocks; b++, values += 32, out++) {
    // Magnitudes compare as integers, which also ranks infinities and NaN above every number.
    uint32_t largest = 0;
    for (int i = 0; i < 32; i++) {
      uint32_t bits;
      memcpy(&bits, values + i, sizeof bits);
      bits &= 0x7fffffff;
      largest = bits > largest ? bits : largest;
    }
    float magnitude;
    memcpy(&magnitude, &largest, sizeof magnitude);
    float scale = magnitude / 127.0f;
    float inverse = 127.0f / magnitude;
    if (largest >= 0x7f800000) {
      const uint32_t quiet = 0x7fc00000;
      memcpy(&scale, &quiet, sizeof scale);
      inverse = 0;
    } else if (!(magnitude >= 1e-36f)) {
      scale = 0;
      inverse = 0;
    }
    int32_t sums[2] = {0, 0};
    for (int half = 0; half < 2; half++) {
      int32_t sum = 0;
      for (int i = 16 * half; i < 16 * half + 16; i++) {
        // Adding and taking away 1.5 * 2^23 rounds to the nearest integer, ties to even. Infinity times zero is NaN;
        // the comparison with itself turns it into zero.
        float scaled = values[i] * inverse;
        scaled = scaled == scaled ? scaled : 0.0f;
        float rounded = (scaled + 12582912.0f) - 12582912.0f;
        int32_t integer = (int32_t)rounded;
        out->quants[i] = (int8_t)integer;
        sum += integer;
      }
      sums[half] = sum;
    }
    out->scale = scale;
    out->scaled_sum = scale * (float)(sums[0] + sums[1]);
    out->negative_sum = -(sums[0] + sums[1]);
    for (int half = 0; half < 2; half++) {
      out->negative_half_sums[half] = -sums[half];
      out->scaled_half_sums[half] = scale * (float)sums[half];
    }
    out->unused = 0;
  }
}
