// Types whose codes are indices into a grid of points (IQ1, IQ2, IQ3), and the two with a curved scale (IQ4).
#include "families.h"
#include "iquant_tables.h"
#include "scalar.h"

// Seven stored sign bits give eight signs: the eighth makes the number of minus signs even.
static inline unsigned even_signs(unsigned seven) {
  return seven | (unsigned)(__builtin_parity(seven) << 7);
}

static inline float with_sign(float value, unsigned signs, int index) {
  return (signs >> index) & 1 ? -value : value;
}

// Eight elements from a point whose coordinates are 2-bit indices into `levels`.
static inline void decode_eight(uint16_t point, unsigned signs, float scale, float *out) {
  static const float levels[4] = {8, 25, 43, 0};
  for (int i = 0; i < 8; i++) out[i] = with_sign(scale * levels[(point >> (2 * i)) & 3], signs, i);
}

// f16 scale, then for each 32 elements four grid bytes and one word: 4 x 7 sign bits, 4 bits of scale.
void ink_decode_iq2_xxs(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 66) {
    const float scale = ink_load_f16(block);
    for (int group = 0; group < 8; group++) {
      const uint8_t *codes = block + 2 + 8 * group;
      const uint32_t word = ink_load_u32(codes + 4);
      const float group_scale = scale * (0.5f + (float)(word >> 28)) * 0.25f;
      for (int i = 0; i < 4; i++, out += 8) {
        decode_eight(ink_grid_iq2_xxs[codes[i]], even_signs((word >> (7 * i)) & 127), group_scale, out);
      }
    }
  }
}

// f16 scale, 32 words of 9 grid bits and 7 sign bits, 16 nibbles of scale.
void ink_decode_iq2_xs(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 74) {
    const float scale = ink_load_f16(block);
    const uint8_t *scales = block + 66;
    for (int i = 0; i < 32; i++, out += 8) {
      const unsigned nibble = (scales[i >> 2] >> (4 * ((i >> 1) & 1))) & 15;
      const float group_scale = scale * (0.5f + (float)nibble) * 0.25f;
      const uint16_t code = ink_load_u16(block + 2 + 2 * i);
      decode_eight(ink_grid_iq2_xs[code & 511], even_signs(code >> 9), group_scale, out);
    }
  }
}

// f16 scale, 32 low bytes of grid indices, 32 bytes of signs, 8 bytes of upper index bits, 16 nibbles of scale.
void ink_decode_iq2_s(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 82) {
    const float scale = ink_load_f16(block);
    const uint8_t *low = block + 2, *signs = block + 34, *high = block + 66, *scales = block + 74;
    for (int i = 0; i < 32; i++, out += 8) {
      const unsigned nibble = (scales[i >> 2] >> (4 * ((i >> 1) & 1))) & 15;
      const float group_scale = scale * (0.5f + (float)nibble) * 0.25f;
      const unsigned index = low[i] | (((high[i >> 2] >> (2 * (i & 3))) & 3u) << 8);
      decode_eight(ink_grid_iq2_s[index], signs[i], group_scale, out);
    }
  }
}

// f16 scale, 64 grid bytes (four elements each), 8 words of 4 x 7 sign bits and 4 bits of scale.
void ink_decode_iq3_xxs(const uint8_t *block, float *out, size_t count) {
  static const float levels[8] = {4, 12, 20, 28, 36, 44, 52, 62};
  for (; count > 0; count--, block += 98) {
    const float scale = ink_load_f16(block);
    for (int group = 0; group < 8; group++) {
      const uint32_t word = ink_load_u32(block + 66 + 4 * group);
      const float group_scale = scale * (0.5f + (float)(word >> 28)) * 0.5f;
      for (int i = 0; i < 4; i++, out += 8) {
        const unsigned signs = even_signs((word >> (7 * i)) & 127);
        const uint16_t first = ink_grid_iq3_xxs[block[2 + 8 * group + 2 * i]];
        const uint16_t second = ink_grid_iq3_xxs[block[2 + 8 * group + 2 * i + 1]];
        for (int k = 0; k < 4; k++) {
          out[k] = with_sign(group_scale * levels[(first >> (3 * k)) & 7], signs, k);
          out[k + 4] = with_sign(group_scale * levels[(second >> (3 * k)) & 7], signs, k + 4);
        }
      }
    }
  }
}

// f16 scale, 64 low bytes of grid indices, 8 bytes of ninth bits, 32 bytes of signs, 8 nibbles of scale.
void ink_decode_iq3_s(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 110) {
    const float scale = ink_load_f16(block);
    const uint8_t *low = block + 2, *high = block + 66, *signs = block + 74, *scales = block + 106;
    for (int i = 0; i < 64; i++, out += 4) {
      const unsigned nibble = (scales[i >> 4] >> (4 * ((i >> 3) & 1))) & 15;
      const float group_scale = scale * (float)(1 + 2 * nibble);
      const unsigned index = low[i] | (((high[i >> 3] >> (i & 7)) & 1u) << 8);
      const uint16_t point = ink_grid_iq3_s[index];
      for (int k = 0; k < 4; k++) {
        const float level = (float)(2 * ((point >> (3 * k)) & 7) + 1);
        out[k] = with_sign(group_scale * level, signs[i >> 1], 4 * (i & 1) + k);
      }
    }
  }
}

// Eight elements of -1, 0, 1, moved by a fixed offset.
static inline void decode_shifted_ternary(uint16_t point, float scale, float offset, float *out) {
  for (int i = 0; i < 8; i++) out[i] = scale * ((float)((int)((point >> (2 * i)) & 3) - 1) + offset);
}

// f16 scale, 32 low bytes of grid indices, 8 words: 4 x 3 upper index bits, 3 bits of scale, sign of the offset.
void ink_decode_iq1_s(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 50) {
    const float scale = ink_load_f16(block);
    for (int i = 0; i < 32; i++, out += 8) {
      const uint16_t word = ink_load_u16(block + 34 + 2 * (i >> 2));
      const float group_scale = scale * (float)(2 * ((word >> 12) & 7) + 1);
      const unsigned index = block[2 + i] | (((word >> (3 * (i & 3))) & 7u) << 8);
      decode_shifted_ternary(ink_grid_iq1[index], group_scale, word & 0x8000 ? -0.125f : 0.125f, out);
    }
  }
}

// 32 low bytes of grid indices, 16 bytes of two nibbles (3 upper index bits, sign of the offset), 4 words of four
// 3-bit scales whose top nibbles are the four parts of the f16 scale.
void ink_decode_iq1_m(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 56) {
    const uint8_t *words = block + 48;
    unsigned scale_bits = 0;
    for (int i = 0; i < 4; i++) scale_bits |= (unsigned)(ink_load_u16(words + 2 * i) >> 12) << (4 * i);
    const float scale = ink_f16_bits_to_f32((uint16_t)scale_bits);
    for (int i = 0; i < 32; i++, out += 8) {
      const uint16_t word = ink_load_u16(words + 2 * (i >> 3));
      const float group_scale = scale * (float)(2 * ((word >> (3 * ((i >> 1) & 3))) & 7) + 1);
      const unsigned nibble = (block[32 + (i >> 1)] >> (4 * (i & 1))) & 15u;
      const unsigned index = block[i] | ((nibble & 7) << 8);
      decode_shifted_ternary(ink_grid_iq1[index], group_scale, nibble & 8 ? -0.125f : 0.125f, out);
    }
  }
}

static const int8_t curved_levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

static inline void decode_curved(const uint8_t *codes, float scale, float *out) {
  for (int i = 0; i < 16; i++) {
    out[i] = scale * (float)curved_levels[codes[i] & 15];
    out[i + 16] = scale * (float)curved_levels[codes[i] >> 4];
  }
}

// f16 scale, 16 bytes of nibbles as in Q4_0.
void ink_decode_iq4_nl(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 18, out += 32) decode_curved(block + 2, ink_load_f16(block), out);
}

// f16 scale, a word of upper scale bits, 4 bytes of lower scale nibbles (6-bit scales, offset 32), 8 x 16 bytes.
void ink_decode_iq4_xs(const uint8_t *block, float *out, size_t count) {
  for (; count > 0; count--, block += 136) {
    const float scale = ink_load_f16(block);
    const uint16_t upper = ink_load_u16(block + 2);
    for (int group = 0; group < 8; group++, out += 32) {
      const int low4 = (block[4 + (group >> 1)] >> (4 * (group & 1))) & 15;
      const int code = low4 | (((upper >> (2 * group)) & 3) << 4);
      decode_curved(block + 8 + 16 * group, scale * (float)(code - 32), out);
    }
  }
}
