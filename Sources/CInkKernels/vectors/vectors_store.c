// Rows and queries are written here: floats padded with zeros, codes of 8 bits with what bounds their error.
#include <math.h>
#include <string.h>

#include "ink_vectors.h"

#pragma clang fp contract(off)

// A bound that is still one after it was rounded to a float.
static float rounded_up(double value) {
  return (float)(value * (1 + 1e-6));
}

typedef struct {
  float scale;
  double square;       // of the vector
  double code_square;  // of scale * codes
  double error;        // squared length of the difference
  int32_t sum;
} code_facts;

// Codes go from -127 to 127: scale = max|x| / 127, round to nearest.
static code_facts encode(const float *values, size_t dimension, int8_t *codes) {
  float largest = 0;
  for (size_t i = 0; i < dimension; i++) {
    const float magnitude = fabsf(values[i]);
    if (magnitude > largest) largest = magnitude;
  }
  // Below this the quotient would leave the range of floats; such a vector counts as zero.
  const float scale = largest < 1e-35f ? 0 : largest / 127;
  code_facts facts = {.scale = scale};
  for (size_t i = 0; i < dimension; i++) {
    float code = scale > 0 ? rintf(values[i] / scale) : 0;
    if (code > 127) code = 127;
    if (code < -127) code = -127;
    codes[i] = (int8_t)code;
    facts.sum += (int32_t)code;
    const double decoded = (double)scale * code;
    const double difference = (double)values[i] - decoded;
    facts.square += (double)values[i] * values[i];
    facts.code_square += decoded * decoded;
    facts.error += difference * difference;
  }
  return facts;
}

void ink_vector_store(const ink_vector_rows *rows, const float *values, size_t dimension, float *floats,
                      uint8_t *codes) {
  if (floats) {
    memcpy(floats, values, dimension * sizeof(float));
    memset(floats + dimension, 0, (rows->float_width - dimension) * sizeof(float));
  }
  if (!codes) return;
  memset(codes, 0, rows->code_stride);
  const code_facts facts = encode(values, dimension, (int8_t *)codes);
  for (size_t i = 0; i < rows->code_width; i++) codes[i] ^= 0x80;
  const ink_code_tail tail = {
      .scale = facts.scale,
      .square = (float)(floats ? facts.square : facts.code_square),
      .error = floats ? rounded_up(sqrt(facts.error)) : 0,
      .code_length = rounded_up(sqrt(facts.code_square)),
  };
  memcpy(codes + rows->code_width, &tail, sizeof tail);
}

void ink_vector_prepare(const ink_vector_rows *rows, const float *values, size_t dimension, float *floats,
                        int8_t *codes, ink_vector_query *query) {
  memset(query, 0, sizeof *query);
  memcpy(floats, values, dimension * sizeof(float));
  memset(floats + dimension, 0, (rows->float_width - dimension) * sizeof(float));
  query->floats = floats;
  double square = 0;
  for (size_t i = 0; i < dimension; i++) square += (double)values[i] * values[i];
  query->square = (float)square;
  query->length = rounded_up(sqrt(square));
  if (!rows->codes) return;
  memset(codes, 0, rows->code_width);
  const code_facts facts = encode(values, dimension, codes);
  query->codes = codes;
  query->scale = facts.scale;
  query->error = rounded_up(sqrt(facts.error));
  query->code_sum = facts.sum;
}

void ink_vector_query_of_row(const ink_vector_rows *rows, uint32_t slot, int8_t *codes, ink_vector_query *query) {
  memset(query, 0, sizeof *query);
  if (!rows->codes) {
    query->floats = rows->floats + (size_t)slot * rows->float_width;
    return;
  }
  const uint8_t *row = rows->codes + (size_t)slot * rows->code_stride;
  int32_t sum = 0;
  for (size_t i = 0; i < rows->code_width; i++) {
    codes[i] = (int8_t)(row[i] ^ 0x80);
    sum += codes[i];
  }
  ink_code_tail tail;
  memcpy(&tail, row + rows->code_width, sizeof tail);
  query->codes = codes;
  query->scale = tail.scale;
  query->square = tail.square;
  query->code_sum = sum;
}
