package import InkTensor

/// A part of an optimizer's state of one weight, by its name in a checkpoint.
package struct StateEntry: Sendable {
  package let name: String
  /// Contiguous.
  package let tensor: Tensor

  package init(name: String, tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}
