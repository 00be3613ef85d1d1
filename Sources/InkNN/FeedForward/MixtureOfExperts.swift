package import InkTensor

/// A mixture of experts with its weights.
package struct MixtureOfExperts: Sendable {
  /// The result for `x` [rows, width]; with a residual its sum with that.
  package func callAsFunction(_ x: Tensor, addingTo residual: Tensor?, on cpu: CPU) -> Tensor { x }
}
