import CInkKernels

extension Tensor {
  /// The first element, for kernels; a programmer's error unless the tensor is contiguous f32 and has its elements.
  var floats: UnsafeMutablePointer<Float> {
    if dtype != .f32 || !isContiguous { trap("Tensor.floats", "\(dtype.rawValue) \(shape), strides \(strides)") }
    if storage === Storage.empty, elementCount > 0 { trap("Tensor.floats", "elements of \(shape) were not kept") }
    return (storage.base + byteOffset).assumingMemoryBound(to: Float.self)
  }

  /// The bytes of a contiguous tensor.
  package var byteRange: Range<Int> { byteOffset..<byteOffset + elementCount * dtype.byteCount }

  /// Reads the elements of a contiguous f32 tensor without copying them.
  public func withElements<Result, Failure: Error>(
    _ body: (Span<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let buffer = UnsafeBufferPointer(start: floats, count: elementCount)
    return try body(buffer.span)
  }

  /// The elements in row-major order, converted to `Float`.
  public func toArray() -> [Float] {
    let dense = isContiguous ? self : contiguous()
    switch dtype {
    case .f32: return Array(UnsafeBufferPointer(start: dense.floats, count: elementCount))
    case .f16: return NarrowFloat.f16.decode(dense.storage.bytes(in: dense.byteRange))
    case .bf16: return NarrowFloat.bf16.decode(dense.storage.bytes(in: dense.byteRange))
    case .f8e4m3: return NarrowFloat.f8e4m3.decode(dense.storage.bytes(in: dense.byteRange))
    case .f8e5m2: return NarrowFloat.f8e5m2.decode(dense.storage.bytes(in: dense.byteRange))
    case .f64, .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool:
      return (0..<elementCount).map { dense.element(at: $0) }
    }
  }

  /// The elements of an integer tensor in row-major order; a programmer's error for floating-point types.
  public func toIntegers() -> [Int] {
    let dense = isContiguous ? self : contiguous()
    let base = UnsafeRawPointer(dense.storage.base + dense.byteOffset)
    return (0..<elementCount).map { index in
      let address = base + index * dtype.byteCount
      switch dtype {
      case .i64: return Int(address.loadUnaligned(as: Int64.self))
      case .u64: return Int(truncatingIfNeeded: address.loadUnaligned(as: UInt64.self))
      case .i32: return Int(address.loadUnaligned(as: Int32.self))
      case .u32: return Int(address.loadUnaligned(as: UInt32.self))
      case .i16: return Int(address.loadUnaligned(as: Int16.self))
      case .u16: return Int(address.loadUnaligned(as: UInt16.self))
      case .i8: return Int(address.loadUnaligned(as: Int8.self))
      case .u8, .bool: return Int(address.loadUnaligned(as: UInt8.self))
      case .f64, .f32, .f16, .bf16, .f8e4m3, .f8e5m2:
        trap("toIntegers", "a tensor of \(dtype.rawValue)")
      }
    }
  }

  /// A row-major f32 tensor of the same values: itself when it is one already.
  public func toFloat32() -> Tensor {
    dtype == .f32 && isContiguous ? self : Tensor(toArray(), shape: shape)
  }

  /// A row-major copy of the same values.
  package func contiguous() -> Tensor {
    let copy = Tensor(
      storage: Storage.allocate(byteCount: elementCount * dtype.byteCount), byteOffset: 0, dtype: dtype, shape: shape,
      strides: Tensor.rowMajorStrides(shape))
    let width = dtype.byteCount
    var index = [Int](repeating: 0, count: shape.rank)
    for position in 0..<elementCount {
      var offset = 0
      for axis in 0..<shape.rank { offset += index[axis] * strides[axis] }
      (copy.storage.base + position * width).copyMemory(
        from: storage.base + byteOffset + offset * width, byteCount: width)
      for axis in stride(from: shape.rank - 1, through: 0, by: -1) {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return copy
  }

  /// The axes in another order, as a view.
  public func transposed(_ order: [Int]) -> Tensor {
    if order.sorted() != Array(0..<shape.rank) { trap("transposed", "order \(order) of \(shape)") }
    return Tensor(
      storage: storage, byteOffset: byteOffset, dtype: dtype, shape: Shape(order.map { shape[$0] }),
      strides: Shape(order.map { strides[$0] }))
  }

  /// One element as `Float`, by its row-major position in a contiguous tensor.
  private func element(at position: Int) -> Float {
    let address = UnsafeRawPointer(storage.base + byteOffset + position * dtype.byteCount)
    switch dtype {
    case .f64: return Float(address.loadUnaligned(as: Double.self))
    case .f32: return address.loadUnaligned(as: Float.self)
    case .f16, .bf16, .f8e4m3, .f8e5m2: trap("Tensor.element", "\(dtype.rawValue) is converted as a whole")
    case .i64: return Float(address.loadUnaligned(as: Int64.self))
    case .i32: return Float(address.loadUnaligned(as: Int32.self))
    case .i16: return Float(address.loadUnaligned(as: Int16.self))
    case .i8: return Float(address.loadUnaligned(as: Int8.self))
    case .u64: return Float(address.loadUnaligned(as: UInt64.self))
    case .u32: return Float(address.loadUnaligned(as: UInt32.self))
    case .u16: return Float(address.loadUnaligned(as: UInt16.self))
    case .u8, .bool: return Float(address.loadUnaligned(as: UInt8.self))
    }
  }
}
