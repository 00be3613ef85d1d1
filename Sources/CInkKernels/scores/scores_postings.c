// Lists of postings: unpacked from the blocks of a segment, and the sets of their documents.
#include <string.h>

#include "ink_scores.h"

static inline uint32_t packed_number(const uint8_t *bytes, size_t index, uint32_t bits, uint64_t mask) {
  const size_t bit = index * bits;
  uint64_t word;
  memcpy(&word, bytes + (bit >> 3), sizeof word);
  return (uint32_t)(word >> (bit & 7) & mask);
}

uint64_t ink_postings_unpack(const ink_posting_block *block, uint64_t next, uint32_t *documents,
                             uint32_t *frequencies) {
  const ink_posting_block b = *block;
  const uint64_t document_mask = ((uint64_t)1 << b.document_bits) - 1;
  const uint64_t frequency_mask = ((uint64_t)1 << b.frequency_bits) - 1;
  for (size_t place = 0; place < b.count; place++) {
    next += packed_number(b.documents, place, b.document_bits, document_mask);
    documents[place] = (uint32_t)next++;
  }
  for (size_t place = 0; place < b.count; place++) {
    frequencies[place] = packed_number(b.frequencies, place, b.frequency_bits, frequency_mask) + 1;
  }
  return next;
}

void ink_score_set(const uint32_t *documents, size_t count, uint64_t *bits, uint32_t *ranks, size_t word_count) {
  for (size_t place = 0; place < count; place++) bits[documents[place] >> 6] |= (uint64_t)1 << (documents[place] & 63);
  uint32_t before = 0;
  for (size_t word = 0; word < word_count; word++) {
    ranks[word] = before;
    before += (uint32_t)__builtin_popcountll(bits[word]);
  }
}
