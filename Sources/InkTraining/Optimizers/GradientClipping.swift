package import InkTensor

/// How gradients that are too large are made smaller.
public enum GradientClipping: Sendable, Hashable {
  /// They are left as they are.
  case none
  /// All together are scaled so that the root of the sum of their squares is at most this (Pascanu et al., 2013).
  case norm(Double)
  /// Each element is held within minus and plus this.
  case value(Double)

  /// What is done to gradients of a norm, which is that of all gradients of the step.
  package func scale(norm: Double) -> GradientScale {
    switch self {
    case .none: .identity
    case .norm(let largest): GradientScale(factor: Float(min(1, largest / (norm + 1e-6))))
    case .value(let limit): GradientScale(limit: Float(limit))
    }
  }

  /// Refuses a limit that no gradient passes.
  package func check() throws(TrainingError) {
    switch self {
    case .none: return
    case .norm(let limit), .value(let limit):
      guard limit > 0, limit.isFinite else {
        throw TrainingError(
          .invalidValue, context: "gradient clipping", expected: "a number above 0", found: "\(limit)")
      }
    }
  }
}
