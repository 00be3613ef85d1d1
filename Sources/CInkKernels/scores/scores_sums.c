// Sums of scores: what is the same for every processor, since memory is waited for, not arithmetic.
#include <string.h>

#include "ink_scores.h"

static inline int is_allowed(const uint64_t *allowed, uint32_t document) {
  return !allowed || (allowed[document >> 6] >> (document & 63) & 1);
}

void ink_score_add(const ink_score_window *window, const ink_score_list *list, size_t start, size_t end) {
  int64_t *sums = window->sums;
  const uint32_t *documents = list->documents;
  const int64_t *scores = list->scores;
  const uint32_t first = window->first;
  size_t place = start;
  // Documents differ, so the four sums do too.
  for (; place + 4 <= end; place += 4) {
    int64_t *const a = sums + (documents[place] - first), *const b = sums + (documents[place + 1] - first);
    int64_t *const c = sums + (documents[place + 2] - first), *const d = sums + (documents[place + 3] - first);
    const int64_t sum_a = *a + scores[place], sum_b = *b + scores[place + 1];
    const int64_t sum_c = *c + scores[place + 2], sum_d = *d + scores[place + 3];
    *a = sum_a;
    *b = sum_b;
    *c = sum_c;
    *d = sum_d;
  }
  for (; place < end; place++) sums[documents[place] - first] += scores[place];
}

size_t ink_score_add_noting(const ink_score_window *window, const ink_score_list *list, size_t start, size_t end,
                            size_t touched) {
  for (size_t place = start; place < end; place++) {
    const uint32_t offset = list->documents[place] - window->first;
    const int64_t before = window->sums[offset];
    window->sums[offset] = before + list->scores[place];
    // Written in any case: there is room, since at most `width` documents can be new.
    window->touched[touched] = offset;
    touched += before == 0;
  }
  return touched;
}

size_t ink_score_pick_noted(const ink_score_window *window, size_t touched, int64_t bound, const uint64_t *allowed) {
  size_t picked = 0;
  for (size_t place = 0; place < touched; place++) {
    const uint32_t offset = window->touched[place];
    const int64_t sum = window->sums[offset];
    const uint32_t document = window->first + offset;
    window->documents[picked] = document;
    window->picked[picked] = sum;
    picked += sum >= bound && is_allowed(allowed, document);
  }
  return picked;
}

size_t ink_score_lower_bound(const uint32_t *documents, size_t start, size_t count, uint32_t document) {
  while (start < count) {
    const size_t middle = start + (count - start) / 2;
    if (documents[middle] < document) start = middle + 1;
    else count = middle;
  }
  return start;
}

static size_t look_up_by_halves(const ink_score_window *window, size_t picked, const ink_score_list *list,
                                int64_t bound) {
  size_t kept = 0;
  for (size_t place = 0; place < picked; place++) {
    const uint32_t document = window->documents[place];
    int64_t sum = window->picked[place];
    const size_t found = ink_score_lower_bound(list->documents, 0, list->count, document);
    if (found < list->count && list->documents[found] == document) sum += list->scores[found];
    window->documents[kept] = document;
    window->picked[kept] = sum;
    kept += sum >= bound;
  }
  return kept;
}

size_t ink_score_look_up(const ink_score_window *window, size_t picked, const ink_score_list *list, int64_t bound) {
  if (!list->bits) return look_up_by_halves(window, picked, list, bound);
  size_t kept = 0;
  for (size_t place = 0; place < picked; place++) {
    const uint32_t document = window->documents[place];
    const uint64_t word = list->bits[document >> 6];
    const uint64_t bit = (uint64_t)1 << (document & 63);
    // Where the document does not hold the term, the place is that of the next one that does, perhaps behind the last.
    size_t found = list->ranks[document >> 6] + (size_t)__builtin_popcountll(word & (bit - 1));
    found = found < list->count ? found : 0;
    const int64_t sum = window->picked[place] + (word & bit ? list->scores[found] : 0);
    window->documents[kept] = document;
    window->picked[kept] = sum;
    kept += sum >= bound;
  }
  return kept;
}

size_t ink_score_keep(const ink_score_window *window, size_t picked, int64_t bound) {
  size_t kept = 0;
  for (size_t place = 0; place < picked; place++) {
    const int64_t sum = window->picked[place];
    window->documents[kept] = window->documents[place];
    window->picked[kept] = sum;
    kept += sum >= bound;
  }
  return kept;
}

void ink_score_clear(const ink_score_window *window) {
  memset(window->sums, 0, window->width * sizeof *window->sums);
}

void ink_score_clear_noted(const ink_score_window *window, size_t touched) {
  for (size_t place = 0; place < touched; place++) window->sums[window->touched[place]] = 0;
}

// Puts a score in the place of the least, which is the heap's first.
static void sink(int64_t *heap, size_t count, int64_t score) {
  size_t place = 0;
  for (;;) {
    size_t child = 2 * place + 1;
    if (child >= count) break;
    if (child + 1 < count && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= score) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = score;
}

int64_t ink_score_ranked(const int64_t *scores, size_t count, size_t rank, int64_t *heap) {
  if (rank == 0 || count < rank) return 0;
  // Zeros are the least; as many scores as the heap holds drive them out.
  memset(heap, 0, rank * sizeof *heap);
  for (size_t place = 0; place < count; place++) {
    if (scores[place] > heap[0]) sink(heap, rank, scores[place]);
  }
  return heap[0];
}
