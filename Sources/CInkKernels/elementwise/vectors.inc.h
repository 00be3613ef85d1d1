// Words for vectors of sixteen floats, for kernels that are written once and compiled once for each instruction set: the
// includer sets INK_SET (a suffix) and, around the inclusion, the target attribute.
#include <float.h>
#include <math.h>
#include <string.h>

typedef float v16 __attribute__((vector_size(64)));
typedef int32_t i16x __attribute__((vector_size(64)));

// Vectors wider than the set's registers are passed between these functions only where they are inlined away.
#pragma clang diagnostic ignored "-Wpsabi"
#define INK_INLINE static inline __attribute__((always_inline))

#define INK_CONCAT_(a, b) a##_##b
#define INK_CONCAT(a, b) INK_CONCAT_(a, b)
#define INK_NAME(base) INK_CONCAT(base, INK_SET)
#define INK_STRING_(x) #x
#define INK_STRING(x) INK_STRING_(x)

INK_INLINE v16 INK_NAME(load)(const float *p) {
  v16 v;
  memcpy(&v, p, sizeof v);
  return v;
}

INK_INLINE void INK_NAME(store)(float *p, v16 v) { memcpy(p, &v, sizeof v); }

// The first n < 16 elements, the rest zero.
INK_INLINE v16 INK_NAME(load_part)(const float *p, size_t n) {
  v16 v = {0};
  memcpy(&v, p, n * sizeof(float));
  return v;
}

INK_INLINE v16 INK_NAME(splat)(float x) {
  return (v16){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

INK_INLINE v16 INK_NAME(fma)(v16 a, v16 b, v16 c) {
  return __builtin_elementwise_fma(a, b, c);
}

INK_INLINE v16 INK_NAME(choose)(i16x mask, v16 yes, v16 no) {
  return (v16)((mask & (i16x)yes) | (~mask & (i16x)no));
}

// Lanes moved down by `count`, so that lane 0 meets lane `count`; what the upper lanes hold is unspecified.
#define INK_LANES_DOWN(v, count)                                                                                       \
  __builtin_shufflevector(v, v, count, (count + 1) & 15, (count + 2) & 15, (count + 3) & 15, (count + 4) & 15,         \
                          (count + 5) & 15, (count + 6) & 15, (count + 7) & 15, 0, 1, 2, 3, 4, 5, 6, 7)

// Sixteen lanes combined in a fixed tree.
INK_INLINE float INK_NAME(sum_lanes)(v16 v) {
  v += INK_LANES_DOWN(v, 8);
  v += INK_LANES_DOWN(v, 4);
  v += INK_LANES_DOWN(v, 2);
  v += INK_LANES_DOWN(v, 1);
  return v[0];
}

// The largest of `start`, which is no NaN, and the lanes.
INK_INLINE float INK_NAME(largest_lane)(v16 v, float start) {
  const v16 starts = INK_NAME(splat)(start);
  v = INK_NAME(choose)(v > starts, v, starts);
  v16 down = INK_LANES_DOWN(v, 8);
  v = INK_NAME(choose)(down > v, down, v);
  down = INK_LANES_DOWN(v, 4);
  v = INK_NAME(choose)(down > v, down, v);
  down = INK_LANES_DOWN(v, 2);
  v = INK_NAME(choose)(down > v, down, v);
  down = INK_LANES_DOWN(v, 1);
  v = INK_NAME(choose)(down > v, down, v);
  return v[0];
}
