/// What a trainer does besides following the gradient.
package struct TrainerSettings: Sendable {
  /// The learning rate of each step, from 0.
  package var schedule: LearningRate
  /// What is done to large gradients.
  package var clip: GradientClip
  /// Attacks on embeddings, if any.
  package var adversarial: AdversarialTraining?
  /// How much of the mean of the weights stays in each step, when one is kept.
  package var averageDecay: Double?
  /// Names the random numbers.
  package var seed: UInt64

  package init(
    schedule: LearningRate, clip: GradientClip = .none, adversarial: AdversarialTraining? = nil,
    averageDecay: Double? = nil, seed: UInt64 = 0
  ) {
    self.schedule = schedule
    self.clip = clip
    self.adversarial = adversarial
    self.averageDecay = averageDecay
    self.seed = seed
  }
}
