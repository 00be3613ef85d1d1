import InkTensor

extension OptimizerSettings {
  private enum Kind: String, CaseIterable {
    case adamw, adamw8bit, adam, adafactor, lion, sgd, muon, adagrad, rmsprop
  }

  /// The share of a remembered value that stays.
  private static let shares = 0.0...0.9999999
  private static let epsilons = 1e-30...1.0

  /// Reads the numbers of a kind; those of others are unknown names then.
  init(_ part: inout RecipeReader) throws(TrainingError) {
    switch try part.choice("kind", of: Kind.self) ?? .adamw {
    case .adamw:
      let betas = try Self.betas(&part, 0.999)
      self = .adamW(beta1: betas.first, beta2: betas.second, epsilon: try Self.epsilon(&part, 1e-8))
    case .adamw8bit:
      let betas = try Self.betas(&part, 0.999)
      self = .codedAdamW(beta1: betas.first, beta2: betas.second, epsilon: try Self.epsilon(&part, 1e-8))
    case .adam:
      let betas = try Self.betas(&part, 0.999)
      self = .adam(beta1: betas.first, beta2: betas.second, epsilon: try Self.epsilon(&part, 1e-8))
    case .adafactor:
      self = .adafactor(epsilon: try Self.epsilon(&part, 1e-30), beta1: try part.number("momentum", in: Self.shares))
    case .lion:
      let betas = try Self.betas(&part, 0.99)
      self = .lion(beta1: betas.first, beta2: betas.second)
    case .sgd: self = .descent(try Self.descent(&part))
    case .muon:
      let betas = try Self.betas(&part, 0.999)
      self = .muon(
        momentum: try part.number("momentum", in: Self.shares) ?? 0.95, beta1: betas.first, beta2: betas.second,
        epsilon: try Self.epsilon(&part, 1e-8))
    case .adagrad: self = .adagrad(epsilon: try Self.epsilon(&part, 1e-10))
    case .rmsprop:
      self = .rmsprop(
        smoothing: try part.number("smoothing", in: Self.shares) ?? 0.99,
        momentum: try part.number("momentum", in: Self.shares) ?? 0, epsilon: try Self.epsilon(&part, 1e-8))
    }
  }

  private static func betas(
    _ part: inout RecipeReader, _ second: Double
  ) throws(TrainingError) -> (first: Double, second: Double) {
    guard let betas = try part.numbers("betas", count: 2, in: shares) else { return (0.9, second) }
    return (betas[0], betas[1])
  }

  private static func epsilon(_ part: inout RecipeReader, _ standard: Double) throws(TrainingError) -> Double {
    try part.number("epsilon", in: epsilons) ?? standard
  }

  private static func descent(_ part: inout RecipeReader) throws(TrainingError) -> DescentForm {
    let momentum = try part.number("momentum", in: shares) ?? 0
    let looksAhead = try part.boolean("nesterov") ?? false
    switch (momentum, looksAhead) {
    case (0, false): return .plain
    case (0, true): throw part.error("nesterov", expected: "a momentum beside it")
    case (let momentum, false): return .heavyBall(momentum: momentum)
    case (let momentum, true): return .nesterov(momentum: momentum)
    }
  }
}
