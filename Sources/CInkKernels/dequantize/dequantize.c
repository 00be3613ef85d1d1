// The table of block types: layout, decoder and (where one exists) encoder.
#include "ink_dequantize.h"

#include "families.h"

struct block_type {
  int32_t number;
  uint16_t elements;
  uint16_t bytes;
  ink_block_decoder *decode;
  ink_block_encoder *encode;
};

static const struct block_type block_types[] = {
    {INK_BLOCK_F32, 1, 4, ink_decode_f32, ink_encode_f32},
    {INK_BLOCK_F16, 1, 2, ink_decode_f16, ink_encode_f16},
    {INK_BLOCK_BF16, 1, 2, ink_decode_bf16, ink_encode_bf16},
    {INK_BLOCK_Q4_0, 32, 18, ink_decode_q4_0, ink_encode_q4_0},
    {INK_BLOCK_Q4_1, 32, 20, ink_decode_q4_1, ink_encode_q4_1},
    {INK_BLOCK_Q5_0, 32, 22, ink_decode_q5_0, ink_encode_q5_0},
    {INK_BLOCK_Q5_1, 32, 24, ink_decode_q5_1, ink_encode_q5_1},
    {INK_BLOCK_Q8_0, 32, 34, ink_decode_q8_0, ink_encode_q8_0},
    {INK_BLOCK_Q2_K, 256, 84, ink_decode_q2_k, ink_encode_q2_k},
    {INK_BLOCK_Q3_K, 256, 110, ink_decode_q3_k, ink_encode_q3_k},
    {INK_BLOCK_Q4_K, 256, 144, ink_decode_q4_k, ink_encode_q4_k},
    {INK_BLOCK_Q5_K, 256, 176, ink_decode_q5_k, ink_encode_q5_k},
    {INK_BLOCK_Q6_K, 256, 210, ink_decode_q6_k, ink_encode_q6_k},
    {INK_BLOCK_Q8_K, 256, 292, ink_decode_q8_k, NULL},
    {INK_BLOCK_IQ2_XXS, 256, 66, ink_decode_iq2_xxs, NULL},
    {INK_BLOCK_IQ2_XS, 256, 74, ink_decode_iq2_xs, NULL},
    {INK_BLOCK_IQ2_S, 256, 82, ink_decode_iq2_s, NULL},
    {INK_BLOCK_IQ3_XXS, 256, 98, ink_decode_iq3_xxs, NULL},
    {INK_BLOCK_IQ3_S, 256, 110, ink_decode_iq3_s, NULL},
    {INK_BLOCK_IQ1_S, 256, 50, ink_decode_iq1_s, NULL},
    {INK_BLOCK_IQ1_M, 256, 56, ink_decode_iq1_m, NULL},
    {INK_BLOCK_IQ4_NL, 32, 18, ink_decode_iq4_nl, NULL},
    {INK_BLOCK_IQ4_XS, 256, 136, ink_decode_iq4_xs, NULL},
    {INK_BLOCK_TQ1_0, 256, 54, ink_decode_tq1_0, ink_encode_tq1_0},
    {INK_BLOCK_TQ2_0, 256, 66, ink_decode_tq2_0, ink_encode_tq2_0},
    {INK_BLOCK_MXFP4, 32, 17, ink_decode_mxfp4, ink_encode_mxfp4},
    {INK_BLOCK_NVFP4, 64, 36, ink_decode_nvfp4, NULL},
};

static const struct block_type *find(int32_t number) {
  for (size_t i = 0; i < sizeof block_types / sizeof block_types[0]; i++) {
    if (block_types[i].number == number) return &block_types[i];
  }
  return NULL;
}

bool ink_block_layout(int32_t ggml_type, size_t *elements, size_t *bytes) {
  const struct block_type *type = find(ggml_type);
  *elements = type ? type->elements : 0;
  *bytes = type ? type->bytes : 0;
  return type != NULL;
}

bool ink_dequantize_row(int32_t ggml_type, const void *blocks, float *out, size_t elements) {
  const struct block_type *type = find(ggml_type);
  if (!type || elements % type->elements != 0) return false;
  type->decode(blocks, out, elements / type->elements);
  return true;
}

bool ink_can_quantize(int32_t ggml_type) {
  const struct block_type *type = find(ggml_type);
  return type && type->encode;
}

bool ink_quantize_row(int32_t ggml_type, const float *values, void *blocks, size_t elements) {
  const struct block_type *type = find(ggml_type);
  if (!type || !type->encode || elements % type->elements != 0) return false;
  type->encode(values, blocks, elements / type->elements);
  return true;
}
