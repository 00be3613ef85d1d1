import CInkKernels

/// What is done to gradients as they are read: multiplied, then held within bounds. Clipping costs no pass of its own.
package struct GradientScale: Sendable, Hashable {
  /// What gradients are multiplied by.
  package let factor: Float
  /// The largest magnitude that is left.
  package let limit: Float

  package init(factor: Float = 1, limit: Float = .infinity) {
    self.factor = factor
    self.limit = limit
  }

  /// Gradients as they are.
  package static let identity = GradientScale()

  var kernel: ink_gradient_scale { ink_gradient_scale(factor: factor, limit: limit) }
}
