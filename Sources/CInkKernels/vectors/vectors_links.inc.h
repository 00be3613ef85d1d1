// Which neighbours a slot is linked to, for one instruction set.

// The nearest candidates that are tried in the place of links that go; those further away are hardly ever apart from
// all.
#define INK_REPLACEMENTS 12

// Whether a candidate is nearer to the query than to any of the chosen slots.
INK_INLINE int INK_NAME(is_apart)(const ink_vector_rows *rows, ink_candidate candidate, const uint32_t *chosen,
                                  size_t count, int8_t *codes) {
  if (count == 0) return 1;
  const float limit = INK_NAME(score_of)(candidate);
  ink_vector_query query;
  ink_vector_query_of_row(rows, ink_candidate_slot(candidate), codes, &query);
  for (size_t first = 0; first < count; first += INK_ROWS) {
    float scores[INK_ROWS];
    const size_t left = count - first < INK_ROWS ? count - first : INK_ROWS;
    INK_NAME(guide)(rows, &query, chosen + first, left, scores);
    for (size_t i = 0; i < left; i++)
      if (scores[i] > limit) return 0;
  }
  return 1;
}

// Whether two slots hold the same vector.
INK_INLINE int INK_NAME(is_twin)(const ink_vector_rows *rows, uint32_t a, uint32_t b) {
  if (rows->codes) {
    const size_t bytes = rows->code_width + sizeof(ink_code_tail);
    return memcmp(INK_NAME(code_row)(rows, a), INK_NAME(code_row)(rows, b), bytes) == 0;
  }
  const float *first = rows->floats + (size_t)a * rows->float_width;
  return memcmp(first, rows->floats + (size_t)b * rows->float_width, rows->float_width * sizeof *first) == 0;
}

// Twins of the slot are as near as can be and as far from all others as it is: by the rule they would fill its row, or
// keep everything else out of it. They get a quarter of the row at most and do not count against others.
static size_t INK_NAME(select_links)(const ink_vector_rows *rows, uint32_t slot, const ink_candidate *candidates,
                                     size_t count, size_t limit, int8_t *codes, uint32_t *chosen) {
  size_t found = 0, twins = 0;
  for (size_t i = 0; i < count && found < limit; i++) {
    if (i + 1 < count) INK_NAME(ask_for_row)(rows, ink_candidate_slot(candidates[i + 1]));
    const uint32_t other = ink_candidate_slot(candidates[i]);
    // Twins come before all others, but for rounding.
    if (found == twins && INK_NAME(is_twin)(rows, slot, other)) {
      if (twins < (limit + 3) / 4) chosen[found++] = other, twins++;
    } else if (INK_NAME(is_apart)(rows, candidates[i], chosen + twins, found - twins, codes)) {
      chosen[found++] = other;
    }
  }
  return found;
}

INK_INLINE size_t INK_NAME(link_count)(const uint32_t *links, size_t width) {
  size_t count = 0;
  while (count < width && links[count] != INK_NO_LINK) count++;
  return count;
}

// The candidates of `count` slots as neighbours of a slot, best first.
INK_INLINE size_t INK_NAME(neighbours)(const ink_vector_rows *rows, uint32_t slot, const uint32_t *slots, size_t count,
                                       const ink_link_memory *memory) {
  ink_vector_query query;
  ink_vector_query_of_row(rows, slot, memory->codes, &query);
  INK_NAME(guide_ahead)(rows, &query, slots, count, memory->scores);
  size_t entered = 0;
  for (size_t i = 0; i < count; i++) {
    const ink_candidate candidate = INK_NAME(candidate_of)(memory->scores[i], slots[i]);
    INK_NAME(enter)(memory->candidates, &entered, memory->capacity, candidate);
  }
  return entered;
}

static void INK_NAME(link)(const ink_graph *graph, const ink_vector_rows *rows, size_t layer, uint32_t slot,
                           const uint32_t *links, size_t count, const ink_link_memory *memory) {
  size_t width;
  uint32_t *row = INK_NAME(links_of)(graph, layer, slot, &width);
  const size_t held = INK_NAME(link_count)(row, width);
  if (held + count <= width) {
    memcpy(row + held, links, count * sizeof *row);
    return;
  }
  if (count > memory->capacity - held) count = memory->capacity - held;
  memcpy(memory->slots, row, held * sizeof *row);
  memcpy(memory->slots + held, links, count * sizeof *row);
  const size_t known = INK_NAME(neighbours)(rows, slot, memory->slots, held + count, memory);
  const size_t chosen =
      INK_NAME(select_links)(rows, slot, memory->candidates, known, width, memory->codes + rows->code_width, row);
  for (size_t i = chosen; i < width; i++) row[i] = INK_NO_LINK;
}

INK_INLINE int INK_NAME(has)(const uint64_t *set, uint32_t slot) { return (int)(set[slot / 64] >> slot % 64 & 1); }

// Slots that are not gone and are reached from a slot through ones that are, nearest steps first.
INK_INLINE size_t INK_NAME(beyond)(const ink_graph *graph, size_t layer, uint32_t slot, const uint64_t *gone,
                                   const ink_link_memory *memory) {
  // Both lists share the memory: what was found grows from the front, the ones gone through from the back.
  uint32_t *found = memory->slots;
  uint32_t *through = memory->slots + memory->capacity;
  size_t found_count = 0, through_count = 0;
  uint32_t at = slot;
  for (size_t next = 0;; next++) {
    size_t width;
    const uint32_t *links = INK_NAME(links_of)(graph, layer, at, &width);
    for (size_t i = 0; i < width && links[i] != INK_NO_LINK; i++) {
      const uint32_t link = links[i];
      if (found_count + through_count >= memory->capacity) break;
      if (INK_NAME(has)(memory->seen, link)) continue;
      memory->seen[link / 64] |= 1ull << link % 64;
      if (INK_NAME(has)(gone, link))
        *(through - ++through_count) = link;
      else if (at != slot)
        found[found_count++] = link;
    }
    if (next >= through_count || found_count + through_count >= memory->capacity) break;
    at = *(through - next - 1);
  }
  for (size_t i = 0; i < found_count; i++) memory->seen[found[i] / 64] = 0;
  for (size_t i = 1; i <= through_count; i++) memory->seen[*(through - i) / 64] = 0;
  return found_count;
}

static int INK_NAME(repair)(const ink_graph *graph, const ink_vector_rows *rows, size_t layer, uint32_t slot,
                            const uint64_t *gone, const ink_link_memory *memory) {
  size_t width, kept = 0;
  uint32_t *row = INK_NAME(links_of)(graph, layer, slot, &width);
  const size_t held = INK_NAME(link_count)(row, width);
  for (size_t i = 0; i < held; i++) kept += !INK_NAME(has)(gone, row[i]);
  if (kept == held) return 0;
  memory->seen[slot / 64] |= 1ull << slot % 64;
  const size_t found = INK_NAME(beyond)(graph, layer, slot, gone, memory);
  for (size_t i = 0; i < held; i++) memory->seen[row[i] / 64] = 0;
  memory->seen[slot / 64] = 0;
  kept = 0;
  for (size_t i = 0; i < held; i++)
    if (!INK_NAME(has)(gone, row[i])) row[kept++] = row[i];
  const size_t known = INK_NAME(neighbours)(rows, slot, memory->slots, found, memory);
  for (size_t i = 0; i < known && i < INK_REPLACEMENTS && kept < held; i++)
    if (INK_NAME(is_apart)(rows, memory->candidates[i], row, kept, memory->codes + rows->code_width))
      row[kept++] = ink_candidate_slot(memory->candidates[i]);
  for (size_t i = kept; i < width; i++) row[i] = INK_NO_LINK;
  return 1;
}
