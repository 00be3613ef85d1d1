// Picks documents by blocks: most blocks hold none that reaches the bound. The includer sets INK_PICK_ALL, the
// function's name.
static size_t INK_PICK_ALL(const ink_score_window *window, int64_t bound) {
  const int64_t *sums = window->sums;
  size_t picked = 0;
  for (uint32_t start = 0; start < window->width; start += 16) {
    // Sums stand in whole blocks; those behind the width are zero and reach no bound.
    int64_t reached = 0;
    for (uint32_t k = 0; k < 16; k++) reached |= -(int64_t)(sums[start + k] >= bound);
    if (!reached) continue;
    for (uint32_t k = 0; k < 16; k++) {
      const int64_t sum = sums[start + k];
      window->documents[picked] = window->first + start + k;
      window->picked[picked] = sum;
      picked += sum >= bound;
    }
  }
  return picked;
}
