package import InkFormats
import InkTensor

/// Decodes every weight and looks for numbers that are none.
package enum FiniteCheck {
  /// Numbers decoded at a time.
  private static let chunk = 1 << 20

  /// Looks through all tensors of a source.
  ///
  /// - Returns: how many numbers were decoded, and the tensors whose type has no decoder.
  /// - Throws: `invalidData` that names the first tensor and row with an infinity or a NaN.
  package static func examine(_ source: any TensorSource) throws -> (numbers: Int, undecoded: [String]) {
    var numbers = 0
    var undecoded: [String] = []
    for name in source.tensorNames {
      let tensor = try source.stored(name)
      guard isFloatingPoint(tensor.type) else { continue }
      let count = tensor.shape.elementCount
      guard count > 0 else { continue }
      do {
        try examine(tensor, source: source.path)
        numbers += count
      } catch let error as FormatError where error.code == .unsupported {
        undecoded.append(name)
      }
    }
    return (numbers, undecoded)
  }

  private static func examine(_ tensor: StoredTensor, source: String) throws {
    guard tensor.shape.rank >= 2 else { return try examine(tensor.float32(), tensor.name, firstRow: 0, source) }
    let rows = tensor.shape[0]
    let rowsPerChunk = max(1, chunk / max(tensor.shape.elementCount / max(rows, 1), 1))
    for start in stride(from: 0, to: rows, by: rowsPerChunk) {
      let part = try tensor.rows(start..<min(start + rowsPerChunk, rows))
      try examine(part.float32(), tensor.name, firstRow: start, source)
    }
  }

  private static func examine(_ numbers: Tensor, _ name: String, firstRow: Int, _ source: String) throws {
    let width = numbers.shape.rank == 0 ? 1 : max(numbers.elementCount / max(numbers.shape[0], 1), 1)
    let bad = numbers.withElements { span -> (index: Int, value: Float)? in
      for index in span.indices where !span[index].isFinite { return (index, span[index]) }
      return nil
    }
    guard let bad else { return }
    throw CommandError(
      .invalidData, context: "\(source): tensor \"\(name)\", row \(firstRow + bad.index / width)",
      expected: "finite numbers", found: "\(bad.value)", hint: "The file is damaged: fetch it again.")
  }

  private static func isFloatingPoint(_ type: ElementType) -> Bool {
    switch type {
    case .packed: true
    case .dense(let dtype):
      switch dtype {
      case .f64, .f32, .f16, .bf16, .f8e4m3, .f8e5m2: true
      case .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool: false
      }
    }
  }
}
