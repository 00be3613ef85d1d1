public import InkTensor

/// A tensor where it lies in a file (or in memory): type, shape and bytes. Making one copies nothing.
public struct StoredTensor: Sendable {
  /// The name in the file, or the one given by a weight map.
  public let name: String
  /// How its numbers are written.
  public let type: ElementType
  /// The extents, row-major, outermost first.
  public let shape: Shape
  /// What holds the bytes.
  package let storage: Storage
  /// Where they are: exactly as many as type and shape need.
  package let byteRange: Range<Int>

  /// Checks that type, shape and bytes agree.
  ///
  /// - Throws: `shapeMismatch` when the byte count is not that of the shape, `outOfRange` when the range leaves the
  ///   storage.
  package init(
    name: String, type: ElementType, shape: Shape, storage: Storage, byteRange: Range<Int>, file: String = ""
  ) throws(FormatError) {
    guard type.byteCount(shape) == byteRange.count else {
      throw FormatError(
        .shapeMismatch, file: file, context: "tensor \(FormatError.quoted(name))",
        expected: "the bytes of \(type) \(shape)", found: "\(byteRange.count) bytes")
    }
    guard byteRange.lowerBound >= 0, byteRange.upperBound <= storage.byteCount else {
      throw FormatError(
        .outOfRange, file: file, context: "tensor \(FormatError.quoted(name))",
        expected: "bytes inside 0..<\(storage.byteCount)", found: "\(byteRange)")
    }
    self.name = name
    self.type = type
    self.shape = shape
    self.storage = storage
    self.byteRange = byteRange
  }

  private init(unchecked name: String, _ type: ElementType, _ shape: Shape, _ storage: Storage, _ range: Range<Int>) {
    self.name = name
    self.type = type
    self.shape = shape
    self.storage = storage
    self.byteRange = range
  }

  /// A dense tensor under a name, for writing. A view that is not row-major is copied.
  public init(name: String, _ tensor: Tensor) {
    let dense = tensor.isContiguous ? tensor : tensor.contiguous()
    self.init(unchecked: name, .dense(dense.dtype), dense.shape, dense.storage, dense.byteRange)
  }

  /// The tensor rounded to a packed format, for writing.
  ///
  /// - Throws: `unsupported` for a format without a writer, `shapeMismatch` when a row is not whole blocks.
  public init(name: String, _ tensor: Tensor, as format: BlockFormat) throws(FormatError) {
    let storage: Storage
    do { storage = try format.quantize(tensor) } catch { throw FormatError(error, file: "") }
    self.init(unchecked: name, ElementType(format), tensor.shape, storage, 0..<storage.byteCount)
  }

  /// Name, type, shape and size.
  public var info: TensorInfo { TensorInfo(name: name, type: type, shape: shape, byteCount: byteRange.count) }

  /// The same data under another name.
  public func named(_ newName: String) -> StoredTensor {
    StoredTensor(unchecked: newName, type, shape, storage, byteRange)
  }

  /// The data as a tensor of its own dtype, without copying.
  ///
  /// - Throws: `typeMismatch` for packed blocks (see ``float32()``).
  public func tensor() throws(FormatError) -> Tensor {
    guard case .dense(let dtype) = type else {
      throw FormatError(
        .typeMismatch, file: "", context: "tensor \(FormatError.quoted(name))", expected: "a dense type",
        found: "\(type)", hint: "Read it as blocks, or decode it.")
    }
    do {
      return try Tensor(storage: storage, byteOffset: byteRange.lowerBound, dtype: dtype, shape: shape)
    } catch { throw FormatError(error, file: "") }
  }

  /// The data as f32: a view where it is f32 already, decoded otherwise.
  ///
  /// - Throws: `unsupported` for a block type that has no decoder.
  public func float32() throws(FormatError) -> Tensor {
    guard case .packed(let format) = type else { return try tensor().toFloat32() }
    do { return try format.dequantize(storage, range: byteRange, shape: shape) } catch {
      throw FormatError(error, file: "")
    }
  }

  /// The bytes of one step along the outermost axis; nil when that is not a whole number of blocks, or nothing.
  var bytesPerRow: Int? {
    guard shape.rank > 0 else { return nil }
    if case .packed = type, shape.rank < 2 { return nil }
    // Rows without elements could be claimed in any number; nothing may be counted by them.
    if byteRange.isEmpty { return shape[0] == 0 ? 0 : nil }
    return byteRange.count / shape[0]
  }

  /// Part of the outermost axis, without copying; works for packed data too, since a row is whole blocks.
  ///
  /// - Throws: `shapeMismatch` when there are no such rows.
  public func rows(_ rows: Range<Int>) throws(FormatError) -> StoredTensor {
    guard let bytesPerRow, rows.lowerBound >= 0, rows.upperBound <= shape[0] else {
      throw FormatError(
        .shapeMismatch, file: "", context: "tensor \(FormatError.quoted(name))", expected: "rows \(rows)",
        found: "\(type) \(shape)")
    }
    var part = shape
    part[0] = rows.count
    let start = byteRange.lowerBound + rows.lowerBound * bytesPerRow
    return StoredTensor(unchecked: name, type, part, storage, start..<start + rows.count * bytesPerRow)
  }

  /// The same bytes under another shape of as many elements and the same last axis for packed data.
  func reshaped(_ newShape: Shape) throws(FormatError) -> StoredTensor {
    try StoredTensor(name: name, type: type, shape: newShape, storage: storage, byteRange: byteRange)
  }
}
