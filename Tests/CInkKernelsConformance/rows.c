// Checks the row-wise kernels of every instruction set that this machine runs against the portable ones, bit for bit, at
// sizes that are multiples of nothing, and those against plain loops in double precision.

#include <math.h>
#include <string.h>

#include "conformance.h"
#include "ink_elementwise.h"

enum { LONGEST = 1008, ARRAYS = 6, ACTIVATIONS = 5 };

// What a kernel reads and writes: two rows an array.
typedef struct {
  float floats[ARRAYS][2 * LONGEST];
} operands;

static void fill(operands *o, uint64_t seed) {
  uint64_t state = seed;
  for (int array = 0; array < ARRAYS; array++)
    for (size_t i = 0; i < 2 * LONGEST; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      o->floats[array][i] = ((float)(state >> 40) / 8388608.0f - 1.0f) * (array == 0 ? 6.0f : 1.5f);
    }
}

typedef void (*run)(const ink_row_kernels *t, operands *o, size_t n);

static void run_norms(const ink_row_kernels *t, operands *o, size_t n) {
  t->rms_norm(o->floats[0], o->floats[1], 1e-6f, o->floats[2], n);
  t->layer_norm(o->floats[0], o->floats[1], o->floats[4], 1e-5f, o->floats[3], n);
  t->layer_norm(o->floats[0], o->floats[1], NULL, 1e-5f, o->floats[3] + LONGEST, n);
  o->floats[5][0] = t->rms_norm_gradient(o->floats[0], o->floats[1], o->floats[4], 1e-6f, o->floats[2] + LONGEST, n);
  t->layer_norm_gradient(o->floats[0], o->floats[1], o->floats[4], 1e-5f, o->floats[4] + LONGEST, o->floats[5] + 1, n);
}

static void run_activations(const ink_row_kernels *t, operands *o, size_t n) {
  for (int kind = 0; kind < ACTIVATIONS; kind++) {
    t->activate(kind, o->floats[0], o->floats[2], n);
    t->activate_gated(kind, o->floats[0], o->floats[1], o->floats[3], n);
    t->activate_gradient(kind, o->floats[0], o->floats[1], o->floats[4], n);
    t->gated_gradient(kind, o->floats[0], o->floats[1], o->floats[2], o->floats[5], o->floats[5] + LONGEST, n);
    // What was found goes into the next kind.
    t->add_scaled(o->floats[3], 0.25f, o->floats[1], n);
    t->add(o->floats[4], o->floats[5], o->floats[0], n);
  }
}

static void run_elements(const ink_row_kernels *t, operands *o, size_t n) {
  t->scale(o->floats[0], 0.3f, o->floats[2], n);
  t->soft_cap(o->floats[0], 2.5f, o->floats[3], n);
  t->soft_cap_gradient(o->floats[0], 2.5f, o->floats[1], o->floats[4], n);
  t->rotate_half(o->floats[0], o->floats[1], o->floats[2], o->floats[5], n);
  t->rotate_interleaved(o->floats[5], o->floats[1], o->floats[2], o->floats[0], n);
}

static void run_sums(const ink_row_kernels *t, operands *o, size_t n) {
  const float largest = t->maximum(o->floats[0], n);
  o->floats[5][0] = largest;
  o->floats[5][1] = t->dot(o->floats[0], o->floats[1], n);
  o->floats[5][2] = t->exp_sum(o->floats[0], largest, n);
  ink_row_sum sum = {o->floats[1], o->floats[2], o->floats[3], o->floats[3] + 2, 2, LONGEST, 1};
  t->add_rows(&sum, o->floats[4], n);
  sum.x = NULL;
  t->add_rows(&sum, o->floats[4], n);
}

// A tile whose first and last keys are out of sight, and one that is seen whole.
static void run_attention(const ink_row_kernels *t, operands *o, size_t n) {
  const size_t count = (n + 15) / 16 * 16;
  ink_attention_step step = {count, count / 5, count - count / 7, 0.2f, 1.5f, -0.01f, -(int64_t)n, o->floats[1]};
  ink_attention_state state = {-INFINITY, 0, 0};
  t->attention_step(&step, o->floats[0], &state);
  step = (ink_attention_step){count, 0, count, 0.3f, 0, 0, 0, NULL};
  t->attention_step(&step, o->floats[2], &state);
  memcpy(o->floats[5], &state, sizeof state);
}

static void run_attention_gradient(const ink_row_kernels *t, operands *o, size_t n) {
  const size_t count = (n + 15) / 16 * 16;
  const float numbers[] = {3.0f, 0.01f, 0.2f, 4.0f, 0.02f, -0.1f};
  const int32_t lower[] = {0, (int32_t)(count / 5)}, upper[] = {(int32_t)count, (int32_t)(count - count / 7)};
  const size_t places[] = {0, 1};
  ink_attention_gradient step = {.scores = o->floats[0], .gradients = o->floats[1], .rows = 2, .stride = count,
                                 .count = count, .numbers = numbers, .lower = lower, .upper = upper, .scale = 0.2f,
                                 .soft_cap = 1.5f, .slope = -0.01f, .distance = -(int64_t)n, .bias = o->floats[2],
                                 .bias_places = places, .bias_gradient = o->floats[3]};
  t->attention_gradient(&step);
  step = (ink_attention_gradient){.scores = o->floats[4], .gradients = o->floats[5], .rows = 1, .stride = count,
                                  .count = count, .numbers = numbers, .scale = 0.3f};
  t->attention_gradient(&step);
}

static double activation(int kind, double x) {
  switch (kind) {
    case INK_SILU: return x / (1 + exp(-x));
    case INK_GELU_TANH: return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
    case INK_GELU_ERF: return 0.5 * x * (1 + erf(x / sqrt(2)));
    case INK_RELU: return x > 0 ? x : 0;
    default: return x / (1 + exp(-1.702 * x));
  }
}

// What double precision finds of some of them.
static void check_values(const ink_row_kernels *t, operands *o, size_t n) {
  const float *x = o->floats[0], *weight = o->floats[1];
  float *out = o->floats[2];
  double sum = 0, squares = 0, product = 0;
  for (size_t i = 0; i < n; i++) sum += x[i], squares += (double)x[i] * x[i], product += (double)x[i] * weight[i];
  const double mean = sum / (double)n, length = sqrt(squares / (double)n + 1e-6);
  const double deviation = sqrt(fmax(squares / (double)n - mean * mean, 0) + 1e-5);
  expect(fabs(t->dot(x, weight, n) - product) <= 1e-6 * (1 + squares), t->name, "dot product", n, 0);
  t->rms_norm(x, weight, 1e-6f, out, n);
  for (size_t i = 0; i < n; i++)
    expect(fabs(out[i] - x[i] / length * weight[i]) <= 1e-5, t->name, "root mean square norm", n, i);
  t->layer_norm(x, weight, NULL, 1e-5f, out, n);
  for (size_t i = 0; i < n && n > 1; i++)
    expect(fabs(out[i] - (x[i] - mean) / deviation * weight[i]) <= 1e-4, t->name, "layer norm", n, i);
  for (int kind = 0; kind < ACTIVATIONS; kind++) {
    t->activate(kind, x, out, n);
    for (size_t i = 0; i < n; i++) expect(fabs(out[i] - activation(kind, x[i])) <= 4e-6, t->name, "activation", n, i);
  }
  memcpy(out, x, n * sizeof *out);
  const float total = t->exp_sum(out, 6, n);
  double wanted = 0;
  for (size_t i = 0; i < n; i++) wanted += exp((double)x[i] - 6);
  expect(fabs(total - wanted) <= 1e-6 * wanted, t->name, "sum of exponentials", n, 0);
}

void check_rows(void) {
  static const struct {
    const char *name;
    run run;
  } kernels[] = {{"norms", run_norms}, {"activations", run_activations}, {"elements", run_elements},
                 {"sums", run_sums}, {"attention", run_attention}, {"attention's gradient", run_attention_gradient}};
  static const size_t sizes[] = {1, 7, 15, 16, 17, 33, 64, 100, 576, 1003, LONGEST};
  static const char *const sets[] = {"portable", "avx2", "avx512", "neon"};
  const ink_row_kernels *reference = ink_row_kernels_named("portable");
  static operands expected, found;
  for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
    const ink_row_kernels *table = ink_row_kernels_named(sets[s]);
    if (!table) continue;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
      fill(&found, sizes[i]);
      check_values(table, &found, sizes[i]);
      for (size_t k = 0; k < sizeof kernels / sizeof kernels[0]; k++) {
        fill(&expected, sizes[i] + k);
        fill(&found, sizes[i] + k);
        kernels[k].run(reference, &expected, sizes[i]);
        kernels[k].run(table, &found, sizes[i]);
        expect(memcmp(&expected, &found, sizeof found) == 0, table->name, kernels[k].name, sizes[i], 0);
      }
    }
  }
}
