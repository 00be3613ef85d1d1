package import InkTensor

/// How a trainer follows the gradient.
package struct TrainerSettings: Sendable {
  package var optimizer: OptimizerSettings
  /// Which weights have which rate and decay.
  package var grouping: ParameterGrouping
  package var schedule: LearningRateSchedule
  package var clipping: GradientClipping
  /// Attacks on embeddings, if any.
  package var adversarial: AdversarialTraining?
  /// How the mean of the weights over the steps is kept, if one is.
  package var average: AverageDecay?
  /// What the processes of the run share, where the run is said to be one over processes; their number does not matter.
  package var sharing: GradientSharing?
  /// How what lies between operations is kept for the way back.
  package var precision: KeptPrecision
  /// Names the random numbers.
  package var seed: UInt64

  package init(
    optimizer: OptimizerSettings, grouping: ParameterGrouping = ParameterGrouping(), schedule: LearningRateSchedule,
    clipping: GradientClipping = .none, adversarial: AdversarialTraining? = nil, average: AverageDecay? = nil,
    sharing: GradientSharing? = nil, precision: KeptPrecision = .f32, seed: UInt64 = 0
  ) {
    self.optimizer = optimizer
    self.grouping = grouping
    self.schedule = schedule
    self.clipping = clipping
    self.adversarial = adversarial
    self.average = average
    self.sharing = sharing
    self.precision = precision
    self.seed = seed
  }
}
