// Sums of scores that were worked out before: what terms are worth in the documents that hold them.
//
// Scores are whole numbers of at least one, so sums have the same bits in any order, and a sum of zero belongs to a
// document that holds none of the terms.
#ifndef INK_SCORES_H
#define INK_SCORES_H

#include <stddef.h>
#include <stdint.h>

// Bits of a score list's set of documents that stand in one word; words are counted up so that a place is found at once.
#define INK_SCORE_BITS 64

// What one term is worth in the documents that hold it, ascending.
typedef struct {
  const uint32_t *documents;
  const int64_t *scores;
  size_t count;
  const uint64_t *bits;   // a bit a document, or NULL for a list that is searched by halves
  const uint32_t *ranks;  // for each word of bits the documents before it, or NULL
} ink_score_list;

// How occurrences are counted: weight * (factor * x / (x + k1 * m) + offset), where m = base + slope * length and
// x = frequency + shift * m.
typedef struct {
  double weight, k1, base, slope, shift, factor, offset;
} ink_score_curve;

// The sums of a window of documents, and the documents that were picked out of it.
typedef struct {
  int64_t *sums;        // a document of the window; zero where nothing was added
  uint32_t *touched;    // documents that are not zero, less `first`
  uint32_t *documents;  // picked
  int64_t *picked;      // their sums
  uint32_t first;       // the window's first document
  uint32_t width;       // documents of the window
} ink_score_window;

// One instruction set's functions.
typedef struct {
  const char *name;
  // What each occurrence is worth, at least 1.
  void (*worth)(const ink_score_curve *curve, const uint32_t *frequencies, const uint32_t *lengths, size_t count,
                int64_t *scores);
  // Picks the documents whose sum reaches a bound of at least 1, ascending. `allowed` has a bit for every document of
  // the segment, or is NULL. Returns how many.
  size_t (*pick)(const ink_score_window *window, int64_t bound, const uint64_t *allowed);
} ink_score_kernels;

// The functions of one instruction set by name: "portable", "avx2", "avx512", "neon". NULL if this machine or this
// build does not have it.
const ink_score_kernels *ink_score_kernels_named(const char *name);

// Adds the postings from `start` to `end`, which lie in the window.
void ink_score_add(const ink_score_window *window, const ink_score_list *list, size_t start, size_t end);
// The same, and notes the documents that were zero behind the `touched` that were noted before. Returns how many are.
size_t ink_score_add_noting(const ink_score_window *window, const ink_score_list *list, size_t start, size_t end,
                            size_t touched);
// Picks like `pick`, among the documents that were noted only, in the order in which they were.
size_t ink_score_pick_noted(const ink_score_window *window, size_t touched, int64_t bound, const uint64_t *allowed);
// Adds what a term is worth to the documents picked and keeps those that reach a bound. Returns how many.
size_t ink_score_look_up(const ink_score_window *window, size_t picked, const ink_score_list *list, int64_t bound);
// Keeps the picked that reach a bound. Returns how many.
size_t ink_score_keep(const ink_score_window *window, size_t picked, int64_t bound);
// Makes the sums zero again: all, or those that were noted.
void ink_score_clear(const ink_score_window *window);
void ink_score_clear_noted(const ink_score_window *window, size_t touched);
// The greatest of some scores that `rank` of them reach, where there are so many; else 0. `heap` has room for `rank`.
int64_t ink_score_ranked(const int64_t *scores, size_t count, size_t rank, int64_t *heap);
// The first place from `start` to `count` whose document is not below a document.
size_t ink_score_lower_bound(const uint32_t *documents, size_t start, size_t count, uint32_t document);

#endif
