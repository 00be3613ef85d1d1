/// A tensor on its way from one process to another.
package struct TensorMessage: Sendable {
  /// The rank of the other process.
  package let peer: Int
  /// What is sent, or where it is received; contiguous. Whoever receives owns its elements alone.
  package let tensor: Tensor

  package init(peer: Int, tensor: Tensor) {
    if !tensor.isContiguous { trap("TensorMessage", "\(tensor.shape) is not contiguous") }
    self.peer = peer
    self.tensor = tensor
  }

  var byteCount: Int { tensor.byteRange.count }
  var base: UnsafeMutableRawPointer { tensor.storage.base + tensor.byteOffset }
}

extension Tensor {
  /// A row of bytes.
  init(bytes: [UInt8]) {
    self.init(
      storage: Storage.copying(bytes), byteOffset: 0, dtype: .u8, shape: [bytes.count],
      strides: Tensor.rowMajorStrides([bytes.count]))
  }

  /// Room for elements of any type, whose contents are undefined until they are received.
  init(room shape: Shape, dtype: DType) {
    self.init(
      storage: Storage.allocate(byteCount: shape.elementCount * dtype.byteCount), byteOffset: 0, dtype: dtype,
      shape: shape, strides: Tensor.rowMajorStrides(shape))
  }

  /// The bytes of a contiguous tensor, copied.
  var bytes: [UInt8] { storage.bytes(in: byteRange) }
}

extension Tensor {
  /// Room for elements that come from outside, whose contents are undefined until then; nil for a shape that no memory could
  /// hold.
  package static func room(_ shape: Shape, dtype: DType) -> Tensor? {
    guard let count = shape.checkedElementCount, count <= 1 << 40 else { return nil }
    return Tensor(room: shape, dtype: dtype)
  }
}
