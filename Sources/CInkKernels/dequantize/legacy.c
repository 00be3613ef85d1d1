// The 32-element block types with one scale (and perhaps one minimum): Q4_0, Q4_1, Q5_0, Q5_1, Q8_0.
// Nibbles: the low one of byte i is element i, the high one is element i + 16.
#include "families.h"
#include "scalar.h"

// f16 scale, 16 bytes: (nibble - 8) * scale
void ink_decode_q4_0(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 18, out += 32) {
    const float scale = ink_load_f16(block);
    const uint8_t *codes = block + 2;
    for (int i = 0; i < 16; i++) {
      out[i] = scale * (float)((codes[i] & 15) - 8);
      out[i + 16] = scale * (float)((codes[i] >> 4) - 8);
    }
  }
}

// f16 scale, f16 minimum, 16 bytes: nibble * scale + minimum
void ink_decode_q4_1(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 20, out += 32) {
    const float scale = ink_load_f16(block);
    const float minimum = ink_load_f16(block + 2);
    const uint8_t *codes = block + 4;
    for (int i = 0; i < 16; i++) {
      out[i] = scale * (float)(codes[i] & 15) + minimum;
      out[i + 16] = scale * (float)(codes[i] >> 4) + minimum;
    }
  }
}

// f16 scale, 32 fifth bits, 16 bytes: (code - 16) * scale
void ink_decode_q5_0(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 22, out += 32) {
    const float scale = ink_load_f16(block);
    const uint32_t high = ink_load_u32(block + 2);
    const uint8_t *codes = block + 6;
    for (int i = 0; i < 16; i++) {
      const int low_half = (codes[i] & 15) | (int)(((high >> i) & 1) << 4);
      const int high_half = (codes[i] >> 4) | (int)(((high >> (i + 16)) & 1) << 4);
      out[i] = scale * (float)(low_half - 16);
      out[i + 16] = scale * (float)(high_half - 16);
    }
  }
}

// f16 scale, f16 minimum, 32 fifth bits, 16 bytes: code * scale + minimum
void ink_decode_q5_1(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 24, out += 32) {
    const float scale = ink_load_f16(block);
    const float minimum = ink_load_f16(block + 2);
    const uint32_t high = ink_load_u32(block + 4);
    const uint8_t *codes = block + 8;
    for (int i = 0; i < 16; i++) {
      const int low_half = (codes[i] & 15) | (int)(((high >> i) & 1) << 4);
      const int high_half = (codes[i] >> 4) | (int)(((high >> (i + 16)) & 1) << 4);
      out[i] = scale * (float)low_half + minimum;
      out[i + 16] = scale * (float)high_half + minimum;
    }
  }
}

// f16 scale, 32 signed bytes
void ink_decode_q8_0(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 34, out += 32) {
    const float scale = ink_load_f16(block);
    const int8_t *codes = (const int8_t *)(block + 2);
    for (int i = 0; i < 32; i++) out[i] = scale * (float)codes[i];
  }
}
