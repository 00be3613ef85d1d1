// The best of many: a heap with the worst on top, so that one comparison refuses most.
#include "ink_vectors.h"

// Whether slot a with its score fits worse than b.
static inline int is_worse(const ink_best *best, float a_score, uint32_t a, float b_score, uint32_t b) {
  return a_score < b_score || (a_score == b_score && best->ids[a] > best->ids[b]);
}

static void sink(ink_best *best, size_t place, float score, uint32_t slot) {
  for (;;) {
    size_t child = 2 * place + 1;
    if (child >= best->count) break;
    const size_t other = child + 1;
    if (other < best->count &&
        is_worse(best, best->scores[other], best->slots[other], best->scores[child], best->slots[child]))
      child = other;
    if (!is_worse(best, best->scores[child], best->slots[child], score, slot)) break;
    best->scores[place] = best->scores[child];
    best->slots[place] = best->slots[child];
    place = child;
  }
  best->scores[place] = score;
  best->slots[place] = slot;
}

void ink_best_offer(ink_best *best, float score, uint32_t slot) {
  // A score that is no number (of a damaged row) fits nothing.
  if (score != score) return;
  if (best->count == best->capacity) {
    if (is_worse(best, best->scores[0], best->slots[0], score, slot)) sink(best, 0, score, slot);
    return;
  }
  size_t place = best->count++;
  while (place > 0) {
    const size_t parent = (place - 1) / 2;
    if (!is_worse(best, score, slot, best->scores[parent], best->slots[parent])) break;
    best->scores[place] = best->scores[parent];
    best->slots[place] = best->slots[parent];
    place = parent;
  }
  best->scores[place] = score;
  best->slots[place] = slot;
}
