import CInkKernels

extension BlockFormat {
  /// Whether ``dequantize(_:range:shape:)`` can read the type.
  package var isReadable: Bool { dtype != nil || blockLayout != nil }

  /// Whether ``quantize(_:)`` can write the type.
  package var isWritable: Bool { ink_can_quantize(Int32(rawValue)) }

  private var blockLayout: (elements: Int, bytes: Int)? {
    var elements = 0
    var bytes = 0
    return ink_block_layout(Int32(rawValue), &elements, &bytes) ? (elements, bytes) : nil
  }

  /// Decodes packed or dense data to a row-major f32 tensor.
  ///
  /// - Parameters:
  ///   - storage: where the data lies, for example a mapped file.
  ///   - range: its bytes; exactly those of `shape` in this format.
  ///   - shape: the logical shape; the last axis is a whole number of blocks.
  /// - Throws: `shapeMismatch` when range and shape disagree, `outOfRange` when the range leaves the storage,
  ///   `unsupported` for a type that has no decoder.
  package func dequantize(_ storage: Storage, range: Range<Int>, shape: Shape) throws(TensorError) -> Tensor {
    guard let elements = shape.checkedElementCount, elements <= Int.max / 8,
      shape.rank == 0 || shape[-1] % elementsPerBlock == 0, byteCount(elements: elements) == range.count
    else {
      throw TensorError(
        .shapeMismatch, context: "\(name) data of shape \(shape)", expected: "whole blocks of \(bytesPerBlock) bytes",
        found: "\(range.count) bytes")
    }
    guard range.lowerBound >= 0, range.upperBound <= storage.byteCount else {
      throw TensorError(
        .outOfRange, context: "\(name) data of shape \(shape)", expected: "bytes inside 0..<\(storage.byteCount)",
        found: "\(range)")
    }
    let result = Storage.allocate(byteCount: elements * 4)
    let tensor = try Tensor(storage: result, byteOffset: 0, dtype: .f32, shape: shape)
    guard blockLayout != nil else { return try convertDense(storage, range: range, shape: shape) }
    let decoded = ink_dequantize_row(Int32(rawValue), storage.base + range.lowerBound, tensor.floats, elements)
    guard decoded else {
      throw TensorError(.unsupported, context: "\(name) data", expected: "a type with a decoder", found: name)
    }
    return tensor
  }

  private func convertDense(_ storage: Storage, range: Range<Int>, shape: Shape) throws(TensorError) -> Tensor {
    guard let dtype else {
      throw TensorError(
        .unsupported, context: "\(name) data", expected: "a type with a decoder", found: name,
        hint: "This type is meant for intermediate results and does not occur in model files.")
    }
    return try Tensor(storage: storage, byteOffset: range.lowerBound, dtype: dtype, shape: shape).toFloat32()
  }

  /// Rounds a tensor to this format: to nearest, as the reference quantisers of the simple formats do; K types by grids
  /// with a small sum of squared errors.
  ///
  /// - Returns: the blocks in row-major order.
  /// - Throws: `unsupported` for a type that has no writer, `shapeMismatch` when a row is not whole blocks.
  package func quantize(_ tensor: Tensor) throws(TensorError) -> Storage {
    guard isWritable else {
      throw TensorError(
        .unsupported, context: "quantizing \(tensor.shape)", expected: "a type with a writer", found: name,
        hint: "These can be written: "
          + BlockFormat.allCases.filter(\.isWritable).map(\.name).joined(separator: ", ") + ".")
    }
    let elements = tensor.elementCount
    guard tensor.shape.rank == 0 || tensor.shape[-1] % elementsPerBlock == 0, let bytes = byteCount(elements: elements)
    else {
      throw TensorError(
        .shapeMismatch, context: "quantizing \(tensor.shape) to \(name)",
        expected: "rows of a multiple of \(elementsPerBlock) elements")
    }
    let result = Storage.allocate(byteCount: bytes)
    guard ink_quantize_row(Int32(rawValue), tensor.toFloat32().floats, result.base, elements) else {
      throw TensorError(.unsupported, context: "quantizing \(tensor.shape)", found: name)
    }
    return result
  }
}
