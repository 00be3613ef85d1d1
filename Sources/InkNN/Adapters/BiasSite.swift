package import InkTensor

/// A bias that adapters may put another in the place of, of something that they change nothing else about: of a norm, or
/// of a map whose weights are those of another part.
package struct BiasSite: Sendable {
  package let name: String
  package let bias: Tensor

  package init(name: String, bias: Tensor) {
    self.name = name
    self.bias = bias
  }
}
