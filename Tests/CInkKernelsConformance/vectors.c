// Checks searches of vectors of every instruction set that this machine runs against the portable ones, bit for bit,
// and those against plain loops in double precision.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "ink_vectors.h"

enum { ROWS = 203, WIDEST = 144, LINKS = 8, BEST = 7 };

typedef struct {
  float values[ROWS][WIDEST];
  float *floats;
  uint8_t *codes;
  int64_t ids[ROWS];
  uint64_t allowed[(ROWS + 63) / 64];
  uint32_t links[ROWS * LINKS];
  uint32_t upper_rows[ROWS];
} sample;

static void fill(sample *s, size_t dimension, const ink_vector_rows *rows) {
  uint64_t state = 7 + dimension;
  for (size_t r = 0; r < ROWS; r++) {
    for (size_t i = 0; i < dimension; i++) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      s->values[r][i] = (float)(state >> 40) / 8388608.0f - 1.0f;
    }
    ink_vector_store(rows, s->values[r], dimension, s->floats + r * rows->float_width,
                     s->codes + r * rows->code_stride);
    s->ids[r] = (int64_t)(r * 7 % ROWS);
    s->upper_rows[r] = INK_NO_LINK;
    if (r % 5 != 2) s->allowed[r / 64] |= 1ull << r % 64;
    for (size_t l = 0; l < LINKS; l++) s->links[r * LINKS + l] = (uint32_t)((r + 1 + l * l * 3) % ROWS);
  }
}

static double product(const float *a, const float *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += (double)a[i] * b[i];
  return sum;
}

static double distance(const float *a, const float *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
  return sum;
}

// Everything that one table finds, to be compared with another's.
typedef struct {
  float exact[ROWS], guide[ROWS];
  float best_scores[BEST];
  uint32_t best_slots[BEST];
  ink_candidate pool[BEST];
  uint32_t chosen[BEST];
  float shared_scores[2][BEST];
  uint32_t shared_slots[2][BEST];
  ink_candidate offered[BEST];
  uint32_t links[ROWS * LINKS];
  int repaired;
} answers;

// What becomes of the links of a graph of its own.
static void change(const ink_vector_kernels *table, const sample *s, const ink_vector_rows *rows, answers *out) {
  memcpy(out->links, s->links, sizeof out->links);
  const ink_graph graph = {out->links, 0, s->upper_rows, LINKS, LINKS / 2, ROWS};
  ink_candidate candidates[4 * LINKS * LINKS];
  uint32_t slots[4 * LINKS * LINKS];
  float scores[4 * LINKS * LINKS];
  int8_t codes[2 * 192];
  uint64_t seen[(ROWS + 63) / 64] = {0}, gone[(ROWS + 63) / 64] = {0};
  const ink_link_memory memory = {candidates, 4 * LINKS * LINKS, slots, scores, codes, seen};
  const uint32_t news[] = {100, 120, 140};
  table->link(&graph, rows, 0, 5, news, 3, &memory);
  // A row with room for more.
  out->links[70 * LINKS + 3] = out->links[70 * LINKS + 4] = INK_NO_LINK;
  for (int l = 5; l < LINKS; l++) out->links[70 * LINKS + l] = INK_NO_LINK;
  table->link(&graph, rows, 0, 70, news, 2, &memory);
  for (uint32_t r = 0; r < ROWS; r += 3) gone[r / 64] |= 1ull << r % 64;
  for (uint32_t r = 1; r < ROWS; r += 3) out->repaired += table->repair(&graph, rows, 0, r, gone, &memory);
}

static void ask(const ink_vector_kernels *table, sample *s, const ink_vector_rows *rows, const ink_vector_query *query,
                answers *out) {
  memset(out, 0, sizeof *out);
  uint32_t slots[ROWS];
  for (uint32_t r = 0; r < ROWS; r++) slots[r] = ROWS - 1 - r;
  table->exact(rows, query, slots, ROWS, out->exact);
  table->guide(rows, query, slots, ROWS, out->guide);
  ink_best best = {out->best_scores, out->best_slots, s->ids, 0, BEST};
  const ink_vector_scan scan = {rows, query, s->allowed, 3, ROWS - 2, &best};
  table->scan(&scan);
  const ink_graph graph = {s->links, 0, s->upper_rows, LINKS, LINKS / 2, ROWS};
  uint64_t visited[(ROWS + 63) / 64];
  const ink_walk walk = {&graph, rows, query, out->pool, BEST, visited};
  out->pool[0] = table->candidate(rows, query, 5);
  const size_t found = table->walk(&walk, 0, 1);
  int8_t codes[2 * 192];
  table->choose(rows, 5, out->pool, found, BEST, codes, out->chosen);
  ink_best shared[2] = {{out->shared_scores[0], out->shared_slots[0], s->ids, 0, BEST},
                        {out->shared_scores[1], out->shared_slots[1], s->ids, 0, BEST}};
  const ink_vector_scan scans[2] = {{rows, query, s->allowed, 3, ROWS - 2, &shared[0]},
                                    {rows, query, s->allowed, 3, ROWS - 2, &shared[1]}};
  table->scan_many(scans, 2);
  const ink_walk offering = {&graph, rows, query, out->offered, BEST, visited};
  out->offered[0] = table->descend(&offering, table->candidate(rows, query, 9), 0, 0);
  const uint32_t others[] = {20, 40, 60, 80, 101, 121, 141, 161, 181};
  const uint32_t first = ink_candidate_slot(out->offered[0]);
  uint32_t rest[sizeof others / sizeof *others];
  size_t count = 0;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (others[i] != first) rest[count++] = others[i];
  table->offer(&offering, 1, rest, count);
  change(table, s, rows, out);
}

static void check(const ink_vector_kernels *table, const ink_vector_kernels *reference, size_t dimension,
                  ink_score_kind kind, int form) {
  sample *s = calloc(1, sizeof *s);
  ink_vector_rows rows = {.kind = kind};
  rows.float_width = (dimension + 15) / 16 * 16;
  rows.code_width = (dimension + 63) / 64 * 64;
  rows.code_stride = rows.code_width + 64;
  s->floats = aligned_alloc(64, ROWS * rows.float_width * sizeof(float));
  s->codes = aligned_alloc(64, ROWS * rows.code_stride);
  fill(s, dimension, &rows);
  rows.floats = form == 1 ? 0 : s->floats;
  rows.codes = form == 0 ? 0 : s->codes;
  float floats[WIDEST + 16];
  int8_t codes[192];
  ink_vector_query query;
  ink_vector_prepare(&rows, s->values[11], dimension, floats, codes, &query);
  answers ours, theirs;
  ask(table, s, &rows, &query, &ours);
  ask(reference, s, &rows, &query, &theirs);
  const int is_same = memcmp(&ours, &theirs, sizeof ours) == 0;
  expect(is_same, table->name, "vectors as the portable ones", dimension, (size_t)form);
  for (size_t r = 0; r < ROWS && form != 1; r++) {
    const float *row = s->values[ROWS - 1 - r];
    const double wanted =
        kind == INK_SCORE_PRODUCT ? product(row, s->values[11], dimension) : -distance(row, s->values[11], dimension);
    expect(fabs(wanted - (double)ours.exact[r]) < 1e-4, table->name, "exact scores", dimension, r);
    expect(fabs(wanted - (double)ours.guide[r]) < 0.5, table->name, "guiding scores", dimension, r);
  }
  free(s->floats);
  free(s->codes);
  free(s);
}

void check_vectors(void) {
  static const char *const names[] = {"portable", "avx2", "avx512", "neon"};
  static const size_t dimensions[] = {1, 15, 16, 33, 64, 100, WIDEST};
  const ink_vector_kernels *reference = ink_vector_kernels_named("portable");
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    const ink_vector_kernels *table = ink_vector_kernels_named(names[n]);
    if (!table) continue;
    for (size_t d = 0; d < sizeof dimensions / sizeof *dimensions; d++)
      for (int form = 0; form < 3; form++) {
        check(table, reference, dimensions[d], INK_SCORE_PRODUCT, form);
        check(table, reference, dimensions[d], INK_SCORE_DISTANCE, form);
      }
  }
  // Values of the reference implementation.
  expect(ink_checksum("", 0) == 0xEF46DB3751D8E999, "all", "XXH64", 0, 0);
  expect(ink_checksum("abc", 3) == 0x44BC2CF5AD770999, "all", "XXH64", 3, 0);
  expect(ink_checksum("0123456789abcdef0123456789abcdef0123456789", 42) == 0xA76190C3ACF08A1C, "all", "XXH64", 42, 0);
}
