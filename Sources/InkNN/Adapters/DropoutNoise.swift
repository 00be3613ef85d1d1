package import InkTensor

/// The random numbers of one pass of training, by which parts of inputs are dropped.
package struct DropoutNoise: Sendable, Hashable {
  private let seed: UInt64
  private let step: UInt64
  private let part: Int

  /// - Parameters:
  ///   - seed: the run's.
  ///   - step: of the run.
  ///   - part: the pass among those of a step.
  package init(seed: UInt64, step: UInt64, part: Int) {
    self.seed = seed
    self.step = step
    self.part = part
  }

  /// The numbers of a place in the model.
  package func stream(_ place: String) -> RandomStream {
    RandomStream(seed: seed, name: "dropout \(part) \(place)", step: step)
  }
}

/// What is dropped of the inputs of a change while it is trained.
package struct DropoutRate: Sendable, Hashable {
  /// The share, at least zero and less than one.
  package let rate: Float
  /// What the random numbers are named by.
  package let place: String

  package init(rate: Float, place: String) {
    self.rate = rate
    self.place = place
  }
}
