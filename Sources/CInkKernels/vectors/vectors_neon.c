// Searches of vectors for 64-bit ARM.
#include "ink_vectors.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#pragma clang fp contract(off)

// Two products of codes fit 16 bits: 2 * 127 * 127 < 32768.
static inline __attribute__((always_inline)) void code_sums_neon(const uint8_t *const *row, const int8_t *query,
                                                                 int32_t query_sum, size_t width, int32_t *sums) {
  (void)query_sum;
  const uint8x16_t bias = vdupq_n_u8(0x80);
  int32x4_t total[4] = {vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)};
  for (size_t k = 0; k < width; k += 16) {
    const int8x16_t x = vld1q_s8(query + k);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      const int8x16_t r = vreinterpretq_s8_u8(veorq_u8(vld1q_u8(row[i] + k), bias));
      const int16x8_t products = vmlal_high_s8(vmull_s8(vget_low_s8(r), vget_low_s8(x)), r, x);
      total[i] = vpadalq_s16(total[i], products);
    }
  }
  for (int i = 0; i < 4; i++) sums[i] = vaddvq_s32(total[i]);
}

#define INK_SET neon
#define INK_QUERY_TILE 1
#include "vectors_table.inc.h"
#endif
