import InkTensor

/// How weights change.
public struct Optimization: Sendable, Hashable {
  /// The method with its numbers.
  public var optimizer: OptimizerSettings
  /// The largest learning rate.
  public var learningRate: Double
  public var grouping: ParameterGrouping
  public var schedule: ScheduleShape
  public var warmUpSteps: Int
  public var clipping: GradientClipping
  /// How the mean of the weights over the steps is kept, if one is.
  public var average: AverageDecay?
  /// The share of the loss that is the mean over the vocabulary.
  public var labelSmoothing: Double
  /// Multiplies the squared logarithm of the softmax's denominator.
  public var zLoss: Double
  /// The size of the noise on embeddings (NEFTune), if any.
  public var noise: Double?

  init(_ reader: inout RecipeReader, length: RunLength) throws(TrainingError) {
    guard var part = try reader.part("optimizer") else {
      throw reader.error("optimizer", expected: "an optimizer, such as {kind: adamw, learning_rate: 3e-4}")
    }
    guard let rate = try part.number("learning_rate", in: 0...1e3) else {
      throw part.error("learning_rate", expected: "the largest learning rate")
    }
    learningRate = rate
    optimizer = try OptimizerSettings(&part)
    grouping = try ParameterGrouping(recipe: &part)
    try part.finish()
    (schedule, warmUpSteps) = try ScheduleShape.read(&reader)
    clipping = try reader.number("clip", in: 1e-9...1e9).map(GradientClipping.norm) ?? .none
    average = try reader.number("average", in: 0...0.9999999).map(AverageDecay.constant)
    labelSmoothing = try reader.number("label_smoothing", in: 0...0.999) ?? 0
    zLoss = try reader.number("z_loss", in: 0...1e3) ?? 0
    noise = try reader.number("neftune", in: 0...1e3)
  }
}

extension OptimizerSettings {
  private enum Kind: String, CaseIterable {
    case adamw, adamw8bit, adam, adafactor, lion, sgd, muon, adagrad, rmsprop
  }

  init(_ part: inout RecipeReader) throws(TrainingError) {
    let kind = try part.choice("kind", of: Kind.self) ?? .adamw
    let betas = try part.numbers("betas", count: 2, in: 0...0.9999999)
    let epsilon = try part.number("epsilon", in: 1e-30...1)
    let momentum = try part.number("momentum", in: 0...0.9999999)
    let nesterov = try part.boolean("nesterov") ?? false
    switch kind {
    case .adamw: self = .adamW(beta1: betas?[0] ?? 0.9, beta2: betas?[1] ?? 0.999, epsilon: epsilon ?? 1e-8)
    case .adamw8bit: self = .codedAdamW(beta1: betas?[0] ?? 0.9, beta2: betas?[1] ?? 0.999, epsilon: epsilon ?? 1e-8)
    case .adam: self = .adam(beta1: betas?[0] ?? 0.9, beta2: betas?[1] ?? 0.999, epsilon: epsilon ?? 1e-8)
    case .adafactor: self = .adafactor()
    case .lion: self = .lion(beta1: betas?[0] ?? 0.9, beta2: betas?[1] ?? 0.99)
    case .sgd:
      switch (momentum ?? 0, nesterov) {
      case (0, _): self = .descent(.plain)
      case (let momentum, false): self = .descent(.heavyBall(momentum: momentum))
      case (let momentum, true): self = .descent(.nesterov(momentum: momentum))
      }
    case .muon: self = .muon()
    case .adagrad: self = .adagrad()
    case .rmsprop: self = .rmsprop()
    }
  }
}

extension ParameterGrouping {
  init(recipe part: inout RecipeReader) throws(TrainingError) {
    var groups: [ParameterGroup] = []
    if let patterns = try part.texts("no_decay") {
      groups.append(ParameterGroup(patterns: patterns.map { ParameterPattern($0) }, weightDecay: 0))
    }
    for var group in try part.parts("groups") ?? [] {
      guard let patterns = try group.texts("match") else { throw group.error("match", expected: "patterns of names") }
      groups.append(
        ParameterGroup(
          patterns: patterns.map { ParameterPattern($0) }, rateFactor: try group.number("rate", in: 0...1e6) ?? 1,
          weightDecay: try group.number("weight_decay", in: 0...1e3)))
      try group.finish()
    }
    self.init(
      weightDecay: try part.number("weight_decay", in: 0...1e3) ?? 0.01, groups: groups,
      layerDecay: try part.number("layer_decay", in: 1e-3...1))
  }
}

extension ScheduleShape {
  private enum Kind: String, CaseIterable {
    case constant, linear, cosine, wsd
    case inverseRoot = "inverse_sqrt"
  }

  static func read(_ reader: inout RecipeReader) throws(TrainingError) -> (ScheduleShape, warmUpSteps: Int) {
    guard var part = try reader.part("schedule") else { return (.constant, 0) }
    let kind = try part.choice("kind", of: Kind.self) ?? .constant
    let warmUp = try part.integer("warmup", in: 0...1 << 40) ?? 0
    let floor = try part.number("floor", in: 0...1) ?? 0
    let decay = try part.integer("decay", in: 0...1 << 40)
    try part.finish()
    if decay != nil, kind != .wsd {
      throw part.error("decay", expected: "the schedule wsd, which falls at the end only")
    }
    switch kind {
    case .constant: return (.constant, warmUp)
    case .linear: return (.linear(floor: floor), warmUp)
    case .cosine: return (.cosine(floor: floor), warmUp)
    case .inverseRoot: return (.inverseSquareRoot(), warmUp)
    case .wsd:
      guard let decay else { throw part.error("decay", expected: "the number of the last steps, in which it falls") }
      return (.warmUpStableDecay(decaySteps: decay, floor: floor), warmUp)
    }
  }
}
