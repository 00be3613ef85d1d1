// XXH64 as its specification describes it (Collet, "xxHash fast digest algorithm", version 0.1.1), with seed 0.
#include <string.h>

#include "ink_vectors.h"

static const uint64_t p1 = 0x9E3779B185EBCA87, p2 = 0xC2B2AE3D27D4EB4F, p3 = 0x165667B19E3779F9,
                      p4 = 0x85EBCA77C2B2AE63, p5 = 0x27D4EB2F165667C5;

static inline uint64_t turned(uint64_t value, int count) { return value << count | value >> (64 - count); }

static inline uint64_t word(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

static inline uint64_t round_of(uint64_t lane, uint64_t input) { return turned(lane + input * p2, 31) * p1; }

uint64_t ink_checksum(const void *start, size_t count) {
  const uint8_t *bytes = start;
  size_t left = count;
  uint64_t sum = p5;
  if (left >= 32) {
    uint64_t lanes[4] = {p1 + p2, p2, 0, -p1};
    for (; left >= 32; left -= 32, bytes += 32)
      for (int i = 0; i < 4; i++) lanes[i] = round_of(lanes[i], word(bytes + 8 * i));
    sum = turned(lanes[0], 1) + turned(lanes[1], 7) + turned(lanes[2], 12) + turned(lanes[3], 18);
    for (int i = 0; i < 4; i++) sum = (sum ^ round_of(0, lanes[i])) * p1 + p4;
  }
  sum += count;
  for (; left >= 8; left -= 8, bytes += 8) sum = turned(sum ^ round_of(0, word(bytes)), 27) * p1 + p4;
  if (left >= 4) {
    const uint64_t half = bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24;
    sum = turned(sum ^ half * p1, 23) * p2 + p3;
    left -= 4;
    bytes += 4;
  }
  for (; left > 0; left--, bytes++) sum = turned(sum ^ *bytes * p5, 11) * p1;
  sum = (sum ^ sum >> 33) * p2;
  sum = (sum ^ sum >> 29) * p3;
  return sum ^ sum >> 32;
}
