/// The identity by which a tape knows a tensor: that of a weight that may be trained, or of a result on the tape.
///
/// It holds nothing. Views with the same elements in the same order (reshaping) share it.
package final class TapeNode: Sendable, Hashable {
  package init() {}

  package static func == (left: TapeNode, right: TapeNode) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Tensor {
  /// The same elements under an identity of their own, so that gradients can be asked for.
  package func asParameter() -> Tensor { with(node: TapeNode()) }

  /// The same elements, unknown to any tape: gradients end here.
  package var detached: Tensor { with(node: nil) }

  /// The same place on the tape without the elements: what a backward pass keeps of an argument that it only hands a
  /// gradient to, so that its memory is free. Reading the elements is a programmer's error.
  var hollow: Tensor {
    Tensor(storage: Storage.empty, byteOffset: 0, dtype: dtype, shape: shape, strides: strides, node: node)
  }

  func with(node: TapeNode?) -> Tensor {
    Tensor(storage: storage, byteOffset: byteOffset, dtype: dtype, shape: shape, strides: strides, node: node)
  }
}
