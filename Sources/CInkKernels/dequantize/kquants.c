// The K types: 256 elements a block, scales (and minima) of 16- or 32-element groups quantised in turn.
#include "families.h"
#include "scalar.h"

// 16 bytes of 4-bit scale | 4-bit minimum, 64 bytes of 2-bit codes, f16 scale, f16 minimum scale.
// Codes: a half of 128 elements takes 32 bytes; bits 2k, 2k+1 of byte i are element 32 k + i of the half.
void ink_decode_q2_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 84) {
    const uint8_t *groups = block;
    const float scale = ink_load_f16(block + 80);
    const float minimum_scale = ink_load_f16(block + 82);
    for (int half = 0; half < 2; half++) {
      const uint8_t *codes = block + 16 + 32 * half;
      for (int plane = 0; plane < 4; plane++) {
        for (int part = 0; part < 2; part++, groups++, out += 16) {
          const float group_scale = scale * (float)(*groups & 15);
          const float group_minimum = minimum_scale * (float)(*groups >> 4);
          for (int i = 0; i < 16; i++) {
            out[i] = group_scale * (float)((codes[16 * part + i] >> (2 * plane)) & 3) - group_minimum;
          }
        }
      }
    }
  }
}

// 32 bytes of third bits (set: no offset; clear: minus 4), 64 bytes of 2-bit codes as in Q2_K, 12 bytes of sixteen
// 6-bit scales (offset 32), f16 scale.
void ink_decode_q3_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 110) {
    const uint8_t *high = block;
    const uint8_t *packed = block + 96;
    const float scale = ink_load_f16(block + 108);
    int group = 0;
    for (int half = 0; half < 2; half++) {
      const uint8_t *codes = block + 32 + 32 * half;
      for (int plane = 0; plane < 4; plane++) {
        const int bit = 4 * half + plane;
        for (int part = 0; part < 2; part++, group++, out += 16) {
          const int low4 = (packed[group & 7] >> (group < 8 ? 0 : 4)) & 15;
          const int top2 = (packed[8 + (group & 3)] >> (2 * (group >> 2))) & 3;
          const float group_scale = scale * (float)((low4 | (top2 << 4)) - 32);
          for (int i = 0; i < 16; i++) {
            const int index = 16 * part + i;
            const int code = ((codes[index] >> (2 * plane)) & 3) - (4 - (((high[index] >> bit) & 1) << 2));
            out[i] = group_scale * (float)code;
          }
        }
      }
    }
  }
}

// Eight 6-bit scales and eight 6-bit minima in 12 bytes: groups 0..3 plain in the low six bits of bytes 0..3 and
// 4..7; groups 4..7 have four bits in bytes 8..11 and two on top of the earlier bytes.
static inline void group_scale_and_minimum(const uint8_t *packed, int group, int *scale, int *minimum) {
  if (group < 4) {
    *scale = packed[group] & 63;
    *minimum = packed[group + 4] & 63;
  } else {
    *scale = (packed[group + 4] & 15) | ((packed[group - 4] >> 6) << 4);
    *minimum = (packed[group + 4] >> 4) | ((packed[group] >> 6) << 4);
  }
}

// f16 scale, f16 minimum scale, 12 bytes of group scales, 128 bytes of nibbles: in each 32 bytes the low nibbles are
// 32 elements and the high nibbles are the next 32.
void ink_decode_q4_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 144) {
    const float scale = ink_load_f16(block);
    const float minimum_scale = ink_load_f16(block + 2);
    for (int pair = 0; pair < 4; pair++, out += 64) {
      const uint8_t *codes = block + 16 + 32 * pair;
      int scales[2], minima[2];
      group_scale_and_minimum(block + 4, 2 * pair, &scales[0], &minima[0]);
      group_scale_and_minimum(block + 4, 2 * pair + 1, &scales[1], &minima[1]);
      const float low_scale = scale * (float)scales[0], low_minimum = minimum_scale * (float)minima[0];
      const float high_scale = scale * (float)scales[1], high_minimum = minimum_scale * (float)minima[1];
      for (int i = 0; i < 32; i++) out[i] = low_scale * (float)(codes[i] & 15) - low_minimum;
      for (int i = 0; i < 32; i++) out[i + 32] = high_scale * (float)(codes[i] >> 4) - high_minimum;
    }
  }
}

// As Q4_K with 32 bytes of fifth bits before the nibbles: bit g of byte i belongs to element i of group g.
void ink_decode_q5_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 176) {
    const float scale = ink_load_f16(block);
    const float minimum_scale = ink_load_f16(block + 2);
    const uint8_t *high = block + 16;
    for (int pair = 0; pair < 4; pair++, out += 64) {
      const uint8_t *codes = block + 48 + 32 * pair;
      int scales[2], minima[2];
      group_scale_and_minimum(block + 4, 2 * pair, &scales[0], &minima[0]);
      group_scale_and_minimum(block + 4, 2 * pair + 1, &scales[1], &minima[1]);
      const float low_scale = scale * (float)scales[0], low_minimum = minimum_scale * (float)minima[0];
      const float high_scale = scale * (float)scales[1], high_minimum = minimum_scale * (float)minima[1];
      for (int i = 0; i < 32; i++) {
        const int code = (codes[i] & 15) | (((high[i] >> (2 * pair)) & 1) << 4);
        out[i] = low_scale * (float)code - low_minimum;
      }
      for (int i = 0; i < 32; i++) {
        const int code = (codes[i] >> 4) | (((high[i] >> (2 * pair + 1)) & 1) << 4);
        out[i + 32] = high_scale * (float)code - high_minimum;
      }
    }
  }
}

// 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed group scales, f16 scale; codes have offset 32.
// A half of 128 elements takes 64 + 32 bytes: low nibbles of 64 bytes, then their high nibbles.
void ink_decode_q6_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 210) {
    const float scale = ink_load_f16(block + 208);
    const int8_t *scales = (const int8_t *)(block + 192);
    for (int half = 0; half < 2; half++) {
      const uint8_t *high = block + 128 + 32 * half;
      for (int plane = 0; plane < 4; plane++) {
        const uint8_t *low = block + 64 * half + 32 * (plane & 1);
        const int shift = plane < 2 ? 0 : 4;
        for (int part = 0; part < 2; part++, scales++, out += 16) {
          const float group_scale = scale * (float)*scales;
          for (int i = 0; i < 16; i++) {
            const int index = 16 * part + i;
            const int code = ((low[index] >> shift) & 15) | (((high[index] >> (2 * plane)) & 3) << 4);
            out[i] = group_scale * (float)(code - 32);
          }
        }
      }
    }
  }
}

// f32 scale, 256 signed bytes, 16 sums of 16 codes (not needed to decode). Made for activations.
void ink_decode_q8_k(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 292, out += 256) {
    const float scale = ink_float_from_bits(ink_load_u32(block));
    const int8_t *codes = (const int8_t *)(block + 4);
    for (int i = 0; i < 256; i++) out[i] = scale * (float)codes[i];
  }
}
