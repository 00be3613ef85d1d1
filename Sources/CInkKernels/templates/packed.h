// The packed product, written once in the words of lanes.h and compiled for each instruction set.
//
// The chain of an output, block after block:
//   sum = exact integer dot product of the block's weights (offset taken off) and the quantized activations
//   acc = fma(weight scale * activation scale, sum, acc), then with minimums acc = fma(minimum, scaled sum, acc)
// and where scales hold for 16 elements:
//   acc = fma(activation scale, fma(second scale, second sum, first scale * first sum), acc)
// and the two minimums with their halves of the scaled sum

typedef struct {
  ink_floats scale;
  ink_floats second;
  ink_floats minimum;
  ink_floats second_minimum;
} ink_scales;

// Bytes of which the lower or the upper nibble is a number.
INK_INLINE ink_floats ink_load_lower_nibbles(const uint8_t *p) {
  uint8_t nibbles[INK_LANES];
  for (int i = 0; i < INK_LANES; i++) nibbles[i] = p[i] & 15;
  return ink_load_unsigned(nibbles);
}
INK_INLINE ink_floats ink_load_upper_nibbles(const uint8_t *p) {
  uint8_t nibbles[INK_LANES];
  for (int i = 0; i < INK_LANES; i++) nibbles[i] = p[i] >> 4;
  return ink_load_unsigned(nibbles);
}

INK_INLINE ink_scales ink_block_scales(const int layout, const uint8_t *run, int block, int part) {
  const int lane = part * INK_LANES;
  ink_scales scales;
  scales.scale = ink_load_half(run + 2 * lane);
  scales.second = scales.scale;
  scales.minimum = scales.scale;
  scales.second_minimum = scales.scale;
  switch (layout) {
  case INK_LAYOUT_Q4_1:
  case INK_LAYOUT_Q5_1:
    scales.minimum = ink_load_half(run + 32 + 2 * lane);
    break;
  case INK_LAYOUT_Q4_K:
  case INK_LAYOUT_Q5_K:
    scales.minimum = ink_negate(
        ink_multiply(ink_load_half(run + 32 + 2 * lane), ink_load_unsigned(run + 192 + 16 * block + lane)));
    scales.scale = ink_multiply(scales.scale, ink_load_unsigned(run + 64 + 16 * block + lane));
    break;
  case INK_LAYOUT_Q2_K: {
    const uint8_t *both = run + 64 + 32 * block + lane;
    const ink_floats minimum = ink_negate(ink_load_half(run + 32 + 2 * lane));
    scales.minimum = ink_multiply(minimum, ink_load_upper_nibbles(both));
    scales.second_minimum = ink_multiply(minimum, ink_load_upper_nibbles(both + 16));
    scales.second = ink_multiply(scales.scale, ink_load_lower_nibbles(both + 16));
    scales.scale = ink_multiply(scales.scale, ink_load_lower_nibbles(both));
    break;
  }
  case INK_LAYOUT_IQ4_XS:
    scales.scale = ink_multiply(scales.scale, ink_load_signed(run + 32 + 16 * block + lane));
    break;
  case INK_LAYOUT_Q3_K:
  case INK_LAYOUT_Q6_K:
    scales.second = ink_multiply(scales.scale, ink_load_signed(run + 32 + 32 * block + 16 + lane));
    scales.scale = ink_multiply(scales.scale, ink_load_signed(run + 32 + 32 * block + lane));
    break;
  default:
    break;
  }
  return scales;
}

// The eight groups of a block for the outputs of one part of the panel.
INK_INLINE void ink_block_codes(const int layout, const uint8_t *block, int part, ink_bytes codes[8]) {
  const int at = part * 4 * INK_LANES;
  if (layout == INK_LAYOUT_Q8_0) {
#pragma clang loop unroll(full)
    for (int g = 0; g < 8; g++) codes[g] = ink_prepare_signed(ink_load_bytes(block + 64 * g + at));
    return;
  }
  if (ink_has_pairs(layout)) {
    const uint8_t *pairs = block + ink_high_bytes(layout) + at;
#pragma clang loop unroll(full)
    for (int g = 0; g < 8; g++) codes[g] = ink_pair(ink_load_bytes(pairs + 64 * (g / 4)), g % 4, 0);
    if (layout == INK_LAYOUT_Q3_K) {
      const ink_bytes bits = ink_load_bytes(block + at);
#pragma clang loop unroll(full)
      for (int g = 0; g < 8; g++) codes[g] = ink_join_bit(codes[g], bits, g, 2);
    }
    return;
  }
  const uint8_t *nibbles = block + ink_high_bytes(layout) + at;
#pragma clang loop unroll(full)
  for (int j = 0; j < 4; j++) {
    ink_bytes both = ink_load_bytes(nibbles + 64 * j);
    codes[j] = ink_low_nibbles(both);
    codes[j + 4] = ink_high_nibbles(both);
  }
  if (ink_high_bytes(layout) == 64) {
    ink_bytes bits = ink_load_bytes(block + at);
#pragma clang loop unroll(full)
    for (int g = 0; g < 8; g++) codes[g] = ink_join_bit(codes[g], bits, g, 4);
  } else if (ink_high_bytes(layout) == 128) {
#pragma clang loop unroll(full)
    for (int g = 0; g < 8; g++)
      codes[g] = ink_or(codes[g], ink_pair(ink_load_bytes(block + 64 * (g / 4) + at), g % 4, 4));
  } else if (ink_has_levels(layout)) {
#pragma clang loop unroll(full)
    for (int g = 0; g < 8; g++) codes[g] = ink_prepare_signed(ink_look_up(codes[g]));
  }
}

INK_INLINE int ink_code_bits(const int layout) {
  if (ink_has_pairs(layout)) return 3;
  return layout == INK_LAYOUT_Q8_0 ? 8 : ink_high_bytes(layout) == 128 ? 6 : ink_high_bytes(layout) == 64 ? 5 : 4;
}

// The exact integer sums of `groups` groups of a block for several rows of activations: offset taken off. `half` says
// which sums of the activations the offset belongs to: 0 or 1, or 2 for the whole block.
INK_INLINE void ink_block_sums(const int layout, const ink_bytes *codes, const int groups, const int half,
                               const int rows, const ink_activation_block *x, size_t stride, ink_ints *sums) {
  const int shift = ink_offset_shift(layout);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const ink_activation_block *own = x + (size_t)r * stride;
    sums[r] = ink_zero_ints();
    const int32_t negative = half == 2 ? own->negative_sum : own->negative_half_sums[half & 1];
    if (shift >= 0) sums[r] = ink_shifted_start(negative, shift & 31);
  }
  if (layout == INK_LAYOUT_Q8_0 || ink_has_levels(layout))
    ink_dot_signed(codes, rows, x, stride, sums);
  else
    ink_dot_unsigned(codes, groups, ink_code_bits(layout), rows, x, half == 1 ? 16 : 0, stride, sums);
}

// One step of the chains of several rows, one chain per output.
INK_INLINE void ink_chain_step(const int layout, const ink_bytes codes[8], ink_scales scales, const int rows,
                               const ink_activation_block *x, size_t stride, ink_floats *acc) {
  ink_ints sums[INK_PACKED_TILE_ROWS];
  if (ink_has_half_scales(layout)) {
    ink_ints second[INK_PACKED_TILE_ROWS];
    ink_block_sums(layout, codes, 4, 0, rows, x, stride, sums);
    ink_block_sums(layout, codes + 4, 4, 1, rows, x, stride, second);
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      ink_floats weighted = ink_multiply(scales.scale, ink_from_ints(sums[r]));
      weighted = ink_fma(scales.second, ink_from_ints(second[r]), weighted);
      const ink_activation_block *own = x + (size_t)r * stride;
      acc[r] = ink_fma(ink_broadcast(own->scale), weighted, acc[r]);
      if (ink_has_minimum(layout)) {
        acc[r] = ink_fma(scales.minimum, ink_broadcast(own->scaled_half_sums[0]), acc[r]);
        acc[r] = ink_fma(scales.second_minimum, ink_broadcast(own->scaled_half_sums[1]), acc[r]);
      }
    }
    return;
  }
  ink_block_sums(layout, codes, 8, 2, rows, x, stride, sums);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    const ink_activation_block *own = x + (size_t)r * stride;
    acc[r] = ink_fma(ink_multiply(scales.scale, ink_broadcast(own->scale)), ink_from_ints(sums[r]), acc[r]);
    if (ink_has_minimum(layout)) acc[r] = ink_fma(scales.minimum, ink_broadcast(own->scaled_sum), acc[r]);
  }
}

INK_INLINE void ink_finish(const ink_epilogue *epilogue, ink_floats chain, size_t at, size_t count, float *out) {
  if (count >= INK_LANES) {
    if (epilogue->bias) chain = ink_add(chain, ink_load(epilogue->bias + at));
    if (epilogue->adds_to_output) chain = ink_add(ink_load(out), chain);
    ink_store(out, chain);
  } else {
    if (epilogue->bias) chain = ink_add(chain, ink_load_some(epilogue->bias + at, count));
    if (epilogue->adds_to_output) chain = ink_add(ink_load_some(out, count), chain);
    ink_store_some(out, chain, count);
  }
}

// Chains of the largest tile: many rows by a register of outputs, or one row by a panel.
#define INK_PACKED_CHAINS                                                                                              \
  (INK_PACKED_TILE_ROWS > INK_PANEL_WIDTH / INK_LANES ? INK_PACKED_TILE_ROWS : INK_PANEL_WIDTH / INK_LANES)

// How far ahead of use weights are asked for when one row streams them from memory.
#define INK_PREFETCH_BYTES 4096

// `rows` rows from `row` on, `parts` parts of a panel from `part` on.
INK_INLINE void ink_packed_tile(const int layout, const int rows, const int parts, const ink_packed_call *call,
                                size_t panel, int part, size_t row) {
  const uint8_t *run = call->panels + panel * call->panel_bytes;
  const ink_activation_block *x = call->activations + row * call->activation_stride;
  const size_t stride = call->activation_stride;
  const int run_blocks = ink_run_blocks(layout);
  // Room for the largest tile; a constant size lets the compiler keep the chains in registers.
  ink_floats acc[INK_PACKED_CHAINS];
#pragma clang loop unroll(full)
  for (int i = 0; i < rows * parts; i++) acc[i] = ink_zero();
  for (size_t remaining = call->blocks / (size_t)run_blocks; remaining > 0; remaining--) {
    const uint8_t *block = run + ink_header_bytes(layout);
    if (rows == 1) {
#pragma clang loop unroll(full)
      for (size_t line = 0; line < ink_header_bytes(layout); line += 64) {
        if (run_blocks > 1) __builtin_prefetch(run + INK_PREFETCH_BYTES + line);
      }
    }
#pragma clang loop unroll(disable)
    for (int b = 0; b < run_blocks; b++, block += ink_block_bytes(layout), x++) {
      if (rows == 1) {
        const size_t bytes = ink_block_bytes(layout) + (run_blocks > 1 ? 0 : ink_header_bytes(layout));
#pragma clang loop unroll(full)
        for (size_t line = 0; line < bytes; line += 64) __builtin_prefetch(block + INK_PREFETCH_BYTES + line);
      }
#pragma clang loop unroll(full)
      for (int p = 0; p < parts; p++) {
        ink_bytes codes[8];
        ink_block_codes(layout, block, part + p, codes);
        const ink_scales scales = ink_block_scales(layout, run, b, part + p);
        ink_chain_step(layout, codes, scales, rows, x, stride, acc + p * rows);
      }
    }
    run += ink_run_bytes(layout);
  }
#pragma clang loop unroll(full)
  for (int p = 0; p < parts; p++) {
    const size_t at = panel * INK_PANEL_WIDTH + (size_t)(part + p) * INK_LANES;
    if (at >= call->outputs) return;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++)
      ink_finish(&call->epilogue, acc[p * rows + r], at, call->outputs - at,
                 call->output + (row + (size_t)r) * call->output_stride + at);
  }
}

INK_INLINE void ink_packed_product(const int layout, const ink_packed_call *call) {
  const int panel_parts = INK_PANEL_WIDTH / INK_LANES;
  for (size_t panel = 0; panel < call->panel_count; panel++) {
    if (call->rows == 1) {
      ink_packed_tile(layout, 1, panel_parts, call, panel, 0, 0);
      continue;
    }
    for (int part = 0; part < panel_parts; part++) {
      size_t row = 0;
      for (; row + INK_PACKED_TILE_ROWS <= call->rows; row += INK_PACKED_TILE_ROWS)
        ink_packed_tile(layout, INK_PACKED_TILE_ROWS, 1, call, panel, part, row);
#if INK_PACKED_TILE_ROWS > 4
      for (; row + 4 <= call->rows; row += 4) ink_packed_tile(layout, 4, 1, call, panel, part, row);
#endif
      for (; row + 2 <= call->rows; row += 2) ink_packed_tile(layout, 2, 1, call, panel, part, row);
      if (row < call->rows) ink_packed_tile(layout, 1, 1, call, panel, part, row);
    }
  }
}

static void ink_packed_q4_0(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q4_0, call); }
static void ink_packed_q4_1(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q4_1, call); }
static void ink_packed_q5_0(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q5_0, call); }
static void ink_packed_q5_1(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q5_1, call); }
static void ink_packed_q8_0(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q8_0, call); }
static void ink_packed_q4_k(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q4_K, call); }
static void ink_packed_q5_k(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q5_K, call); }
static void ink_packed_q6_k(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q6_K, call); }
static void ink_packed_q2_k(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q2_K, call); }
static void ink_packed_q3_k(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_Q3_K, call); }
static void ink_packed_iq4_nl(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_IQ4_NL, call); }
static void ink_packed_iq4_xs(const ink_packed_call *call) { ink_packed_product(INK_LAYOUT_IQ4_XS, call); }
