// Picks documents by blocks: most blocks hold none that reaches the bound. The includer sets INK_PICK, the function's
// name.
static size_t INK_PICK(int64_t *sums, uint64_t groups, uint32_t first, int64_t bound, uint32_t *documents,
                       int64_t *picked) {
  size_t count = 0;
  for (; groups; groups &= groups - 1) {
    const uint32_t group = (uint32_t)__builtin_ctzll(groups) * INK_SCORE_GROUP;
    for (uint32_t start = group; start < group + INK_SCORE_GROUP; start += 16) {
      int64_t reached = 0;
      for (uint32_t k = 0; k < 16; k++) reached |= -(int64_t)(sums[start + k] >= bound);
      if (reached) {
        for (uint32_t k = 0; k < 16; k++) {
          const int64_t sum = sums[start + k];
          // Written in any case: there is room for a group more.
          documents[count] = first + start + k;
          picked[count] = sum;
          count += sum >= bound;
        }
      }
      for (uint32_t k = 0; k < 16; k++) sums[start + k] = 0;
    }
  }
  return count;
}
