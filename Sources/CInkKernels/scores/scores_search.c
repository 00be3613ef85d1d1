// Finds the documents with the greatest sums of scores, window by window.
//
// Lists are taken by their greatest scores, the best first. Those at the end whose greatest scores together do not
// reach the threshold cannot lift a document by themselves (MaxScore: Turtle and Flood, "Query Evaluation: Strategies
// and Optimizations", 1995): only the others are added up, and the documents that can still reach the threshold are
// looked up in the rest. What is found is what adding up everything finds, to the bit.
#include <string.h>

#include "ink_scores.h"

// The first window is narrow, and they double, so that a threshold is known after few documents.
enum { FIRST_WIDTH = 512 };

typedef struct {
  const ink_score_query *query;
  const ink_score_room *room;
  size_t essential;  // lists that are added up
  int64_t bound;     // what a document must reach to be among the best
  size_t found;      // matches in the heap, whose first is the worst
} search_state;

// By their greatest scores: shell sort, which is insertion sort for the few that most queries have.
static void sort_lists(const ink_score_query *query, const ink_score_room *room) {
  const ink_score_list **order = room->order;
  int64_t *greatest = room->greatest;
  for (size_t i = 0; i < query->list_count; i++) {
    const ink_score_list *list = query->lists + i;
    order[i] = list;
    // Lists lie all over the memory: what is waited for later is asked for now.
    __builtin_prefetch(list->top);
    __builtin_prefetch(list->documents);
    __builtin_prefetch(list->scores);
    if (list->bits) {
      __builtin_prefetch(list->ranks);
      __builtin_prefetch(list->bits);
    }
    greatest[i] = list->greatest * list->times;
  }
  size_t gap = 1;
  while (gap * 3 + 1 < query->list_count) gap = gap * 3 + 1;
  for (; gap > 0; gap /= 3) {
    for (size_t i = gap; i < query->list_count; i++) {
      const ink_score_list *list = order[i];
      const int64_t score = greatest[i];
      size_t place = i;
      for (; place >= gap && greatest[place - gap] < score; place -= gap) {
        order[place] = order[place - gap];
        greatest[place] = greatest[place - gap];
      }
      order[place] = list;
      greatest[place] = score;
    }
  }
}

static size_t rank_of(const ink_score_list *list, uint32_t document) {
  const uint64_t below = ((uint64_t)1 << (document & 63)) - 1;
  return list->ranks[document >> 6] + (size_t)__builtin_popcountll(list->bits[document >> 6] & below);
}

// The first place from `place` on whose document is not below a document.
static size_t first_from(const ink_score_list *list, size_t place, uint32_t document, uint32_t document_count) {
  if (place >= list->count || list->documents[place] >= document) return place;
  if (document >= document_count) return list->count;
  if (list->bits) return rank_of(list, document);
  // In steps that double, then by halves: `place` stays below the document, `end` does not.
  size_t step = 1;
  while (step < list->count - place && list->documents[place + step] < document) {
    place += step;
    step *= 2;
  }
  size_t end = step < list->count - place ? place + step : list->count;
  while (end - place > 1) {
    const size_t middle = place + (end - place) / 2;
    if (list->documents[middle] < document) place = middle;
    else end = middle;
  }
  return end;
}

// Adds the postings of a window, returns the groups of documents that they lie in.
static uint64_t add(const ink_score_list *list, size_t *place, uint32_t start, uint32_t end, uint32_t document_count,
                    int64_t *sums) {
  const uint32_t *documents = list->documents;
  const uint32_t *scores = list->scores;
  const int64_t times = list->times;
  size_t p = *place;
  uint64_t groups = 0;
  if (!list->bits) {
    for (; p < list->count && documents[p] < end; p++) {
      const uint32_t offset = documents[p] - start;
      sums[offset] += scores[p] * times;
      groups |= (uint64_t)1 << (offset / INK_SCORE_GROUP);
    }
    *place = p;
    return groups;
  }
  const size_t stop = first_from(list, p, end, document_count);
  *place = stop;
  // Documents differ, so the four sums do too.
  for (; p + 4 <= stop; p += 4) {
    int64_t *const a = sums + (documents[p] - start), *const b = sums + (documents[p + 1] - start);
    int64_t *const c = sums + (documents[p + 2] - start), *const d = sums + (documents[p + 3] - start);
    const int64_t sum_a = *a + scores[p] * times, sum_b = *b + scores[p + 1] * times;
    const int64_t sum_c = *c + scores[p + 2] * times, sum_d = *d + scores[p + 3] * times;
    *a = sum_a;
    *b = sum_b;
    *c = sum_c;
    *d = sum_d;
  }
  for (; p < stop; p++) sums[documents[p] - start] += scores[p] * times;
  // A list with bits has documents nearly everywhere.
  const uint32_t last = (end - start - 1) / INK_SCORE_GROUP;
  return last == 63 ? ~(uint64_t)0 : ((uint64_t)1 << (last + 1)) - 1;
}

static size_t keep_allowed(const ink_score_room *room, size_t picked, const uint64_t *allowed) {
  size_t kept = 0;
  for (size_t i = 0; i < picked; i++) {
    const uint32_t document = room->documents[i];
    room->documents[kept] = document;
    room->picked[kept] = room->picked[i];
    kept += allowed[document >> 6] >> (document & 63) & 1;
  }
  return kept;
}

// Adds what a term is worth to the documents picked, which ascend, and keeps those that reach a bound.
static size_t look_up(const ink_score_room *room, size_t picked, const ink_score_list *list, size_t *place,
                      uint32_t document_count, int64_t bound) {
  size_t kept = 0;
  for (size_t i = 0; i < picked; i++) {
    const uint32_t document = room->documents[i];
    int64_t sum = room->picked[i];
    if (list->bits) {
      // Where the document does not hold the term, the place is that of the next that does, perhaps behind the last.
      const uint64_t holds = list->bits[document >> 6] >> (document & 63) & 1;
      const size_t found = rank_of(list, document);
      sum += list->scores[found < list->count ? found : 0] * list->times * (int64_t)holds;
    } else {
      *place = first_from(list, *place, document, document_count);
      if (*place < list->count && list->documents[*place] == document) sum += list->scores[*place] * list->times;
    }
    room->documents[kept] = document;
    room->picked[kept] = sum;
    kept += sum >= bound;
  }
  return kept;
}

static int is_worse(ink_score_match a, ink_score_match b) {
  return a.score != b.score ? a.score < b.score : a.document > b.document;
}

// Puts a match in the place of a heap's first.
static void sink(ink_score_match *heap, size_t count, ink_score_match match) {
  size_t place = 0;
  for (;;) {
    size_t child = 2 * place + 1;
    if (child >= count) break;
    if (child + 1 < count && is_worse(heap[child + 1], heap[child])) child++;
    if (!is_worse(heap[child], match)) break;
    heap[place] = heap[child];
    place = child;
  }
  heap[place] = match;
}

static void offer(search_state *state, ink_score_match match) {
  ink_score_match *heap = state->room->best;
  if (state->found < state->query->count) {
    size_t place = state->found++;
    for (; place > 0 && is_worse(match, heap[(place - 1) / 2]); place = (place - 1) / 2)
      heap[place] = heap[(place - 1) / 2];
    heap[place] = match;
  } else {
    sink(heap, state->found, match);
  }
  // Later documents have greater numbers, so that an equal sum comes too late.
  if (state->found == state->query->count && heap[0].score >= state->bound) state->bound = heap[0].score + 1;
}

static int64_t at_least_one(int64_t bound) { return bound > 1 ? bound : 1; }

static void search_window(search_state *state, const ink_score_kernels *kernels, uint32_t start, uint32_t end) {
  const ink_score_query *query = state->query;
  const ink_score_room *room = state->room;
  uint64_t groups = 0;
  for (size_t i = 0; i < state->essential; i++)
    groups |= add(room->order[i], room->places + i, start, end, query->document_count, room->sums);
  const int64_t needed = at_least_one(state->bound - room->rest[state->essential]);
  size_t picked = kernels->pick(room->sums, groups, start, needed, room->documents, room->picked);
  if (query->allowed) picked = keep_allowed(room, picked, query->allowed);
  for (size_t i = state->essential; i < query->list_count && picked > 0; i++) {
    const int64_t bound = at_least_one(state->bound - room->rest[i + 1]);
    picked = look_up(room, picked, room->order[i], room->places + i, query->document_count, bound);
  }
  for (size_t i = 0; i < picked; i++) {
    const ink_score_match match = {.score = room->picked[i], .document = room->documents[i]};
    if (match.score >= state->bound) offer(state, match);
  }
}

// The best first: the worst of those that are left goes to their end.
static void sort_best(search_state *state) {
  ink_score_match *heap = state->room->best;
  for (size_t count = state->found; count > 1; count--) {
    const ink_score_match worst = heap[0];
    sink(heap, count - 1, heap[count - 1]);
    heap[count - 1] = worst;
  }
}

static void begin(search_state *state) {
  const ink_score_query *query = state->query;
  const ink_score_room *room = state->room;
  sort_lists(query, room);
  room->rest[query->list_count] = 0;
  for (size_t i = query->list_count; i-- > 0;) {
    const ink_score_list *list = room->order[i];
    room->rest[i] = room->rest[i + 1] + room->greatest[i];
    room->places[i] = 0;
    // What so many documents reach by one term is a threshold, since sums only grow.
    if (query->allowed || list->top_count < query->count) continue;
    const int64_t reached = list->top[query->count - 1] * list->times;
    if (reached > state->bound) state->bound = reached;
  }
}

size_t ink_score_search(const ink_score_kernels *kernels, const ink_score_query *query, const ink_score_room *room) {
  search_state state = {.query = query, .room = room, .essential = query->list_count};
  state.bound = at_least_one(query->threshold);
  begin(&state);
  const uint32_t document_count = query->document_count;
  uint32_t start = 0, width = FIRST_WIDTH;
  for (;;) {
    while (state.essential > 0 && room->rest[state.essential - 1] < state.bound) state.essential--;
    uint32_t next = document_count;
    for (size_t i = 0; i < state.essential; i++) {
      const ink_score_list *list = room->order[i];
      room->places[i] = first_from(list, room->places[i], start, document_count);
      if (room->places[i] < list->count && list->documents[room->places[i]] < next)
        next = list->documents[room->places[i]];
    }
    if (next >= document_count) break;
    start = next;
    const uint32_t end = document_count - start > width ? start + width : document_count;
    int64_t possible = room->rest[state.essential];
    for (size_t i = 0; i < state.essential; i++) {
      const ink_score_list *list = room->order[i];
      if (room->places[i] < list->count && list->documents[room->places[i]] < end) possible += room->greatest[i];
    }
    if (possible >= state.bound) search_window(&state, kernels, start, end);
    start = end;
    if (width < INK_SCORE_WIDTH) width *= 2;
  }
  sort_best(&state);
  return state.found;
}
