// Checks the updates of optimizers of every instruction set that this machine runs against the portable ones, bit for
// bit, at sizes that are multiples of nothing, and their sums against plain loops in double precision.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "ink_optimizers.h"

enum { LONGEST = 1003, ARRAYS = 4 };

// What an update reads and changes.
typedef struct {
  float floats[ARRAYS][LONGEST];
  double doubles[LONGEST];
  uint8_t codes[2][LONGEST];
  float scales[2];
} operands;

static void fill(operands *o, uint64_t seed) {
  uint64_t state = seed;
  for (int array = 0; array < ARRAYS; array++)
    for (size_t i = 0; i < LONGEST; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      const float x = (float)(state >> 40) / 8388608.0f - 1.0f;
      // The last array holds second moments.
      o->floats[array][i] = array == ARRAYS - 1 ? x * x : x;
      o->doubles[i] = x;
      o->codes[0][i] = (uint8_t)(state >> 33);
      o->codes[1][i] = (uint8_t)(state >> 25);
    }
  o->scales[0] = 0.7f;
  o->scales[1] = 0.3f;
}

// Levels in equal steps: their cells are found by trying.
static float levels[256], borders[256];
static uint8_t lowest[2 * INK_CODE_CELLS];

static ink_code_map code_map(void) {
  for (int i = 0; i < 256; i++) levels[i] = ((float)i - 127.5f) / 127.5f;
  for (int i = 0; i < 255; i++) borders[i] = (levels[i] + levels[i + 1]) / 2;
  borders[255] = INFINITY;
  for (int negative = 0; negative < 2; negative++)
    for (uint32_t cell = 0; cell < INK_CODE_CELLS; cell++) {
      const uint32_t bits = (INK_CODE_FIRST_CELL + cell + (negative ? 1 : 0)) << 16;
      float x;
      memcpy(&x, &bits, sizeof x);
      if (cell == 0 && !negative) x = 0;
      int code = 0;
      while (code < 255 && (negative ? -x : x) > borders[code]) code++;
      lowest[negative * INK_CODE_CELLS + (int)cell] = (uint8_t)code;
    }
  return (ink_code_map){levels, borders, lowest};
}

typedef void (*update)(const ink_optimizer_kernels *table, operands *o, size_t n);

static const ink_gradient_scale scale = {0.75f, 0.5f};

static ink_adam_step adam_step(void) {
  return (ink_adam_step){scale, 0.9f, 0.1f, 0.95f, 0.05f, 0.99f, 0.01f, 0.02f, 1.5f, 1e-8f};
}

static void run_adam(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_adam_step step = adam_step();
  t->adam(&step, o->floats[0], o->floats[1], o->floats[2], o->floats[3], n);
}

static void run_coded(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_adam_step step = adam_step();
  const ink_code_map map = code_map();
  const ink_coded_moments moments = {&map, &map, o->codes[0], o->codes[1], &o->scales[0], &o->scales[1]};
  for (size_t i = 0; i < n; i++) o->codes[1][i] |= 128;
  t->adam_coded(&step, o->floats[0], o->floats[1], &moments, n);
}

static void run_lion(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_lion_step step = {scale, 0.9f, 0.1f, 0.99f, 0.01f, 0.999f, 0.01f};
  t->lion(&step, o->floats[0], o->floats[1], o->floats[2], n);
}

static void run_momentum(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_momentum_step step = {scale, 0.1f, 0.9f, 1.0f, 0.9f, 0.05f};
  t->descend(&step, o->floats[0], o->floats[1], n);
  t->momentum(&step, o->floats[0], o->floats[1], o->floats[2], n);
}

static void run_root(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_root_step step = {scale, 0.1f, 0.99f, 0.01f, 1e-8f, 0.9f, 0.05f};
  t->root(&step, o->floats[0], o->floats[1], o->floats[3], NULL, n);
  t->root(&step, o->floats[0], o->floats[1], o->floats[3], o->floats[2], n);
}

static void run_factored(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_root_step root = {scale, 0, 0.9f, 0.1f, 1e-30f, 0, 0};
  const ink_factored_step step = {scale, 0.9f, 0.1f, 0.999f, 0.05f};
  float factors[LONGEST] = {0};
  t->inverse_root(&root, o->floats[1], o->floats[3], factors, n);
  t->add_squares(scale, o->floats[1], o->doubles, n);
  o->doubles[0] = t->squared_sum(scale, 0.3f, factors, o->floats[1], n);
  t->factored(&step, 0.3f, factors, o->floats[0], o->floats[1], NULL, n);
  t->factored(&step, 0.3f, factors, o->floats[0], o->floats[1], o->floats[2], n);
}

static void run_lead(const ink_optimizer_kernels *t, operands *o, size_t n) {
  const ink_lead_step step = {scale, 0.05f, 0.95f};
  t->lead(&step, o->floats[1], o->floats[2], o->floats[3], n);
  t->follow(0.99f, 0.01f, o->floats[0], o->floats[3], n);
  t->average(0.01f, o->floats[0], o->floats[2], n);
}

static void check_sum(const ink_optimizer_kernels *t, const operands *o, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)o->floats[0][i] * o->floats[0][i];
  const double found = t->squared_sum((ink_gradient_scale){1, INFINITY}, 1, NULL, o->floats[0], n);
  expect(fabs(found - sum) <= 1e-12 * sum, t->name, "sum of squares", n, 0);
}

void check_optimizers(void) {
  static const struct {
    const char *name;
    update run;
  } updates[] = {{"adam", run_adam}, {"8-bit adam", run_coded}, {"lion", run_lion}, {"momentum", run_momentum},
                 {"root", run_root}, {"factored", run_factored}, {"lead", run_lead}};
  static const size_t sizes[] = {1, 7, 15, 16, 17, 33, 100, 576, 1000, LONGEST};
  static const char *const sets[] = {"portable", "avx2", "avx512", "neon"};
  const ink_optimizer_kernels *reference = ink_optimizer_kernels_named("portable");
  static operands expected, found;
  for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++) {
    const ink_optimizer_kernels *table = ink_optimizer_kernels_named(sets[s]);
    if (!table) continue;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
      for (size_t u = 0; u < sizeof updates / sizeof updates[0]; u++) {
        fill(&expected, sizes[i]);
        fill(&found, sizes[i]);
        check_sum(table, &found, sizes[i]);
        for (int step = 0; step < 3; step++) {
          updates[u].run(reference, &expected, sizes[i]);
          updates[u].run(table, &found, sizes[i]);
        }
        expect(memcmp(&expected, &found, sizeof found) == 0, table->name, updates[u].name, sizes[i], 0);
      }
    }
  }
}
