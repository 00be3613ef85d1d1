// Three-valued weights (-1, 0, +1 times one scale), 256 elements a block.
#include "families.h"
#include "scalar.h"

// Digit `n` of a base-3 fraction stored in a byte: multiply by 3^n modulo 256, the digit is then the top of x * 3.
static inline float ternary_digit(uint8_t packed, uint8_t power, float scale) {
  const uint8_t shifted = (uint8_t)(packed * power);
  return scale * (float)((int)(((unsigned)shifted * 3) >> 8) - 1);
}

// 48 bytes of five digits (32 bytes, then 16), 4 bytes of four digits, f16 scale.
void ink_decode_tq1_0(const uint8_t *block, float *out, size_t count) {
  static const uint8_t powers[5] = {1, 3, 9, 27, 81};
  for (; count > 0; count--, block += 54) {
    const float scale = ink_load_f16(block + 52);
    for (int digit = 0; digit < 5; digit++, out += 32) {
      for (int i = 0; i < 32; i++) out[i] = ternary_digit(block[i], powers[digit], scale);
    }
    for (int digit = 0; digit < 5; digit++, out += 16) {
      for (int i = 0; i < 16; i++) out[i] = ternary_digit(block[32 + i], powers[digit], scale);
    }
    for (int digit = 0; digit < 4; digit++, out += 4) {
      for (int i = 0; i < 4; i++) out[i] = ternary_digit(block[48 + i], powers[digit], scale);
    }
  }
}

// 64 bytes of four 2-bit codes (offset 1), f16 scale; bits 2k, 2k+1 of byte i are element 32 k + i of a half.
void ink_decode_tq2_0(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 66) {
    const float scale = ink_load_f16(block + 64);
    for (int half = 0; half < 2; half++) {
      const uint8_t *codes = block + 32 * half;
      for (int plane = 0; plane < 4; plane++, out += 32) {
        for (int i = 0; i < 32; i++) out[i] = scale * (float)((int)((codes[i] >> (2 * plane)) & 3) - 1);
      }
    }
  }
}
