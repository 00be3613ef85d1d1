// Encoders of the K types: 256 elements a block. Each group of 16 or 32 elements gets the grid that fits it best; the
// steps and lowest values of the groups are rounded to small whole numbers of a common scale, and codes are chosen on
// the grids that are left. Layouts are described beside the decoders in kquants.c.
#include "families.h"
#include "grid_fit.h"

enum { BLOCK = 256 };

static inline void store_half(uint8_t *address, float value) {
  const uint16_t bits = ink_f32_to_f16_bits(value);
  memcpy(address, &bits, sizeof bits);
}

static inline float rounded_to_half(float value) { return ink_f16_bits_to_f32(ink_f32_to_f16_bits(value)); }

static inline float inverse_of(float value) { return value == 0 ? 0 : 1.0f / value; }

// Codes of one block, and what its groups multiply the block's scales with.
struct coded_block {
  float scale, minimum_scale;
  float scales[16], minima[16];
  float codes[BLOCK];
};

// MARK: Grids with a minimum

// How a type divides a block: groups of `size` elements, codes to `last`, scales and minima to `most`.
struct minimum_form {
  int size, last, most;
};

// Chooses codes of a group for a scale and a minimum; the error that is left.
static float code_group(const float *values, struct minimum_form form, float step, float lowest, float *codes) {
  grid_codes(values, form.size, inverse_of(step), lowest, 0, (float)form.last, codes);
  return grid_error(values, codes, form.size, step, lowest);
}

// Tries the whole numbers beside the rounded scale and minimum of a group.
static float settle_group(const float *values, struct minimum_form form, struct coded_block *block, int group,
                          float scale, float minimum) {
  float trial[GRID_MAXIMUM], best = -1;
  float *codes = block->codes + group * form.size;
  for (int up = -1; up <= 1; up++) {
    for (int down = -1; down <= 1; down++) {
      const float a = scale + (float)up, b = minimum + (float)down;
      if (a < 0 || a > (float)form.most || b < 0 || b > (float)form.most) continue;
      const float error = code_group(values, form, block->scale * a, -(block->minimum_scale * b), trial);
      if (best >= 0 && !(error < best)) continue;
      best = error;
      block->scales[group] = a;
      block->minima[group] = b;
      memcpy(codes, trial, sizeof(float) * (size_t)form.size);
    }
  }
  return best;
}

// The two scales that are best for given codes: least squares over the whole block.
static void refit_scales(const float *values, struct minimum_form form, const struct coded_block *block, float *scale,
                         float *minimum_scale) {
  double aa = 0, ab = 0, bb = 0, ax = 0, bx = 0;
  for (int group = 0; group < BLOCK / form.size; group++) {
    float q = 0, qq = 0, qx = 0, x = 0;
    for (int i = 0; i < form.size; i++) {
      const float code = block->codes[group * form.size + i], value = values[group * form.size + i];
      q += code;
      qq += code * code;
      qx += code * value;
      x += value;
    }
    const double a = block->scales[group], b = -block->minima[group];
    aa += a * a * qq;
    ab += a * b * q;
    bb += b * b * form.size;
    ax += a * qx;
    bx += b * x;
  }
  const double spread = aa * bb - ab * ab;
  if (spread > 1e-12 * aa * bb) {
    *scale = (float)((ax * bb - bx * ab) / spread);
    *minimum_scale = (float)((bx * aa - ax * ab) / spread);
  } else if (aa > 0) {
    *scale = (float)(ax / aa);
    *minimum_scale = 0;
  }
}

static float settle_block(const float *values, struct minimum_form form, const struct grid *grids,
                          struct coded_block *block) {
  float error = 0;
  for (int group = 0; group < BLOCK / form.size; group++) {
    const float scale = grid_code_near(grids[group].step * inverse_of(block->scale), 0, (float)form.most);
    const float minimum = grid_code_near(-grids[group].lowest * inverse_of(block->minimum_scale), 0, (float)form.most);
    error += settle_group(values + group * form.size, form, block, group, scale, minimum);
  }
  return error;
}

static void code_with_minimum(const float *values, struct minimum_form form, struct coded_block *best) {
  struct grid grids[16];
  float steps = 0, depths = 0;
  for (int group = 0; group < BLOCK / form.size; group++) {
    grids[group] = ink_fit_grid_with_minimum(values + group * form.size, form.size, form.last);
    if (grids[group].step > steps) steps = grids[group].step;
    if (-grids[group].lowest > depths) depths = -grids[group].lowest;
  }
  best->scale = rounded_to_half(steps / (float)form.most);
  best->minimum_scale = rounded_to_half(depths / (float)form.most);
  float least = settle_block(values, form, grids, best);
  for (int turn = 0; turn < 2; turn++) {
    float scale = best->scale, minimum_scale = best->minimum_scale;
    refit_scales(values, form, best, &scale, &minimum_scale);
    struct coded_block trial;
    trial.scale = rounded_to_half(scale > 0 ? scale : 0);
    trial.minimum_scale = rounded_to_half(minimum_scale > 0 ? minimum_scale : 0);
    const float error = settle_block(values, form, grids, &trial);
    if (!(error < least)) break;
    least = error;
    *best = trial;
  }
}

// 6-bit scales and minima of eight groups in 12 bytes.
static void store_scales_and_minima(const struct coded_block *block, uint8_t *out) {
  for (int group = 0; group < 4; group++) {
    const int scale = (int)block->scales[group], minimum = (int)block->minima[group];
    const int later_scale = (int)block->scales[group + 4], later_minimum = (int)block->minima[group + 4];
    out[group] = (uint8_t)(scale | (later_scale >> 4) << 6);
    out[group + 4] = (uint8_t)(minimum | (later_minimum >> 4) << 6);
    out[group + 8] = (uint8_t)((later_scale & 15) | (later_minimum & 15) << 4);
  }
}

void ink_encode_q2_k(const float *values, uint8_t *out, size_t count) {
  const struct minimum_form form = {16, 3, 15};
  struct coded_block block;
  for (; count > 0; count--, values += BLOCK, out += 84) {
    code_with_minimum(values, form, &block);
    for (int group = 0; group < 16; group++) {
      out[group] = (uint8_t)((int)block.scales[group] | (int)block.minima[group] << 4);
    }
    for (int i = 0; i < 64; i++) {
      const float *first = block.codes + 128 * (i / 32) + i % 32;
      out[16 + i] = (uint8_t)((int)first[0] | (int)first[32] << 2 | (int)first[64] << 4 | (int)first[96] << 6);
    }
    store_half(out + 80, block.scale);
    store_half(out + 82, block.minimum_scale);
  }
}

void ink_encode_q4_k(const float *values, uint8_t *out, size_t count) {
  const struct minimum_form form = {32, 15, 63};
  struct coded_block block;
  for (; count > 0; count--, values += BLOCK, out += 144) {
    code_with_minimum(values, form, &block);
    store_half(out, block.scale);
    store_half(out + 2, block.minimum_scale);
    store_scales_and_minima(&block, out + 4);
    for (int i = 0; i < 128; i++) {
      const float *first = block.codes + 64 * (i / 32) + i % 32;
      out[16 + i] = (uint8_t)((int)first[0] | (int)first[32] << 4);
    }
  }
}

void ink_encode_q5_k(const float *values, uint8_t *out, size_t count) {
  const struct minimum_form form = {32, 31, 63};
  struct coded_block block;
  for (; count > 0; count--, values += BLOCK, out += 176) {
    code_with_minimum(values, form, &block);
    store_half(out, block.scale);
    store_half(out + 2, block.minimum_scale);
    store_scales_and_minima(&block, out + 4);
    for (int i = 0; i < 32; i++) {
      int high = 0;
      for (int group = 0; group < 8; group++) high |= ((int)block.codes[32 * group + i] >> 4) << group;
      out[16 + i] = (uint8_t)high;
    }
    for (int i = 0; i < 128; i++) {
      const float *first = block.codes + 64 * (i / 32) + i % 32;
      out[48 + i] = (uint8_t)(((int)first[0] & 15) | ((int)first[32] & 15) << 4);
    }
  }
}

// MARK: Grids through zero

// Sixteen groups of 16 elements: codes -half...half - 1, scales -reach...reach - 1.
struct centred_form {
  int half, reach;
};

static float settle_centred(const float *values, struct centred_form form, const float *steps,
                            struct coded_block *block) {
  const float low = (float)-form.half, high = (float)(form.half - 1);
  float error = 0, trial[16];
  for (int group = 0; group < 16; group++) {
    const float *part = values + 16 * group;
    const float middle = steps[group] * inverse_of(block->scale);
    float best = -1;
    for (int aside = -1; aside <= 1; aside++) {
      const float scale = grid_code_near(middle + (float)aside, (float)-form.reach, (float)(form.reach - 1));
      const float step = block->scale * scale;
      grid_codes(part, 16, inverse_of(step), 0, low, high, trial);
      const float left = grid_error(part, trial, 16, step, 0);
      if (best >= 0 && !(left < best)) continue;
      best = left;
      block->scales[group] = scale;
      memcpy(block->codes + 16 * group, trial, sizeof trial);
    }
    error += best;
  }
  return error;
}

// The scale that is best for given codes.
static float refit_centred(const float *values, const struct coded_block *block) {
  double aa = 0, ax = 0;
  for (int group = 0; group < 16; group++) {
    float qq = 0, qx = 0;
    for (int i = 16 * group; i < 16 * group + 16; i++) {
      qq += block->codes[i] * block->codes[i];
      qx += block->codes[i] * values[i];
    }
    aa += (double)block->scales[group] * block->scales[group] * qq;
    ax += (double)block->scales[group] * qx;
  }
  return aa > 0 ? (float)(ax / aa) : 0;
}

static void code_centred(const float *values, struct centred_form form, struct coded_block *best) {
  float steps[16], extreme = 0;
  for (int group = 0; group < 16; group++) {
    steps[group] = ink_fit_grid_through_zero(values + 16 * group, 16, form.half);
    if (grid_magnitude(steps[group]) > grid_magnitude(extreme)) extreme = steps[group];
  }
  // Scales reach further down than up.
  best->scale = rounded_to_half(extreme / (float)-form.reach);
  float least = settle_centred(values, form, steps, best);
  for (int turn = 0; turn < 2; turn++) {
    struct coded_block trial;
    trial.scale = rounded_to_half(refit_centred(values, best));
    const float error = settle_centred(values, form, steps, &trial);
    if (!(error < least)) break;
    least = error;
    *best = trial;
  }
}

void ink_encode_q3_k(const float *values, uint8_t *out, size_t count) {
  const struct centred_form form = {4, 32};
  struct coded_block block;
  for (; count > 0; count--, values += BLOCK, out += 110) {
    code_centred(values, form, &block);
    memset(out, 0, 110);
    for (int i = 0; i < BLOCK; i++) {
      const int half = i / 128, plane = i % 128 / 32, index = i % 32, code = (int)block.codes[i] + 4;
      out[index] |= (uint8_t)((code >> 2) << (4 * half + plane));
      out[32 + 32 * half + index] |= (uint8_t)((code & 3) << (2 * plane));
    }
    for (int group = 0; group < 16; group++) {
      const int scale = (int)block.scales[group] + 32;
      out[96 + group % 8] |= (uint8_t)((scale & 15) << (group < 8 ? 0 : 4));
      out[104 + group % 4] |= (uint8_t)((scale >> 4) << (2 * (group / 4)));
    }
    store_half(out + 108, block.scale);
  }
}

void ink_encode_q6_k(const float *values, uint8_t *out, size_t count) {
  const struct centred_form form = {32, 128};
  struct coded_block block;
  for (; count > 0; count--, values += BLOCK, out += 210) {
    code_centred(values, form, &block);
    memset(out, 0, 192);
    for (int i = 0; i < BLOCK; i++) {
      const int half = i / 128, plane = i % 128 / 32, index = i % 32, code = (int)block.codes[i] + 32;
      out[64 * half + 32 * (plane & 1) + index] |= (uint8_t)((code & 15) << (plane < 2 ? 0 : 4));
      out[128 + 32 * half + index] |= (uint8_t)((code >> 4) << (2 * plane));
    }
    for (int group = 0; group < 16; group++) out[192 + group] = (uint8_t)(int8_t)block.scales[group];
    store_half(out + 208, block.scale);
  }
}
