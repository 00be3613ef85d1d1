import CInkKernels

/// How the weights of a ``PackedMatrix`` lie in memory.
package enum PackedLayout: Sendable, Hashable {
  /// Panels of 16 outputs, [panel][input][16], in the element type named: `.f32`, `.f16` or `.bf16`.
  case dense(DType)
  /// Panels of 16 outputs whose blocks are interleaved for integer dot products; the file's precision, losslessly.
  case interleaved(BlockFormat)
  /// Panels of 16 outputs in NF4, multiplied with the very numbers that the codes and scales stand for.
  case normalFloat(NormalFloatScaling)
  /// The file's own blocks, decoded to f32 when they are used: correct for every format, and slower.
  case blocks(BlockFormat)

  /// The layout that a file's format is packed into.
  package init(for format: BlockFormat) {
    switch format {
    case .f32: self = .dense(.f32)
    case .f16: self = .dense(.f16)
    case .bf16: self = .dense(.bf16)
    default: self = PackedLayout.kernelLayout(of: format) == nil ? .blocks(format) : .interleaved(format)
    }
  }

  /// The C kernels' name of an interleaved format.
  static func kernelLayout(of format: BlockFormat) -> ink_layout? {
    switch format {
    case .q4_0: INK_LAYOUT_Q4_0
    case .q4_1: INK_LAYOUT_Q4_1
    case .q5_0: INK_LAYOUT_Q5_0
    case .q5_1: INK_LAYOUT_Q5_1
    case .q8_0: INK_LAYOUT_Q8_0
    case .q4_K: INK_LAYOUT_Q4_K
    case .q5_K: INK_LAYOUT_Q5_K
    case .q6_K: INK_LAYOUT_Q6_K
    case .q2_K: INK_LAYOUT_Q2_K
    case .q3_K: INK_LAYOUT_Q3_K
    case .iq4_NL: INK_LAYOUT_IQ4_NL
    case .iq4_XS: INK_LAYOUT_IQ4_XS
    default: nil
    }
  }
}
