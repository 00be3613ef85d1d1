// Sums of scores that were worked out before: what terms are worth in the documents that hold them, and which documents
// have the greatest sums.
//
// Scores are whole numbers of at least one, so sums have the same bits in any order, and a sum of zero belongs to a
// document that holds none of the terms.
#ifndef INK_SCORES_H
#define INK_SCORES_H

#include <stddef.h>
#include <stdint.h>

// The most documents of a window: their sums stay in the fastest cache. A group is what one bit of a mask stands for.
#define INK_SCORE_WIDTH 4096
#define INK_SCORE_GROUP 64
// The best scores of a list that are kept in order.
#define INK_SCORE_TOP 16

// What one term is worth in the documents that hold it, ascending.
typedef struct {
  const uint32_t *documents;
  const uint32_t *scores;
  size_t count;
  const uint64_t *bits;   // a bit a document, or NULL for a list that is searched from place to place
  const uint32_t *ranks;  // for each word of bits the documents before it, or NULL
  const uint32_t *top;    // the greatest scores, the best first
  uint32_t greatest;      // the first of those, 0 if there is none
  uint32_t top_count;     // as many as there are, at most INK_SCORE_TOP
  int64_t times;          // how often each score counts
} ink_score_list;

// How occurrences are counted: weight * (factor * x / (x + k1 * m) + offset), where m = base + slope * length and
// x = frequency + shift * m.
typedef struct {
  double weight, k1, base, slope, shift, factor, offset;
} ink_score_curve;

// A document and its sum.
typedef struct {
  int64_t score;
  uint32_t document;
} ink_score_match;

// What is searched for.
typedef struct {
  const ink_score_list *lists;
  size_t list_count;
  uint32_t document_count;  // of the segment; all documents of lists lie below
  const uint64_t *allowed;  // a bit for every document that may be found, or NULL for all
  size_t count;             // matches that are wanted, at least 1
  int64_t threshold;        // documents whose sum lies below need not be found
} ink_score_query;

// Where a search keeps its numbers.
typedef struct {
  int64_t *sums;                 // INK_SCORE_WIDTH, all zero between searches
  uint32_t *documents;           // INK_SCORE_WIDTH and a group: those picked out of a window
  int64_t *picked;               // as many: their sums
  const ink_score_list **order;  // list_count
  int64_t *greatest;             // list_count: the greatest scores of the lists in that order
  size_t *places;                // list_count: the first posting of a list that was not passed
  int64_t *rest;                 // list_count + 1: what the lists from a place on are worth together at most
  ink_score_match *best;         // count: what was found
} ink_score_room;

// One instruction set's functions.
typedef struct {
  const char *name;
  // What each occurrence is worth, 1 to 2^31 - 1, rounded. `lengths` are those of all documents.
  void (*worth)(const ink_score_curve *curve, const uint32_t *documents, const uint32_t *frequencies,
                const uint32_t *lengths, size_t count, uint32_t *scores);
  // The greatest of some scores in order, the best first, into `top`. Returns how many those are.
  size_t (*top)(const uint32_t *scores, size_t count, uint32_t top[INK_SCORE_TOP]);
  // Picks the documents of a window whose sum reaches a bound of at least 1, ascending, out of the groups that a mask
  // names, and makes the sums of those groups zero. `first` is the window's first document. Returns how many.
  size_t (*pick)(int64_t *sums, uint64_t groups, uint32_t first, int64_t bound, uint32_t *documents, int64_t *picked);
} ink_score_kernels;

// The functions of one instruction set by name: "portable", "avx2", "avx512", "neon". NULL if this machine or this
// build does not have it.
const ink_score_kernels *ink_score_kernels_named(const char *name);

// Finds the documents with the greatest sums, the best first, equal ones by ascending number, in `room->best`. Returns
// how many: `count`, or as many as reach the threshold.
size_t ink_score_search(const ink_score_kernels *kernels, const ink_score_query *query, const ink_score_room *room);

// Sets the bits of a list's documents and counts those before each of the words, which are zero before.
void ink_score_set(const uint32_t *documents, size_t count, uint64_t *bits, uint32_t *ranks, size_t word_count);

// Numbers packed with so many bits each, at most 32, the lowest bits first: a block of postings. Eight bytes from where
// a number begins can be read.
typedef struct {
  const uint8_t *documents;    // differences to the document before, less one
  const uint8_t *frequencies;  // less one
  uint32_t document_bits, frequency_bits;
  size_t count;
} ink_posting_block;

// Unpacks a block. `next` is the lowest document that it may hold. Returns the number behind its last document, which
// may be greater than 32 bits hold if the block is damaged.
uint64_t ink_postings_unpack(const ink_posting_block *block, uint64_t next, uint32_t *documents, uint32_t *frequencies);

#endif
