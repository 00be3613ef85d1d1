package import InkTensor

/// Where in a run a pass is: what its random numbers are named by.
package struct TrainingMoment: Sendable, Hashable {
  /// The run's seed.
  package let seed: UInt64
  /// The step, from 0.
  package let step: Int
  /// The batch among those that are accumulated in the step.
  package let part: Int

  package init(seed: UInt64, step: Int, part: Int) {
    self.seed = seed
    self.step = step
    self.part = part
  }

  /// The random numbers of a purpose.
  package func stream(_ purpose: String) -> RandomStream {
    RandomStream(seed: seed, name: "\(purpose) \(part)", step: UInt64(step))
  }
}
