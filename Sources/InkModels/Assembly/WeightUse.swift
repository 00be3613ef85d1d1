package import InkTensor

/// What the weights of a model are loaded for.
package enum WeightUse: Sendable {
  /// Matrices are packed for the kernels; nothing changes.
  case inference
  /// Weights are tensors that may change or that gradients pass through; the form of each matrix is told by its name
  /// in the model.
  case training(@Sendable (String) -> TrainingForm)

  /// All of the model in f32.
  package static var trainingAll: WeightUse { .training { _ in .float32 } }

  /// Matrices in bf16, vectors in f32.
  package static var trainingNarrow: WeightUse { .training { _ in .bfloat16 } }
}

/// How a matrix is held while a model is trained.
package enum TrainingForm: Sendable, Hashable {
  /// Row-major f32, which may be trained.
  case float32
  /// Row-major bf16, which may be trained: rounded to the nearest when it is read.
  case bfloat16
  /// Packed as it is stored, which may not: the base of adapters.
  case stored
  /// Rounded and packed, which may not either.
  case rounded(WeightRounding)
}
