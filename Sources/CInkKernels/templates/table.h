// The table of one instruction set: the same fields, filled with this file's functions.

#define INK_TABLE(table_name, display_name)                                                                            \
  const ink_matrix_kernels table_name = {                                                                              \
      .name = display_name,                                                                                            \
      .float_tile_rows = INK_FLOAT_TILE_ROWS,                                                                          \
      .float_tile_panels = (INK_FLOAT_TILE_VECTORS * INK_LANES + INK_PANEL_WIDTH - 1) / INK_PANEL_WIDTH,               \
      .packed_tile_rows = INK_PACKED_TILE_ROWS,                                                                        \
      .quantize = ink_quantize,                                                                                        \
      .encode = ink_encode,                                                                                            \
      .packed =                                                                                                        \
          {                                                                                                            \
              [INK_LAYOUT_Q4_0] = ink_packed_q4_0,                                                                     \
              [INK_LAYOUT_Q4_1] = ink_packed_q4_1,                                                                     \
              [INK_LAYOUT_Q5_0] = ink_packed_q5_0,                                                                     \
              [INK_LAYOUT_Q5_1] = ink_packed_q5_1,                                                                     \
              [INK_LAYOUT_Q8_0] = ink_packed_q8_0,                                                                     \
              [INK_LAYOUT_Q4_K] = ink_packed_q4_k,                                                                     \
              [INK_LAYOUT_Q5_K] = ink_packed_q5_k,                                                                     \
              [INK_LAYOUT_Q6_K] = ink_packed_q6_k,                                                                     \
              [INK_LAYOUT_Q2_K] = ink_packed_q2_k,                                                                     \
              [INK_LAYOUT_Q3_K] = ink_packed_q3_k,                                                                     \
              [INK_LAYOUT_IQ4_NL] = ink_packed_iq4_nl,                                                                 \
              [INK_LAYOUT_IQ4_XS] = ink_packed_iq4_xs,                                                                 \
          },                                                                                                           \
      .float32 = ink_float32,                                                                                          \
      .float16 = ink_float16,                                                                                          \
      .bfloat16 = ink_bfloat16,                                                                                        \
      .codes_along_depth = ink_codes_along_depth,                                                                      \
      .codes_along_outputs = ink_codes_along_outputs,                                                                  \
      .normal_float = ink_nf4_product,                                                                                 \
      .product = ink_product,                                                                                          \
      .tile_along = ink_tile_along,                                                                                    \
      .tile_across = ink_tile_across,                                                                                  \
      .widen_float16 = ink_widen_float16,                                                                              \
      .widen_bfloat16 = ink_widen_bfloat16,                                                                            \
      .widen_normal_float = ink_nf4_widen,                                                                             \
      .peak = ink_peak,                                                                                                \
  }
