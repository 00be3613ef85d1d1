// Walks over a graph of neighbours, for one instruction set.

// Rows that are asked for before they are compared.
#define INK_ROWS_AHEAD 8
// Links that are looked at together; a row of links is longer only where the index was made so.
#define INK_LINKS 64

INK_INLINE ink_candidate INK_NAME(candidate_of)(float score, uint32_t slot) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  // Rising with the score: positive numbers by their bits, negative ones turned round. What is no number comes last.
  const uint32_t rising = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return (ink_candidate)(score != score ? UINT32_MAX : ~rising) << 32 | (ink_candidate)slot << 1;
}

INK_INLINE float INK_NAME(score_of)(ink_candidate candidate) {
  const uint32_t rising = ~(uint32_t)(candidate >> 32);
  const uint32_t bits = rising & 0x80000000u ? rising & 0x7fffffffu : ~rising;
  float score;
  memcpy(&score, &bits, sizeof score);
  return score;
}

INK_INLINE uint32_t *INK_NAME(links_of)(const ink_graph *graph, size_t layer, uint32_t slot, size_t *width) {
  if (layer == 0) {
    *width = graph->base_width;
    return graph->base_links + (size_t)slot * graph->base_width;
  }
  *width = graph->upper_width;
  return graph->upper_links + ((size_t)graph->upper_rows[slot] + layer - 1) * graph->upper_width;
}

INK_INLINE void INK_NAME(ask_for_row)(const ink_vector_rows *rows, uint32_t slot) {
  const char *row;
  size_t bytes;
  if (rows->codes) {
    row = (const char *)rows->codes + (size_t)slot * rows->code_stride;
    bytes = rows->code_width + sizeof(ink_code_tail);
  } else {
    row = (const char *)(rows->floats + (size_t)slot * rows->float_width);
    bytes = rows->float_width * sizeof(float);
  }
  for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch(row + offset);
}

// Guiding scores of slots that lie anywhere: rows are asked for ahead of their use.
INK_INLINE void INK_NAME(guide_ahead)(const ink_vector_rows *rows, const ink_vector_query *query,
                                      const uint32_t *slots, size_t count, float *scores) {
  size_t asked = 0;
  for (size_t first = 0; first < count; first += INK_ROWS) {
    const size_t until = first + INK_ROWS + INK_ROWS_AHEAD;
    for (; asked < count && asked < until; asked++) INK_NAME(ask_for_row)(rows, slots[asked]);
    const size_t left = count - first < INK_ROWS ? count - first : INK_ROWS;
    INK_NAME(guide)(rows, query, slots + first, left, scores + first);
  }
}

static ink_candidate INK_NAME(candidate)(const ink_vector_rows *rows, const ink_vector_query *query, uint32_t slot) {
  float score;
  INK_NAME(guide)(rows, query, &slot, 1, &score);
  return INK_NAME(candidate_of)(score, slot);
}

static ink_candidate INK_NAME(descend)(const ink_walk *walk, ink_candidate start, size_t from, size_t to) {
  ink_candidate best = start;
  float scores[INK_LINKS];
  for (size_t layer = from + 1; layer-- > to;) {
    for (ink_candidate before = UINT64_MAX; best < before;) {
      before = best;
      size_t width, count;
      const uint32_t *links = INK_NAME(links_of)(walk->graph, layer, ink_candidate_slot(best), &width);
      for (size_t first = 0; first < width && links[first] != INK_NO_LINK; first += count) {
        for (count = 0; count < INK_LINKS && first + count < width && links[first + count] != INK_NO_LINK;) count++;
        INK_NAME(guide_ahead)(walk->rows, walk->query, links + first, count, scores);
        for (size_t i = 0; i < count; i++) {
          const ink_candidate other = INK_NAME(candidate_of)(scores[i], links[first + i]);
          if (other < best) best = other;
        }
      }
    }
  }
  return best;
}

// Puts a candidate into the pool, unless it is full of better ones. Returns its place, or `count` for none.
INK_INLINE size_t INK_NAME(enter)(ink_candidate *pool, size_t *count, size_t capacity, ink_candidate candidate) {
  size_t end = *count;
  if (end == capacity) {
    if (candidate >= pool[end - 1]) return end;
    end--;
  }
  size_t low = 0, high = end;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (pool[middle] < candidate)
      low = middle + 1;
    else
      high = middle;
  }
  memmove(pool + low + 1, pool + low, (end - low) * sizeof *pool);
  pool[low] = candidate;
  *count = end + 1;
  return low;
}

static size_t INK_NAME(walk)(const ink_walk *walk, size_t layer, size_t count) {
  const ink_graph *graph = walk->graph;
  ink_candidate *pool = walk->pool;
  uint64_t *visited = walk->visited;
  memset(visited, 0, (graph->slots + 63) / 64 * sizeof *visited);
  for (size_t i = 0; i < count; i++) {
    pool[i] &= ~(ink_candidate)1;
    const uint32_t slot = ink_candidate_slot(pool[i]);
    visited[slot / 64] |= 1ull << slot % 64;
  }
  uint32_t fresh[INK_LINKS];
  float scores[INK_LINKS];
  for (size_t next = 0; next < count;) {
    if (pool[next] & 1) {
      next++;
      continue;
    }
    pool[next] |= 1;
    size_t width, place = 0, lowest = next + 1;
    const uint32_t *links = INK_NAME(links_of)(graph, layer, ink_candidate_slot(pool[next]), &width);
    while (place < width && links[place] != INK_NO_LINK) {
      size_t found = 0;
      for (; place < width && links[place] != INK_NO_LINK && found < INK_LINKS; place++) {
        const uint32_t slot = links[place];
        const uint64_t bit = 1ull << slot % 64;
        fresh[found] = slot;
        found += (visited[slot / 64] & bit) == 0;
        visited[slot / 64] |= bit;
      }
      INK_NAME(guide_ahead)(walk->rows, walk->query, fresh, found, scores);
      for (size_t i = 0; i < found; i++) {
        const ink_candidate candidate = INK_NAME(candidate_of)(scores[i], fresh[i]);
        if (count == walk->capacity && candidate >= pool[count - 1]) continue;
        const size_t entered = INK_NAME(enter)(pool, &count, walk->capacity, candidate);
        if (entered < lowest) lowest = entered;
        // It is likely to be the next whose links are looked at.
        size_t ignored;
        const uint32_t *its_links = INK_NAME(links_of)(graph, layer, fresh[i], &ignored);
        __builtin_prefetch(its_links);
        __builtin_prefetch(its_links + 16);
      }
    }
    next = lowest;
  }
  return count;
}

static size_t INK_NAME(offer)(const ink_walk *walk, size_t count, const uint32_t *slots, size_t slot_count) {
  float scores[INK_LINKS];
  for (size_t first = 0; first < slot_count; first += INK_LINKS) {
    const size_t left = slot_count - first < INK_LINKS ? slot_count - first : INK_LINKS;
    INK_NAME(guide_ahead)(walk->rows, walk->query, slots + first, left, scores);
    for (size_t i = 0; i < left; i++) {
      const ink_candidate candidate = INK_NAME(candidate_of)(scores[i], slots[first + i]);
      INK_NAME(enter)(walk->pool, &count, walk->capacity, candidate);
    }
  }
  return count;
}
