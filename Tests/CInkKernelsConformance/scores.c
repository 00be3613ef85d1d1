// Checks searches of sums of scores of every instruction set that this machine runs against plain loops: what terms are
// worth, which scores are the greatest, and which documents are found, bit for bit. Blocks of postings are unpacked.

#include <stdlib.h>
#include <string.h>

#include "conformance.h"
#include "ink_scores.h"

enum { DOCUMENTS = 9001, LISTS = 5, WORDS = (DOCUMENTS + 63) / 64, MOST = 40 };

static uint64_t state;
static uint32_t next_below(uint32_t limit) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % limit);
}

typedef struct {
  uint32_t documents[DOCUMENTS], frequencies[DOCUMENTS], scores[DOCUMENTS], ranks[WORDS], top[INK_SCORE_TOP];
  uint64_t bits[WORDS];
  size_t count;
} postings;

static uint32_t lengths[DOCUMENTS];
static int64_t sums[DOCUMENTS];

static void make_list(const ink_score_kernels *table, postings *made, ink_score_list *list, uint32_t spread,
                      int64_t times) {
  const ink_score_curve curve = {2.9e8, 1.5, 0.25, 0.013, 0.5, 2.5, 0.25};
  made->count = 0;
  for (uint32_t document = 0; document < DOCUMENTS; document++) {
    if (next_below(spread)) continue;
    made->documents[made->count] = document;
    made->frequencies[made->count++] = 1 + next_below(7);
  }
  table->worth(&curve, made->documents, made->frequencies, lengths, made->count, made->scores);
  const size_t top_count = table->top(made->scores, made->count, made->top);
  uint32_t greatest = 0;
  for (size_t i = 0; i < made->count; i++) {
    const double m = curve.base + curve.slope * lengths[made->documents[i]];
    const double x = made->frequencies[i] + curve.shift * m;
    const double worth = curve.weight * (curve.factor * (x / (x + curve.k1 * m)) + curve.offset) + 0.5;
    const uint32_t score = worth < 2147483647.0 ? (uint32_t)worth : 2147483647u;
    expect(made->scores[i] == score, table->name, "worth", i, spread);
    if (score > greatest) greatest = score;
    sums[made->documents[i]] += (int64_t)score * times;
  }
  expect(top_count == (made->count < INK_SCORE_TOP ? made->count : INK_SCORE_TOP), table->name, "top", top_count, 0);
  for (size_t i = 0; i < top_count; i++) {
    size_t above = 0, equal = 0;
    for (size_t k = 0; k < made->count; k++) {
      above += made->scores[k] > made->top[i];
      equal += made->scores[k] == made->top[i];
    }
    expect(above <= i && i < above + equal, table->name, "top", i, spread);
  }
  const int dense = spread < 64;
  memset(made->bits, 0, sizeof made->bits);
  ink_score_set(made->documents, made->count, made->bits, made->ranks, WORDS);
  *list = (ink_score_list){made->documents, made->scores, made->count, dense ? made->bits : 0,
                           dense ? made->ranks : 0, made->top, greatest, (uint32_t)top_count, times};
}

static void check_search(const ink_score_kernels *table, const ink_score_list *lists, const uint64_t *allowed,
                         size_t count) {
  static int64_t window[INK_SCORE_WIDTH], picked[INK_SCORE_WIDTH + INK_SCORE_GROUP], greatest[LISTS], rest[LISTS + 1];
  static uint32_t documents[INK_SCORE_WIDTH + INK_SCORE_GROUP];
  const ink_score_list *order[LISTS];
  size_t places[LISTS];
  ink_score_match best[MOST];
  const ink_score_room room = {window, documents, picked, order, greatest, places, rest, best};
  const ink_score_query query = {lists, LISTS, DOCUMENTS, allowed, count, 0};
  const size_t found = ink_score_search(table, &query, &room);
  static char taken[DOCUMENTS];
  memset(taken, 0, sizeof taken);
  for (size_t i = 0; i < count; i++) {
    size_t next = DOCUMENTS;
    for (size_t d = 0; d < DOCUMENTS; d++) {
      if (taken[d] || !sums[d] || (allowed && !(allowed[d / 64] >> d % 64 & 1))) continue;
      if (next == DOCUMENTS || sums[d] > sums[next]) next = d;
    }
    if (next == DOCUMENTS) {
      expect(found == i, table->name, "count of the best", found, i);
      return;
    }
    taken[next] = 1;
    expect(i < found && best[i].document == next && best[i].score == sums[next], table->name, "best", i, next);
  }
  expect(found == count, table->name, "count of the best", found, count);
}

static void check_unpacking(void) {
  uint8_t bytes[700] = {0};
  uint32_t documents[100], frequencies[100];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)next_below(256);
  for (uint32_t bits = 0; bits <= 32; bits++) {
    const ink_posting_block block = {bytes, bytes + 300, bits, bits < 31 ? bits : 31, 67};
    const uint64_t behind = ink_postings_unpack(&block, 5, documents, frequencies);
    uint64_t next = 5;
    for (size_t i = 0; i < block.count; i++) {
      uint64_t difference = 0, frequency = 1;
      for (size_t b = 0; b < bits; b++) {
        const size_t bit = i * bits + b;
        difference |= (uint64_t)(bytes[bit / 8] >> bit % 8 & 1) << b;
      }
      for (size_t b = 0; b < block.frequency_bits; b++) {
        const size_t bit = i * block.frequency_bits + b;
        frequency += (uint64_t)(bytes[300 + bit / 8] >> bit % 8 & 1) << b;
      }
      next += difference;
      expect(documents[i] == (uint32_t)next++ && frequencies[i] == frequency, "postings", "unpack", bits, i);
    }
    expect(behind == next, "postings", "unpack", bits, 0);
  }
}

void check_scores(void) {
  const char *names[] = {"portable", "avx2", "avx512", "neon"};
  static postings made[LISTS];
  static uint64_t allowed[WORDS];
  check_unpacking();
  for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
    const ink_score_kernels *table = ink_score_kernels_named(names[n]);
    if (!table) continue;
    state = 11;
    for (size_t d = 0; d < DOCUMENTS; d++) lengths[d] = 1 + next_below(400);
    for (size_t w = 0; w < WORDS; w++) allowed[w] = (uint64_t)next_below(1u << 31) << 33 | next_below(1u << 31);
    const uint32_t spreads[][LISTS] = {{1, 2, 7, 90, 3000}, {5, 300, 700, 2000, 4000}, {3000, 3000, 3000, 3000, 3000}};
    for (size_t s = 0; s < sizeof spreads / sizeof *spreads; s++) {
      ink_score_list lists[LISTS];
      memset(sums, 0, sizeof sums);
      for (size_t l = 0; l < LISTS; l++) make_list(table, made + l, lists + l, spreads[s][l], 1 + (int64_t)(l % 2));
      for (size_t count = 1; count <= MOST; count += 3) {
        check_search(table, lists, 0, count);
        check_search(table, lists, allowed, count);
      }
    }
  }
}
