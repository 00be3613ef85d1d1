// The best of a range of rows, for one instruction set.

// The allowed slots of the block that begins at a multiple of 64.
INK_INLINE size_t INK_NAME(slots_of_block)(const ink_vector_scan *scan, uint32_t block, uint32_t *slots) {
  uint64_t bits = scan->allowed[block / INK_BLOCK_SLOTS];
  size_t count = 0;
  for (; bits; bits &= bits - 1) {
    const uint32_t slot = block + (uint32_t)__builtin_ctzll(bits);
    if (slot >= scan->first && slot < scan->end) slots[count++] = slot;
  }
  return count;
}

INK_INLINE int INK_NAME(may_enter)(const ink_best *best, float score) {
  return best->count < best->capacity || score >= best->scores[0];
}

// Rows between the one that is compared and the one that is asked for.
#define INK_SCAN_AHEAD 32

// A block by codes: what may be among the best is looked at exactly.
INK_INLINE void INK_NAME(scan_codes)(const ink_vector_scan *scan, const uint32_t *slots, size_t count, size_t ahead) {
  float scores[INK_BLOCK_SLOTS], above[INK_BLOCK_SLOTS];
  INK_NAME(code_block)(scan->rows, scan->query, slots, count, ahead, scores, above);
  for (size_t i = 0; i < count; i++) {
    if (!INK_NAME(may_enter)(scan->best, scores[i] + above[i])) continue;
    float score;
    INK_NAME(exact)(scan->rows, scan->query, slots + i, 1, &score);
    ink_best_offer(scan->best, score, slots[i]);
  }
}

// A block of floats for some queries, at most INK_QUERY_TILE.
INK_INLINE void INK_NAME(scan_floats)(const int queries, const ink_vector_scan *scans, const uint32_t *slots,
                                      size_t count) {
  float scores[INK_QUERY_TILE * INK_BLOCK_SLOTS];
  const float *query[INK_QUERY_TILE];
  for (int q = 0; q < queries; q++) query[q] = scans[q].query->floats;
  INK_NAME(float_block)(queries, scans->rows, query, slots, count, scores, INK_BLOCK_SLOTS);
  for (int q = 0; q < queries; q++)
    for (size_t i = 0; i < count; i++) {
      const float score = scores[q * INK_BLOCK_SLOTS + i];
      if (INK_NAME(may_enter)(scans[q].best, score)) ink_best_offer(scans[q].best, score, slots[i]);
    }
}

static void INK_NAME(scan_many)(const ink_vector_scan *scans, size_t count) {
  const ink_vector_scan *scan = scans;
  uint32_t slots[INK_BLOCK_SLOTS];
  if (count == 0 || scan->first >= scan->end) return;
  const uint32_t last = (scan->end - 1) / INK_BLOCK_SLOTS;
  for (uint32_t block = scan->first / INK_BLOCK_SLOTS; block <= last; block++) {
    const size_t found = INK_NAME(slots_of_block)(scan, block * INK_BLOCK_SLOTS, slots);
    if (found == 0) continue;
    size_t q = 0;
    if (scan->rows->codes) {
      // The first query brings the rows for all.
      const size_t ahead = INK_SCAN_AHEAD * scan->rows->code_stride;
      for (; q < count; q++) INK_NAME(scan_codes)(scans + q, slots, found, q == 0 ? ahead : 0);
    } else {
      for (; q + INK_QUERY_TILE <= count; q += INK_QUERY_TILE)
        INK_NAME(scan_floats)(INK_QUERY_TILE, scans + q, slots, found);
      for (; q < count; q++) INK_NAME(scan_floats)(1, scans + q, slots, found);
    }
  }
}

static void INK_NAME(scan)(const ink_vector_scan *scan) { INK_NAME(scan_many)(scan, 1); }
