// Vectors to be searched: how well one fits many, the best of a range of rows, and walks over a graph of neighbours.
//
// Scores are higher for what fits better: the inner product, or minus the squared distance. Every score of floats runs
// in sixteen lanes (lane i takes elements i, i + 16, ...) that are combined in a fixed tree, and sums of codes are
// exact, so a score has the same bits on every instruction set, alone or among others.
#ifndef INK_VECTORS_H
#define INK_VECTORS_H

#include <stddef.h>
#include <stdint.h>

// Elements that rows of floats and rows of codes are padded to; the padding counts as zero.
#define INK_VECTOR_FLOATS 16
#define INK_VECTOR_CODES 64
// A link that leads nowhere.
#define INK_NO_LINK UINT32_MAX

typedef enum {
  INK_SCORE_PRODUCT = 0,   // the inner product
  INK_SCORE_DISTANCE = 1,  // minus the squared Euclidean distance
} ink_score_kind;

// What stands behind the codes of a row.
typedef struct {
  float scale;       // an element is scale * code
  float square;      // the squared length of the vector that exact scores are made with
  float error;       // at least the length of what the codes leave out of that vector
  float code_length;  // at least the length of scale * codes
} ink_code_tail;

// The rows. At least one of `floats` and `codes` is there; where both are, codes guide and floats decide.
typedef struct {
  const float *floats;   // [slot][float_width], or NULL
  const uint8_t *codes;  // [slot][code_stride]: code + 128 for code_width elements, then an ink_code_tail; or NULL
  size_t float_width;    // a multiple of INK_VECTOR_FLOATS
  size_t code_width;     // a multiple of INK_VECTOR_CODES
  size_t code_stride;    // bytes, a multiple of 64
  ink_score_kind kind;
} ink_vector_rows;

// One vector that rows are compared with.
typedef struct {
  const float *floats;  // float_width elements, or NULL where rows have none
  const int8_t *codes;  // code_width elements, or NULL where rows have none
  float scale;
  float square;       // the squared length
  float error;        // at least the length of what the codes leave out
  float length;       // at least the length
  int32_t code_sum;   // the sum of the codes
} ink_vector_query;

// The best that were found: a heap whose first element is the worst. Of equal scores the lower id is the better.
typedef struct {
  float *scores;
  uint32_t *slots;
  const int64_t *ids;  // of every slot
  size_t count;
  size_t capacity;     // at least 1
} ink_best;

// Rows to be looked through.
typedef struct {
  const ink_vector_rows *rows;
  const ink_vector_query *query;
  const uint64_t *allowed;  // one bit a slot; the others are passed over
  uint32_t first, end;
  ink_best *best;
} ink_vector_scan;

// Writes float_width elements to floats (or NULL) and the codes with their tail to `codes` (or NULL). `values` has
// `dimension` elements. Where there are no floats, the codes are the vector that scores are made with.
void ink_vector_store(const ink_vector_rows *rows, const float *values, size_t dimension, float *floats,
                      uint8_t *codes);
// Fills in a query: its elements go to `floats` and `codes` (each where rows have such).
void ink_vector_prepare(const ink_vector_rows *rows, const float *values, size_t dimension, float *floats,
                        int8_t *codes, ink_vector_query *query);
// Makes a query of a row, codes alone where rows have codes.
void ink_vector_query_of_row(const ink_vector_rows *rows, uint32_t slot, int8_t *codes, ink_vector_query *query);

// Takes a score into the best if it belongs there.
void ink_best_offer(ink_best *best, float score, uint32_t slot);

// A graph of near neighbours in layers (Malkov and Yashunin, 2016). Every slot may have a row of links on layer 0;
// links fill a row from its beginning, the rest is INK_NO_LINK. Links lead to slots that have a row on the same layer.
typedef struct {
  uint32_t *base_links;        // [slot][base_width], for layer 0
  uint32_t *upper_links;       // [row][upper_width]: that of slot s on layer n > 0 is row upper_rows[s] + n - 1
  const uint32_t *upper_rows;  // of each slot; INK_NO_LINK for one that is on layer 0 only
  size_t base_width, upper_width;
  size_t slots;
} ink_graph;

// A slot and its score in one number: the better one is less, of equal scores the lower slot. The lowest bit says that
// its links were looked at. Slots are below 2^31.
typedef uint64_t ink_candidate;

static inline uint32_t ink_candidate_slot(ink_candidate candidate) { return (uint32_t)(candidate >> 1) & 0x7fffffff; }

// A walk over one layer, and the memory that it needs.
typedef struct {
  const ink_graph *graph;
  const ink_vector_rows *rows;
  const ink_vector_query *query;
  ink_candidate *pool;  // room for `capacity`, the better ones first
  size_t capacity;
  uint64_t *visited;    // one bit a slot
} ink_walk;

// Memory for choosing links.
typedef struct {
  ink_candidate *candidates;  // room for `capacity`
  size_t capacity;
  uint32_t *slots;            // room for `capacity`
  float *scores;              // room for `capacity`
  int8_t *codes;              // two rows of code_width
  uint64_t *seen;             // one bit a slot, zero before and after
} ink_link_memory;

// One instruction set's functions.
typedef struct {
  const char *name;
  // The scores that decide, of the rows listed.
  void (*exact)(const ink_vector_rows *rows, const ink_vector_query *query, const uint32_t *slots, size_t count,
                float *scores);
  // The scores that guide: of codes where there are any.
  void (*guide)(const ink_vector_rows *rows, const ink_vector_query *query, const uint32_t *slots, size_t count,
                float *scores);
  // Takes the best of a range by exact scores. Rows whose codes prove that they fit worse are not looked at.
  void (*scan)(const ink_vector_scan *scan);
  // The same for several queries, which share what is loaded of the rows.
  void (*scan_many)(const ink_vector_scan *scans, size_t count);
  // The candidate of a slot by guiding score.
  ink_candidate (*candidate)(const ink_vector_rows *rows, const ink_vector_query *query, uint32_t slot);
  // From a candidate on to better neighbours on each layer from `from` down to `to`, until there is no better one.
  ink_candidate (*descend)(const ink_walk *walk, ink_candidate start, size_t from, size_t to);
  // Keeps the best `capacity` that can be reached from the `count` candidates in the pool, by looking at the links of
  // every one that is kept. Returns how many there are.
  size_t (*walk)(const ink_walk *walk, size_t layer, size_t count);
  // Puts slots, which are not in the pool, among its candidates. Returns how many there are.
  size_t (*offer)(const ink_walk *walk, size_t count, const uint32_t *slots, size_t slot_count);
  // Chooses at most `limit` of the candidates, best first, such that each is nearer to the slot than to any that was
  // chosen before it (the paper's algorithm 4). `codes` has room for a row. Returns how many were chosen.
  size_t (*choose)(const ink_vector_rows *rows, uint32_t slot, const ink_candidate *candidates, size_t count,
                   size_t limit, int8_t *codes, uint32_t *chosen);
  // Adds links to a slot's row on a layer; where there is no room for all, those to keep are chosen.
  void (*link)(const ink_graph *graph, const ink_vector_rows *rows, size_t layer, uint32_t slot, const uint32_t *links,
               size_t count, const ink_link_memory *memory);
  // Takes links to slots in `gone` out of a slot's row and puts in their place, where they are no worse than the
  // neighbours that stay, slots that were reached through those that are gone. Returns whether the row was changed.
  int (*repair)(const ink_graph *graph, const ink_vector_rows *rows, size_t layer, uint32_t slot, const uint64_t *gone,
                const ink_link_memory *memory);
} ink_vector_kernels;

// The functions of one instruction set by name: "portable", "avx2", "avx512", "neon". NULL if this machine or this
// build does not have it.
const ink_vector_kernels *ink_vector_kernels_named(const char *name);

// A checksum of bytes (XXH64 with seed 0, Collet, 2012).
uint64_t ink_checksum(const void *bytes, size_t count);

#endif
