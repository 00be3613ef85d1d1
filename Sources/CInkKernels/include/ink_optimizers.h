// Updates of weights: what an optimizer does to each element, and the sums that some of them need.
//
// An element's result depends on that element alone, and every multiplication that feeds an addition is a fused one or
// is rounded by itself as written, so the result is the same on every instruction set and however the elements are cut.
// Sums run in sixteen lanes in double precision that are combined in a fixed tree.
#ifndef INK_OPTIMIZERS_H
#define INK_OPTIMIZERS_H

#include <stddef.h>
#include <stdint.h>

// What is done to a gradient before it is used: it is multiplied, then held within -limit ... limit.
typedef struct {
  float factor;
  float limit;
} ink_gradient_scale;

// Adam (Kingma and Ba, 2015) and AdamW (Loshchilov and Hutter, 2019).
typedef struct {
  ink_gradient_scale gradient;
  float beta1, weight1;  // of the first moment: what is kept, and 1 - beta1
  float beta2, weight2;  // of the second one
  float keep;            // weights are multiplied by it first: 1 - rate * decoupled decay
  float l2;              // times the weight is added to the gradient
  float rate;            // the learning rate over the first moment's bias correction
  float root_scale;      // 1 / sqrt of the second moment's bias correction
  float epsilon;
} ink_adam_step;

// Lion (Chen et al., 2023).
typedef struct {
  ink_gradient_scale gradient;
  float beta1, weight1;  // of the direction
  float beta2, weight2;  // of the moment
  float keep;
  float rate;
} ink_lion_step;

// Stochastic gradient descent with momentum. The direction is own * gradient + kept * buffer: 0 and 1 for the plain
// form, 1 and the momentum for Nesterov's.
typedef struct {
  ink_gradient_scale gradient;
  float l2;
  float momentum;
  float own, kept;
  float rate;
} ink_momentum_step;

// Adagrad (Duchi et al., 2011) and RMSprop (Hinton, 2012): sums = beta * sums + weight * gradient^2.
typedef struct {
  ink_gradient_scale gradient;
  float l2;
  float beta, weight;
  float epsilon;
  float momentum;  // of the direction; used with a buffer only
  float rate;
} ink_root_step;

// Adafactor (Shazeer and Stern, 2018): the update is factor * factors[i] * gradient * rate.
typedef struct {
  ink_gradient_scale gradient;
  float beta1, weight1;  // used with a moment only
  float keep;
  float rate;
} ink_factored_step;

// Muon's momentum (Jordan et al., 2024): buffer += weight * (gradient - buffer); the direction is gradient + lead *
// (buffer
// - gradient).
typedef struct {
  ink_gradient_scale gradient;
  float weight;
  float lead;
} ink_lead_step;

enum {
  // Cells of magnitudes for which a code map knows the lowest level that may be nearest: seven bits of mantissa from
  // 2^-24 to 1. A cell meets one border between levels at most.
  INK_CODE_FIRST_CELL = 103 << 7,
  INK_CODE_CELLS = 24 * 128 + 1,
  // Elements of a block at most, a multiple of 16.
  INK_CODE_BLOCK = 2048,
};

// 256 levels in rising order, each the number that a byte stands for.
typedef struct {
  const float *levels;
  const float *borders;   // borders[i] lies midway between level i and the next; the last is infinite
  const uint8_t *lowest;  // [2][INK_CODE_CELLS]: for positive numbers, then for negative ones
} ink_code_map;

// The two moments of a block of weights in 8 bits (Dettmers et al., 2022): codes, and the largest magnitude that they
// are multiplied by.
typedef struct {
  const ink_code_map *first_map;
  const ink_code_map *second_map;
  uint8_t *first;
  uint8_t *second;
  float *first_scale;
  float *second_scale;
} ink_coded_moments;

// One instruction set's updates. Arrays have n elements and do not overlap.
typedef struct {
  const char *name;
  void (*adam)(const ink_adam_step *step, float *weights, const float *gradient, float *first, float *second, size_t n);
  // One block: n is at most INK_CODE_BLOCK.
  void (*adam_coded)(const ink_adam_step *step, float *weights, const float *gradient, const ink_coded_moments *moments,
                     size_t n);
  void (*lion)(const ink_lion_step *step, float *weights, const float *gradient, float *moment, size_t n);
  // weights -= rate * (gradient + l2 * weights)
  void (*descend)(const ink_momentum_step *step, float *weights, const float *gradient, size_t n);
  void (*momentum)(const ink_momentum_step *step, float *weights, const float *gradient, float *buffer, size_t n);
  // The buffer of the direction may be NULL for none.
  void (*root)(const ink_root_step *step, float *weights, const float *gradient, float *sums, float *buffer, size_t n);
  // sums[i] += gradient[i]^2
  void (*add_squares)(ink_gradient_scale scale, const float *gradient, double *sums, size_t n);
  // The sum of (factor * factors[i] * gradient[i])^2; factors may be NULL for one.
  double (*squared_sum)(ink_gradient_scale scale, float factor, const float *factors, const float *gradient, size_t n);
  // second = beta * second + weight * (gradient^2 + epsilon); factors = 1 / sqrt(second)
  void (*inverse_root)(const ink_root_step *step, const float *gradient, float *second, float *factors, size_t n);
  // The moment may be NULL for none.
  void (*factored)(const ink_factored_step *step, float factor, const float *factors, float *weights,
                   const float *gradient, float *moment, size_t n);
  void (*lead)(const ink_lead_step *step, const float *gradient, float *buffer, float *direction, size_t n);
  // weights = keep * weights - rate * direction
  void (*follow)(float keep, float rate, float *weights, const float *direction, size_t n);
  // average += weight * (values - average)
  void (*average)(float weight, const float *values, float *average, size_t n);
} ink_optimizer_kernels;

// The updates of one instruction set by name: "portable", "avx2", "avx512", "neon". NULL if this machine or this build
// does not have it.
const ink_optimizer_kernels *ink_optimizer_kernels_named(const char *name);

#endif
