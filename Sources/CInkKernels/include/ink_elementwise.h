// Row-wise and element-wise kernels: norms, activations, softmax pieces, rotary positions.
//
// Every reduction over a row runs in sixteen lanes (lane i takes elements i, i+16, i+32, ...) that are combined in a
// fixed tree, and every multiplication that feeds an addition is a fused one, so the result is the same on every
// instruction set, and the same whoever calls.
#ifndef INK_ELEMENTWISE_H
#define INK_ELEMENTWISE_H

#include <stddef.h>
#include <stdint.h>

// Tells the processor that a loop waits for another thread.
static inline void ink_spin_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// Asks for memory that is read soon.
static inline void ink_prefetch(const void *address, size_t bytes) {
  const char *line = (const char *)address;
  for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch(line + offset);
}

// How a feed-forward activation bends its input.
typedef enum {
  INK_SILU = 0,       // x / (1 + exp(-x))
  INK_GELU_TANH = 1,  // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
  INK_GELU_ERF = 2,   // 0.5 x (1 + erf(x / sqrt 2))
  INK_RELU = 3,       // max(x, 0)
  INK_QUICK_GELU = 4,  // x / (1 + exp(-1.702 x))
} ink_activation;

// One query row against one tile of keys, in the online form of softmax (Milakov and Gimelshein, 2018).
typedef struct {
  size_t count;         // scores in the tile, a multiple of 16
  size_t lower, upper;  // the visible ones; the others get no weight
  float scale;          // multiplies the dot products
  float soft_cap;       // cap * tanh(score / cap), or 0 for none
  float slope;          // ALiBi: slope * (key position - query position), or 0 for none
  int64_t distance;     // position of the tile's first key minus that of the query
  const float *bias;    // added to the scores, one a key of the tile, or NULL for none
} ink_attention_step;

// What a row carries from tile to tile.
typedef struct {
  float largest;     // of all scores so far; starts at -inf
  float sum;         // of exp(score - largest); starts at 0
  float correction;  // out: what earlier sums have to be multiplied with
} ink_attention_state;

// Sums over rows for the gradient of a vector that all rows share: out[i] += gradient[row][i] * (x[row][i] - means[row])
// * factors[row], one chain over the rows in order. Without x it is the sum of gradients.
typedef struct {
  const float *gradient;
  const float *x;        // or NULL
  const float *means;    // or NULL for zero
  const float *factors;  // or NULL for one
  size_t rows;
  size_t stride;         // floats between one row and the next
  size_t number_stride;  // between the mean and factor of one row and those of the next
} ink_row_sum;

// Some query rows of a head against one tile of keys, on the way back (Dao, 2023, "FlashAttention-2").
typedef struct {
  float *scores;         // in: dot products of queries and keys, [rows][stride]; out: weights
  float *gradients;      // in: dot products of the result's gradient and the values; out: the gradient of `scores`
  size_t rows, stride;
  size_t count;          // keys that are looked at, a multiple of 16
  const float *numbers;  // [rows][3]: the largest score, 1 / the sum of exp(score - largest), gradient dot result
  const int32_t *lower;  // the visible keys of each row, from lower[row] up to upper[row]; NULL where all are
  const int32_t *upper;
  float scale;           // as in ink_attention_step
  float soft_cap;
  float slope;
  int64_t distance;      // position of the tile's first key minus that of the first row
  const float *bias;           // what is added to the scores: that of a row's first key is at bias_places[row]
  const size_t *bias_places;   // or NULL for none
  float *bias_gradient;        // gets the gradients of the biases added at the same places, or NULL
} ink_attention_gradient;

// One instruction set's row-wise kernels. `n` counts elements of one row; rows never share a reduction.
typedef struct {
  const char *name;
  // out = x * weight / sqrt(mean(x^2) + epsilon); out may be x
  void (*rms_norm)(const float *x, const float *weight, float epsilon, float *out, size_t n);
  // out = (x - mean) / sqrt(variance + epsilon) * weight + bias; bias may be NULL
  void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *out, size_t n);
  // out = activation(x)
  void (*activate)(ink_activation kind, const float *x, float *out, size_t n);
  // out = activation(gate) * up
  void (*activate_gated)(ink_activation kind, const float *gate, const float *up, float *out, size_t n);
  // out = a + b
  void (*add)(const float *a, const float *b, float *out, size_t n);
  // out = x * factor
  void (*scale)(const float *x, float factor, float *out, size_t n);
  // out = cap * tanh(x / cap)
  void (*soft_cap)(const float *x, float cap, float *out, size_t n);
  // Rotates pairs (x[i], x[i + half]) by the angles whose cosines and sines are given; out may be x.
  void (*rotate_half)(const float *x, const float *cosine, const float *sine, float *out, size_t half);
  // Rotates pairs (x[2i], x[2i + 1]).
  void (*rotate_interleaved)(const float *x, const float *cosine, const float *sine, float *out, size_t half);
  // The largest of n elements; -inf for none.
  float (*maximum)(const float *x, size_t n);
  // x = exp(x - shift) in place; returns the sum.
  float (*exp_sum)(float *x, float shift, size_t n);
  // Dot products in, weights exp(score - largest) out; at least one key of the tile must be visible.
  void (*attention_step)(const ink_attention_step *step, float *scores, ink_attention_state *state);
  // The sum of products.
  float (*dot)(const float *a, const float *b, size_t n);
  // out += factor * x
  void (*add_scaled)(const float *x, float factor, float *out, size_t n);
  // The gradient of x, given that of rms_norm's result; returns 1 / sqrt(mean(x^2) + epsilon).
  float (*rms_norm_gradient)(const float *x, const float *weight, const float *gradient, float epsilon, float *out,
                             size_t n);
  // The same for layer_norm; stores the mean and 1 / sqrt(variance + epsilon).
  void (*layer_norm_gradient)(const float *x, const float *weight, const float *gradient, float epsilon, float *out,
                              float *mean_and_factor, size_t n);
  // out[i] += the sum that is described, for n columns.
  void (*add_rows)(const ink_row_sum *sum, float *out, size_t n);
  // out = gradient * activation'(x)
  void (*activate_gradient)(ink_activation kind, const float *x, const float *gradient, float *out, size_t n);
  // The gradients of gate and up, given that of activate_gated's result.
  void (*gated_gradient)(ink_activation kind, const float *gate, const float *up, const float *gradient,
                         float *gate_out, float *up_out, size_t n);
  // out = gradient * (1 - tanh(x / cap)^2)
  void (*soft_cap_gradient)(const float *x, float cap, const float *gradient, float *out, size_t n);
  // Dot products in, weights and gradients out.
  void (*attention_gradient)(const ink_attention_gradient *step);
} ink_row_kernels;

// The row-wise kernels of the best instruction set of this machine, and those of one by name (NULL if this machine
// or this build does not have it): "portable", "avx2", "avx512", "neon".
const ink_row_kernels *ink_row_kernels_best(void);
const ink_row_kernels *ink_row_kernels_named(const char *name);

#endif
