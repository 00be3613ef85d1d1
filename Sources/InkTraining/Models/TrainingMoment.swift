package import InkNN
package import InkTensor

/// Where in a run a pass is: what its random numbers are named by.
package struct TrainingMoment: Sendable, Hashable {
  /// What a pass is for.
  package enum Purpose: Sendable, Hashable {
    /// Gradients: parts are dropped and noise is added as the settings say.
    case training
    /// Measuring: nothing is dropped or added.
    case evaluation
  }

  /// The run's seed.
  package let seed: UInt64
  /// The step, from 0.
  package let step: Int
  /// The batch among those that are accumulated in the step.
  package let part: Int
  /// What the pass is for.
  package let purpose: Purpose

  package init(seed: UInt64, step: Int, part: Int) {
    self.seed = seed
    self.step = step
    self.part = part
    purpose = .training
  }

  /// The moment of a pass that measures.
  package init(evaluating seed: UInt64, part: Int) {
    self.seed = seed
    step = 0
    self.part = part
    purpose = .evaluation
  }

  /// The random numbers of a purpose.
  package func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: seed, name: "\(purpose) \(part)", step: UInt64(step))
  }

  /// What is dropped in the pass; nil where nothing is.
  package var noise: DropoutNoise? {
    switch purpose {
    case .training: DropoutNoise(seed: seed, step: UInt64(step), part: part)
    case .evaluation: nil
    }
  }

  /// What is dropped of embeddings and layers at a rate; nil where nothing is.
  package func dropout(_ rate: Float) -> ResidualDropout? {
    guard rate > 0, let noise else { return nil }
    return ResidualDropout(rate: rate, noise: noise)
  }
}
