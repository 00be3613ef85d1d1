import InkTensor

/// How weights change.
public struct Optimization: Sendable, Hashable {
  /// The method with its numbers.
  public var optimizer: OptimizerSettings
  /// The largest learning rate.
  public var learningRate: Double
  /// Which weights have another rate or decay than the rest.
  public var grouping: ParameterGrouping
  /// How the rate falls after the warm-up.
  public var schedule: ScheduleShape
  /// Steps in which the rate rises from 0 to its largest value.
  public var warmUpSteps: Int
  /// What is done to gradients that are too large.
  public var clipping: GradientClipping
  /// How the mean of the weights over the steps is kept, if one is.
  public var average: AverageDecay?
  /// The share of the loss that is the mean over the vocabulary.
  public var labelSmoothing: Double
  /// Multiplies the squared logarithm of the softmax's denominator.
  public var zLoss: Double
  /// Multiplies the loss that spreads tokens over experts (Fedus, Zoph and Shazeer, 2021), which is added in training.
  public var expertBalance: Double
  /// Multiplies the loss that keeps the logits of routers small (Zoph et al., 2022), which is added in training.
  public var routerZLoss: Double
  /// The size of the noise on embeddings (NEFTune), if any.
  public var noise: Double?

  init(_ reader: inout RecipeReader, weights: TrainedWeights) throws(TrainingError) {
    guard var part = try reader.part("optimizer") else {
      throw reader.error("optimizer", expected: "an optimizer, such as {kind: adamw, learning_rate: 3e-4}")
    }
    // A rate of zero would train nothing in silence.
    guard let rate = try part.number("learning_rate", in: 1e-30...1e3) else {
      throw part.error("learning_rate", expected: "the largest learning rate")
    }
    learningRate = rate
    optimizer = try OptimizerSettings(&part)
    grouping = try ParameterGrouping(recipe: &part, loraRatio: weights.loraRatio)
    try part.finish()
    (schedule, warmUpSteps) = try ScheduleShape.read(&reader)
    clipping = try reader.number("clip", in: 1e-9...1e9).map(GradientClipping.norm) ?? .none
    average = try reader.number("average", in: 0...0.9999999).map(AverageDecay.constant)
    labelSmoothing = try reader.number("label_smoothing", in: 0...0.999) ?? 0
    zLoss = try reader.number("z_loss", in: 0...1e3) ?? 0
    expertBalance = try reader.number("expert_balance", in: 0...1e3) ?? 0
    routerZLoss = try reader.number("router_z_loss", in: 0...1e3) ?? 0
    noise = try reader.number("neftune", in: 0...1e3)
  }
}
