package import InkTensor

extension StoredTensor {
  /// f32 values as a tensor of a floating-point type, rounded to nearest, ties to even.
  ///
  /// - Throws: `outOfRange` when a finite value does not fit the type; `unsupported` for a type that is not F32, F16 or
  ///   BF16.
  package init(name: String, rounding values: Tensor, to dtype: DType) throws(FormatError) {
    let format: NarrowFloat
    switch dtype {
    case .f32:
      self.init(name: name, values.toFloat32())
      return
    case .f16: format = .f16
    case .bf16: format = .bf16
    case .f64, .f8e4m3, .f8e5m2, .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool:
      throw FormatError(
        .unsupported, file: "", context: "tensor \(FormatError.quoted(name))", expected: "F32, F16 or BF16",
        found: dtype.rawValue)
    }
    let numbers = values.toArray()
    let largest = numbers.reduce(Float(0)) { $1.isFinite ? max($0, $1.magnitude) : $0 }
    // The first number that rounds to infinity lies half a step beyond the largest of the type.
    guard format != .f16 || largest < 65_520 else {
      throw FormatError(
        .outOfRange, file: "", context: "tensor \(FormatError.quoted(name))",
        expected: "values up to 65504, the most of F16",
        found: "\(largest)", hint: "Use BF16 or F32.")
    }
    try self.init(
      name: name, type: .dense(dtype), shape: values.shape, storage: Storage.copying(format.encode(numbers)),
      byteRange: 0..<numbers.count * format.byteCount)
  }

  /// Runs of rows of about this many elements, so that a tensor of any size is worked on in little memory; the whole
  /// tensor where it cannot be cut.
  package func pieces(elements: Int = 1 << 18) -> [Range<Int>] {
    guard bytesPerRow != nil, shape.rank > 0, shape[0] > 0 else { return [] }
    let perRow = max(shape.elementCount / shape[0], 1)
    let step = max(elements / perRow, 1)
    return stride(from: 0, to: shape[0], by: step).map { $0..<min($0 + step, shape[0]) }
  }
}
