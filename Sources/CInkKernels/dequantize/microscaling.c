// Four-bit floats (sign, two exponent bits, one fraction bit) with a small shared scale.
#include "families.h"
#include "scalar.h"

// Twice the value of each code, so that the table is of integers; the scales below are halved to match.
static const int8_t doubled_e2m1[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// Half of 2^(exponent - 127). Exponents 0 and 1 give subnormal floats.
static inline float half_of_e8m0(uint8_t exponent) {
  return ink_float_from_bits(exponent < 2 ? 0x00200000u << exponent : (uint32_t)(exponent - 1) << 23);
}

// Half of an unsigned e4m3 value; the code of all ones is not a number there and counts as zero.
static inline float half_of_ue4m3(uint8_t code) {
  if (code == 0 || code == 0x7f) return 0;
  const int exponent = (code >> 3) & 15;
  const float fraction = (float)(code & 7);
  if (exponent == 0) return fraction * 0x1p-10f;
  const float power = ink_float_from_bits((uint32_t)(exponent - 8 + 127) << 23);
  return (1.0f + fraction / 8.0f) * power;
}

// One exponent byte, 16 bytes of codes: low nibbles first half, high nibbles second half.
// Open Compute Project, "OCP Microscaling Formats (MX) Specification" 1.0.
void ink_decode_mxfp4(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 17, out += 32) {
    const float scale = half_of_e8m0(block[0]);
    const uint8_t *codes = block + 1;
    for (int i = 0; i < 16; i++) {
      out[i] = scale * (float)doubled_e2m1[codes[i] & 15];
      out[i + 16] = scale * (float)doubled_e2m1[codes[i] >> 4];
    }
  }
}

// Four e4m3 scales, then for each of them 8 bytes: 8 low nibbles, 8 high nibbles.
void ink_decode_nvfp4(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 36) {
    for (int group = 0; group < 4; group++, out += 16) {
      const float scale = half_of_ue4m3(block[group]);
      const uint8_t *codes = block + 4 + 8 * group;
      for (int i = 0; i < 8; i++) {
        out[i] = scale * (float)doubled_e2m1[codes[i] & 15];
        out[i + 8] = scale * (float)doubled_e2m1[codes[i] >> 4];
      }
    }
  }
}

// The exponent puts the largest value of the block into the top binade of the code; the nearest code wins, the
// first of two equally near ones.
void ink_encode_mxfp4(const float *values, uint8_t *block, size_t count) {
  for (; count > 0; count--, values += 32, block += 17) {
    float largest = 0;
    for (int i = 0; i < 32; i++) {
      const float magnitude = ink_float_from_bits(ink_bits_from_float(values[i]) & 0x7fffffff);
      if (magnitude > largest) largest = magnitude;
    }
    const int exponent = (int)(ink_bits_from_float(largest) >> 23) - 2;
    block[0] = (uint8_t)(exponent < 0 ? 0 : exponent);
    const float scale = half_of_e8m0(block[0]);
    for (int i = 0; i < 32; i++) {
      int best = 0;
      float best_error = __builtin_inff();
      for (int code = 0; code < 16; code++) {
        const float difference = scale * (float)doubled_e2m1[code] - values[i];
        const float error = difference < 0 ? -difference : difference;
        if (error < best_error) {
          best_error = error;
          best = code;
        }
      }
      if (i < 16) block[1 + i] = (uint8_t)best;
      else block[1 + i - 16] |= (uint8_t)(best << 4);
    }
  }
}
