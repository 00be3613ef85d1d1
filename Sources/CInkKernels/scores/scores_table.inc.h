// The functions of one instruction set. The includer sets INK_SET and, before the inclusion, defines pick for it.
#define INK_SCORE_JOIN_(name, set) name##_##set
#define INK_SCORE_JOIN(name, set) INK_SCORE_JOIN_(name, set)
#define INK_SCORE_NAME(name) INK_SCORE_JOIN(name, INK_SET)
#define INK_SCORE_STRING_(set) #set
#define INK_SCORE_STRING(set) INK_SCORE_STRING_(set)

static void INK_SCORE_NAME(worth)(const ink_score_curve *curve, const uint32_t *documents, const uint32_t *frequencies,
                                  const uint32_t *lengths, size_t count, uint32_t *scores) {
  enum { BLOCK = 128 };
  const ink_score_curve c = *curve;
  uint32_t collected[BLOCK];
  for (size_t start = 0; start < count; start += BLOCK) {
    const size_t size = count - start < BLOCK ? count - start : BLOCK;
    for (size_t k = 0; k < size; k++) collected[k] = lengths[documents[start + k]];
    for (size_t k = 0; k < size; k++) {
      const double m = c.base + c.slope * (double)collected[k];
      const double x = (double)frequencies[start + k] + c.shift * m;
      const double worth = c.weight * (c.factor * (x / (x + c.k1 * m)) + c.offset) + 0.5;
      const double capped = worth < 2147483647.0 ? worth : 2147483647.0;
      scores[start + k] = (uint32_t)(int32_t)(capped > 1.0 ? capped : 1.0);
    }
  }
}

static size_t INK_SCORE_NAME(top)(const uint32_t *scores, size_t count, uint32_t top[INK_SCORE_TOP]) {
  enum { BLOCK = 32 };
  // A sorted list: after few scores there is seldom a better one, and whole blocks are passed.
  size_t held = 0;
  for (size_t start = 0; start < count; start += BLOCK) {
    const size_t end = count - start < BLOCK ? count : start + BLOCK;
    if (held == INK_SCORE_TOP && end == start + BLOCK) {
      const uint32_t least = top[INK_SCORE_TOP - 1];
      uint32_t above = 0;
      for (size_t k = 0; k < BLOCK; k++) above |= -(uint32_t)(scores[start + k] > least);
      if (!above) continue;
    }
    for (size_t place = start; place < end; place++) {
      const uint32_t score = scores[place];
      if (held == INK_SCORE_TOP) {
        if (score <= top[held - 1]) continue;
      } else {
        held++;
      }
      size_t slot = held - 1;
      for (; slot > 0 && top[slot - 1] < score; slot--) top[slot] = top[slot - 1];
      top[slot] = score;
    }
  }
  return held;
}

const ink_score_kernels INK_SCORE_NAME(ink_score_kernels) = {
    .name = INK_SCORE_STRING(INK_SET),
    .worth = INK_SCORE_NAME(worth),
    .top = INK_SCORE_NAME(top),
    .pick = INK_SCORE_NAME(pick),
};
