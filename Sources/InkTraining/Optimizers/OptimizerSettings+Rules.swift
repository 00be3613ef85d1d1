import InkTensor

extension OptimizerSettings {
  /// The rule that changes a weight.
  func rule(for parameter: Parameter) throws(TrainingError) -> any UpdateRule {
    switch self {
    case .adamW(let beta1, let beta2, let epsilon):
      return AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: .decoupled)
    case .codedAdamW(let beta1, let beta2, let epsilon, let block, let smallest):
      let adam = AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: .decoupled)
      do { return try CodedAdamRule(adam: adam, block: block, smallest: smallest) } catch {
        throw TrainingError(.invalidValue, context: "optimizer: block", expected: error.expected, found: error.found)
      }
    case .adam(let beta1, let beta2, let epsilon):
      return AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: .l2)
    case .adafactor(let rate, let size, let decayExponent, let epsilon, let threshold, let beta1):
      return AdafactorRule(
        rate: rate, size: size, decayExponent: decayExponent, epsilon: epsilon, threshold: threshold, beta1: beta1)
    case .lion(let beta1, let beta2): return LionRule(beta1: beta1, beta2: beta2)
    case .descent(let form): return MomentumRule(form)
    case .adagrad(let start, let rateDecay, let epsilon):
      return RootRule(.adagrad(start: Float(start), rateDecay: rateDecay), epsilon: epsilon)
    case .rmsprop(let smoothing, let momentum, let epsilon):
      return RootRule(.rmsprop(smoothing: smoothing, momentum: momentum), epsilon: epsilon)
    case .muon(let momentum, let iterations, let rateScale, let beta1, let beta2, let epsilon, let adamPatterns):
      guard parameter.value.shape.rank >= 2, !adamPatterns.contains(where: { $0.matches(parameter.name) }) else {
        return AdamRule(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: .decoupled)
      }
      return MuonRule(momentum: momentum, iterations: iterations, rateScale: rateScale)
    }
  }

  /// Refuses numbers that no method can have.
  package func check() throws(TrainingError) {
    switch self {
    case .adamW(let beta1, let beta2, let epsilon), .adam(let beta1, let beta2, let epsilon):
      try Self.checkAdam(beta1, beta2, epsilon)
    case .codedAdamW(let beta1, let beta2, let epsilon, _, let smallest):
      try Self.checkAdam(beta1, beta2, epsilon)
      try Self.check("smallest", Double(smallest), isRight: smallest >= 0, "a count")
    case .adafactor(_, let size, let decayExponent, let epsilon, let threshold, let beta1):
      if case .relativeToWeights(let least) = size {
        try Self.check("least size", least, isRight: least > 0, "a number above 0")
      }
      try Self.check("decay exponent", decayExponent, isRight: decayExponent <= 0, "a number up to 0")
      try Self.check("epsilon", epsilon, isRight: epsilon >= Double(Float.leastNormalMagnitude), "a number above 0")
      try Self.check("threshold", threshold, isRight: threshold > 0, "a number above 0")
      if let beta1 { try Self.checkShare("beta1", beta1) }
    case .lion(let beta1, let beta2):
      try Self.checkShare("beta1", beta1)
      try Self.checkShare("beta2", beta2)
    case .descent(let form):
      switch form {
      case .plain: break
      case .heavyBall(let momentum), .nesterov(let momentum): try Self.checkShare("momentum", momentum)
      }
    case .adagrad(let start, let rateDecay, let epsilon):
      try Self.check("start", start, isRight: start >= 0, "a number from 0 on")
      try Self.check("rate decay", rateDecay, isRight: rateDecay >= 0, "a number from 0 on")
      try Self.check("epsilon", epsilon, isRight: epsilon > 0, "a number above 0")
    case .rmsprop(let smoothing, let momentum, let epsilon):
      try Self.checkShare("smoothing", smoothing)
      try Self.checkShare("momentum", momentum)
      try Self.check("epsilon", epsilon, isRight: epsilon > 0, "a number above 0")
    case .muon(let momentum, let iterations, _, let beta1, let beta2, let epsilon, _):
      try Self.checkShare("momentum", momentum)
      try Self.check("iterations", Double(iterations), isRight: (1...100).contains(iterations), "1 to 100")
      try Self.checkAdam(beta1, beta2, epsilon)
    }
  }

  private static func checkAdam(_ beta1: Double, _ beta2: Double, _ epsilon: Double) throws(TrainingError) {
    try checkShare("beta1", beta1)
    try checkShare("beta2", beta2)
    try check("epsilon", epsilon, isRight: epsilon > 0, "a number above 0")
  }

  private static func checkShare(_ name: String, _ value: Double) throws(TrainingError) {
    try check(name, value, isRight: value >= 0 && value < 1, "0 or more, less than 1")
  }

  private static func check(
    _ name: String, _ value: Double, isRight: Bool, _ expected: String
  ) throws(TrainingError) {
    guard isRight, value.isFinite else {
      throw TrainingError(.invalidValue, context: "optimizer: \(name)", expected: expected, found: "\(value)")
    }
  }
}
