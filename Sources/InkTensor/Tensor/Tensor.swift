/// An array of numbers with a shape: a value over shared, reference-counted storage.
///
/// Row-major. Reshaping, slicing and reordering axes are views of the same storage; an operation never changes
/// its arguments. All arithmetic is in ``DType/f32``.
public struct Tensor: Sendable {
  package let storage: Storage
  package let byteOffset: Int
  /// The element type.
  public let dtype: DType
  /// The extents, outermost first.
  public let shape: Shape
  /// The distance between neighbours along each axis, in elements.
  let strides: Shape
  /// Where gradients may flow: the identity by which a tape knows the tensor, if it does.
  let node: TapeNode?

  init(storage: Storage, byteOffset: Int, dtype: DType, shape: Shape, strides: Shape, node: TapeNode? = nil) {
    self.node = node
    self.storage = storage
    self.byteOffset = byteOffset
    self.dtype = dtype
    self.shape = shape
    self.strides = strides
  }

  /// A row-major view of part of a storage.
  ///
  /// - Throws: `outOfRange` when the shape does not fit the storage at that offset, or when its strides do not fit an
  ///   `Int`, which a shape without elements can have too (`[0, 2^62, 4]`).
  package init(storage: Storage, byteOffset: Int, dtype: DType, shape: Shape) throws(TensorError) {
    guard let count = shape.checkedElementCount, count <= Int.max / 8,
      let strides = Tensor.checkedRowMajorStrides(shape), byteOffset >= 0,
      byteOffset <= storage.byteCount, count * dtype.byteCount <= storage.byteCount - byteOffset
    else {
      throw TensorError(
        .outOfRange, context: "tensor \(dtype.rawValue) \(shape) at byte \(byteOffset)",
        expected: "a place inside \(storage.byteCount) bytes")
    }
    self.init(storage: storage, byteOffset: byteOffset, dtype: dtype, shape: shape, strides: strides)
  }

  /// A tensor of the given elements. A programmer's error if the count is not that of the shape.
  public init(_ elements: [Float], shape: Shape) {
    if elements.count != shape.elementCount { trap("Tensor", "\(elements.count) elements for the shape \(shape)") }
    let storage = Storage.allocate(byteCount: elements.count * 4)
    elements.withUnsafeBytes { source in
      if let start = source.baseAddress { storage.base.copyMemory(from: start, byteCount: source.count) }
    }
    self.init(storage: storage, byteOffset: 0, dtype: .f32, shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  /// The number of elements.
  public var elementCount: Int { shape.elementCount }

  /// Whether the elements lie one after the other in row-major order.
  package var isContiguous: Bool { strides == Tensor.rowMajorStrides(shape) }

  static func rowMajorStrides(_ shape: Shape) -> Shape {
    var strides = shape
    var step = 1
    for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
      strides[axis] = step
      step *= max(shape[axis], 1)
    }
    return strides
  }

  /// The row-major strides of a shape from outside, or nil when one of them does not fit an `Int`.
  private static func checkedRowMajorStrides(_ shape: Shape) -> Shape? {
    var step = 1
    for axis in 0..<shape.rank {
      let (product, overflow) = step.multipliedReportingOverflow(by: max(shape[axis], 1))
      if overflow { return nil }
      step = product
    }
    return rowMajorStrides(shape)
  }

  /// The same elements under another shape. A programmer's error if the counts differ or the view is not contiguous.
  public func reshaped(_ newShape: Shape) -> Tensor {
    if newShape.elementCount != elementCount || !isContiguous { trap("reshaped", "\(shape) to \(newShape)") }
    return Tensor(
      storage: storage, byteOffset: byteOffset, dtype: dtype, shape: newShape,
      strides: Tensor.rowMajorStrides(newShape), node: node)
  }

  /// The part of the outermost axis inside `range`, without copying. It is unknown to a tape that knows the tensor.
  public func slice(_ range: Range<Int>) -> Tensor {
    if shape.rank == 0 || range.lowerBound < 0 || range.upperBound > shape[0] { trap("slice", "\(range) of \(shape)") }
    var part = shape
    part[0] = range.count
    return Tensor(
      storage: storage, byteOffset: byteOffset + range.lowerBound * strides[0] * dtype.byteCount, dtype: dtype,
      shape: part, strides: strides)
  }

  /// One element of the outermost axis, that axis dropped.
  public subscript(index: Int) -> Tensor {
    let part = slice(index..<index + 1)
    return Tensor(
      storage: storage, byteOffset: part.byteOffset, dtype: dtype, shape: Shape(shape.array.dropFirst()),
      strides: Shape(strides.array.dropFirst()))
  }
}
