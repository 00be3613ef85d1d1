// One decoder per block type; `count` is in blocks. The dispatcher in dequantize.c is their only caller.
#ifndef INK_DEQUANTIZE_FAMILIES_H
#define INK_DEQUANTIZE_FAMILIES_H

#include <stddef.h>
#include <stdint.h>

typedef void ink_block_decoder(const uint8_t *block, float *out, size_t count);
typedef void ink_block_encoder(const float *values, uint8_t *block, size_t count);

// legacy.c
ink_block_decoder ink_decode_q4_0, ink_decode_q4_1, ink_decode_q5_0, ink_decode_q5_1, ink_decode_q8_0;
// kquants.c
ink_block_decoder ink_decode_q2_k, ink_decode_q3_k, ink_decode_q4_k, ink_decode_q5_k, ink_decode_q6_k, ink_decode_q8_k;
// iquants.c
ink_block_decoder ink_decode_iq2_xxs, ink_decode_iq2_xs, ink_decode_iq2_s, ink_decode_iq3_xxs, ink_decode_iq3_s;
ink_block_decoder ink_decode_iq1_s, ink_decode_iq1_m, ink_decode_iq4_nl, ink_decode_iq4_xs;
// ternary.c
ink_block_decoder ink_decode_tq1_0, ink_decode_tq2_0;
// microscaling.c
ink_block_decoder ink_decode_mxfp4, ink_decode_nvfp4;
// floats.c
ink_block_decoder ink_decode_f32, ink_decode_f16, ink_decode_bf16;

// kquants_encode.c
ink_block_encoder ink_encode_q2_k, ink_encode_q3_k, ink_encode_q4_k, ink_encode_q5_k, ink_encode_q6_k;
// quantize.c
ink_block_encoder ink_encode_q4_0, ink_encode_q4_1, ink_encode_q5_0, ink_encode_q5_1, ink_encode_q8_0;
ink_block_encoder ink_encode_tq1_0, ink_encode_tq2_0, ink_encode_mxfp4;
ink_block_encoder ink_encode_f32, ink_encode_f16, ink_encode_bf16;

#endif
