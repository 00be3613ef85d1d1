package import InkTensor

/// What the weights of a model are loaded for.
package enum WeightUse: Sendable {
  /// Matrices are packed for the kernels; nothing changes.
  case inference
  /// Weights are f32 tensors that may change or that gradients pass through; the form of each matrix is told by its name
  /// in the model.
  case training(@Sendable (String) -> TrainingForm)

  /// All of the model in f32.
  package static var trainingAll: WeightUse { .training { _ in .float32 } }
}

/// How a matrix is held while a model is trained.
package enum TrainingForm: Sendable, Hashable {
  /// Row-major f32, which may be trained.
  case float32
  /// Packed as it is stored, which may not: the base of adapters.
  case stored
  /// Rounded and packed, which may not either.
  case rounded(WeightRounding)
}
