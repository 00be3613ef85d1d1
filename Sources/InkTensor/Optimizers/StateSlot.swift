/// One tensor of what an optimizer remembers of a weight.
package struct StateSlot: Sendable, Hashable {
  /// What a new one holds.
  package enum Start: Sendable, Hashable {
    /// The same number everywhere, of a tensor of f32.
    case number(Float)
    /// The same code everywhere, of a tensor of u8.
    case code(UInt8)
    /// The same bits everywhere, of a tensor of u16.
    case bits(UInt16)
  }

  /// As it is stored, `first_moment`.
  package let name: String
  package let shape: Shape
  package let start: Start

  init(_ name: String, _ shape: Shape, start: Start = .number(0)) {
    self.name = name
    self.shape = shape
    self.start = start
  }

  /// The type of its elements.
  package var dtype: DType {
    switch start {
    case .number: .f32
    case .code: .u8
    case .bits: .u16
    }
  }

  /// The bytes it takes.
  package var byteCount: Int { shape.elementCount * dtype.byteCount }

  /// One in memory of its own.
  package func makeTensor(_ memory: StateMemory = .new) -> Tensor {
    let storage = Storage.allocate(byteCount: byteCount)
    switch memory {
    case .new: fill(storage)
    case .planned: break
    }
    return Tensor(
      storage: storage, byteOffset: 0, dtype: dtype, shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  private func fill(_ storage: Storage) {
    switch start {
    case .number(let number):
      storage.base.assumingMemoryBound(to: Float.self).update(repeating: number, count: shape.elementCount)
    case .code(let code):
      storage.base.assumingMemoryBound(to: UInt8.self).update(repeating: code, count: shape.elementCount)
    case .bits(let bits):
      storage.base.assumingMemoryBound(to: UInt16.self).update(repeating: bits, count: shape.elementCount)
    }
  }

  /// A stored one, copied to the bit into memory of its own.
  ///
  /// - Throws: `shapeMismatch` when it has another shape or type.
  package func restored(from stored: Tensor, of weight: String) throws(TensorError) -> Tensor {
    guard stored.shape == shape, stored.dtype == dtype, stored.isContiguous else {
      throw TensorError(
        .shapeMismatch, context: "\(weight).\(name)", expected: "\(dtype.rawValue) \(shape)",
        found: "\(stored.dtype.rawValue) \(stored.shape)")
    }
    return stored.contiguous(copying: byteCount)
  }
}

extension Tensor {
  /// The bytes of a contiguous tensor in memory of its own.
  fileprivate func contiguous(copying byteCount: Int) -> Tensor {
    let own = Storage.allocate(byteCount: byteCount)
    own.base.copyMemory(from: storage.base + byteOffset, byteCount: byteCount)
    return Tensor(storage: own, byteOffset: 0, dtype: dtype, shape: shape, strides: strides)
  }

  /// The first byte of a contiguous u8 tensor, for kernels.
  var codes: UnsafeMutablePointer<UInt8> {
    if dtype != .u8 || !isContiguous { trap("Tensor.codes", "\(dtype.rawValue) \(shape), strides \(strides)") }
    return (storage.base + byteOffset).assumingMemoryBound(to: UInt8.self)
  }
}
