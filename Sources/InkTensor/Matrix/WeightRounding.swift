/// What the weights of a linear map are rounded to when a model is loaded, to take less memory.
public enum WeightRounding: Sendable, Hashable {
  /// NF4, with scales kept so (Dettmers et al., 2023, "QLoRA"); the numbers are those of bitsandbytes.
  case normalFloat(NormalFloatScaling)
  /// The blocks of a GGUF type that can be written.
  case blocks(BlockFormat)
}

extension PackedMatrix {
  /// Rounds weights [outputs, inputs] and packs them.
  ///
  /// - Throws: `shapeMismatch` unless rows are whole blocks, `unsupported` for a type that cannot be written or for
  ///   NF4 of numbers that are not finite.
  package static func pack(
    _ tensor: Tensor, to rounding: WeightRounding, cpu: CPU, arena: WeightArena? = nil
  ) throws(TensorError) -> PackedMatrix {
    switch rounding {
    case .normalFloat(let scaling): return try pack(rounding: tensor, scaling, cpu: cpu, arena: arena)
    case .blocks(let format):
      guard tensor.shape.rank == 2, let bytes = format.byteCount(elements: tensor.shape[1]) else {
        throw TensorError(
          .shapeMismatch, context: "weights \(tensor.shape) in \(format.name)",
          expected: "[outputs, inputs] with inputs a multiple of \(format.elementsPerBlock)")
      }
      // A plan of memory computes nothing.
      let blocks =
        cpu.isPlanning ? Storage.allocate(byteCount: tensor.shape[0] * bytes) : try format.quantize(tensor)
      return try pack(
        blocks, range: 0..<blocks.byteCount, format: format, outputs: tensor.shape[0], inputs: tensor.shape[1],
        cpu: cpu, arena: arena)
    }
  }
}
