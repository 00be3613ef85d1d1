// The functions of one instruction set. The includer sets INK_SET and, before the inclusion, defines pick_all for it.
#define INK_SCORE_JOIN_(name, set) name##_##set
#define INK_SCORE_JOIN(name, set) INK_SCORE_JOIN_(name, set)
#define INK_SCORE_NAME(name) INK_SCORE_JOIN(name, INK_SET)
#define INK_SCORE_STRING_(set) #set
#define INK_SCORE_STRING(set) INK_SCORE_STRING_(set)

static void INK_SCORE_NAME(worth)(const ink_score_curve *curve, const uint32_t *frequencies, const uint32_t *lengths,
                                  size_t count, int64_t *scores) {
  const ink_score_curve c = *curve;
  for (size_t place = 0; place < count; place++) {
    const double m = c.base + c.slope * (double)lengths[place];
    const double x = (double)frequencies[place] + c.shift * m;
    const int64_t score = (int64_t)(c.weight * (c.factor * (x / (x + c.k1 * m)) + c.offset));
    scores[place] = score > 1 ? score : 1;
  }
}

static size_t INK_SCORE_NAME(pick)(const ink_score_window *window, int64_t bound, const uint64_t *allowed) {
  const size_t picked = INK_SCORE_NAME(pick_all)(window, bound);
  if (!allowed) return picked;
  size_t kept = 0;
  for (size_t place = 0; place < picked; place++) {
    const uint32_t document = window->documents[place];
    window->documents[kept] = document;
    window->picked[kept] = window->picked[place];
    kept += allowed[document >> 6] >> (document & 63) & 1;
  }
  return kept;
}

const ink_score_kernels INK_SCORE_NAME(ink_score_kernels) = {
    .name = INK_SCORE_STRING(INK_SET),
    .worth = INK_SCORE_NAME(worth),
    .pick = INK_SCORE_NAME(pick),
};
