// Transposes tiles of 8-bit, 16-bit and 32-bit elements in registers: 16 by 16, 8 by 8 and 4 by 4 at a time, with
// vectors of 16 bytes, which every instruction set has. What is left at the edges is moved one by one.

#include <string.h>

#include "../include/ink_kernels.h"

typedef int8_t ink_byte16 __attribute__((vector_size(16)));
typedef uint16_t ink_half8 __attribute__((vector_size(16)));
typedef uint32_t ink_word4 __attribute__((vector_size(16)));

#define INK_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define INK_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)

// One round of the perfect shuffle of sixteen vectors; four of them transpose.
static inline void ink_shuffle_bytes(const ink_byte16 from[16], ink_byte16 to[16]) {
  for (int i = 0; i < 8; i++) {
    to[2 * i] = __builtin_shufflevector(from[i], from[i + 8], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    to[2 * i + 1] =
        __builtin_shufflevector(from[i], from[i + 8], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  }
}

// One round of the perfect shuffle of eight vectors; three of them transpose.
static inline void ink_shuffle_halves(const ink_half8 from[8], ink_half8 to[8]) {
  for (int i = 0; i < 4; i++) {
    to[2 * i] = INK_LOW(from[i], from[i + 4]);
    to[2 * i + 1] = INK_HIGH(from[i], from[i + 4]);
  }
}

static inline void ink_shuffle_words(const ink_word4 from[4], ink_word4 to[4]) {
  for (int i = 0; i < 2; i++) {
    to[2 * i] = __builtin_shufflevector(from[i], from[i + 2], 0, 4, 1, 5);
    to[2 * i + 1] = __builtin_shufflevector(from[i], from[i + 2], 2, 6, 3, 7);
  }
}

void ink_byte_transpose(const int8_t *rows, size_t row_stride, size_t row_count, size_t count, int8_t *out,
                        size_t out_stride) {
  const size_t whole_rows = row_count / 16 * 16, whole_count = count / 16 * 16;
  for (size_t k = 0; k < whole_count; k += 16) {
    for (size_t row = 0; row < whole_rows; row += 16) {
      ink_byte16 a[16], b[16];
      for (size_t i = 0; i < 16; i++) memcpy(&a[i], rows + (row + i) * row_stride + k, sizeof a[i]);
      ink_shuffle_bytes(a, b);
      ink_shuffle_bytes(b, a);
      ink_shuffle_bytes(a, b);
      ink_shuffle_bytes(b, a);
      for (size_t i = 0; i < 16; i++) memcpy(out + (k + i) * out_stride + row, &a[i], sizeof a[i]);
    }
  }
  for (size_t row = 0; row < row_count; row++)
    for (size_t k = row < whole_rows ? whole_count : 0; k < count; k++)
      out[k * out_stride + row] = rows[row * row_stride + k];
}

void ink_half_transpose(const uint16_t *rows, size_t row_stride, size_t row_count, size_t count, uint16_t *out,
                        size_t out_stride) {
  const size_t whole_rows = row_count / 8 * 8, whole_count = count / 8 * 8;
  for (size_t k = 0; k < whole_count; k += 8) {
    for (size_t row = 0; row < whole_rows; row += 8) {
      ink_half8 a[8], b[8];
      for (size_t i = 0; i < 8; i++) memcpy(&a[i], rows + (row + i) * row_stride + k, sizeof a[i]);
      ink_shuffle_halves(a, b);
      ink_shuffle_halves(b, a);
      ink_shuffle_halves(a, b);
      for (size_t i = 0; i < 8; i++) memcpy(out + (k + i) * out_stride + row, &b[i], sizeof b[i]);
    }
  }
  for (size_t row = 0; row < row_count; row++)
    for (size_t k = row < whole_rows ? whole_count : 0; k < count; k++)
      out[k * out_stride + row] = rows[row * row_stride + k];
}

void ink_float_transpose(const float *rows, size_t row_stride, size_t row_count, size_t count, float *out,
                         size_t out_stride) {
  const size_t whole_rows = row_count / 4 * 4, whole_count = count / 4 * 4;
  for (size_t k = 0; k < whole_count; k += 4) {
    for (size_t row = 0; row < whole_rows; row += 4) {
      ink_word4 a[4], b[4];
      for (size_t i = 0; i < 4; i++) memcpy(&a[i], rows + (row + i) * row_stride + k, sizeof a[i]);
      ink_shuffle_words(a, b);
      ink_shuffle_words(b, a);
      for (size_t i = 0; i < 4; i++) memcpy(out + (k + i) * out_stride + row, &a[i], sizeof a[i]);
    }
  }
  for (size_t row = 0; row < row_count; row++)
    for (size_t k = row < whole_rows ? whole_count : 0; k < count; k++)
      out[k * out_stride + row] = rows[row * row_stride + k];
}
