import InkChat

extension SamplerStep {
  /// Refuses values that no step can work with.
  ///
  /// - Parameter vocabularySize: number of logits in a row; a token beyond it would be overlooked in silence.
  func validate(vocabularySize: Int) throws(GenerationError) {
    switch self {
    case .logitBias(let biases):
      for (token, bias) in biases.sorted(by: { $0.key < $1.key }) {
        try Self.require(
          !bias.isNaN && bias != .infinity, "logit bias of token \(token)", "a number below infinity", "\(bias)")
        try Self.require(
          token >= 0 && token < vocabularySize, "logit bias", "token ids from 0 to \(vocabularySize - 1)", "\(token)")
      }
    case .sequenceBias(let biases):
      for bias in biases {
        try Self.require(
          !bias.tokens.isEmpty && !bias.bias.isNaN && bias.bias != .infinity, "sequence bias",
          "at least one token and a number below infinity", "\(bias.tokens): \(bias.bias)")
      }
    case .noRepeatedRun(let size):
      try Self.require(size >= 1, "size of runs that must not repeat", "at least 1", "\(size)")
    case .minimumLength(let tokens, _):
      try Self.require(tokens >= 0, "minimum length", "at least 0", "\(tokens)")
    case .repetitionPenalty(let penalty, let window):
      try Self.require(penalty > 0 && penalty.isFinite, "repetition penalty", "a number above 0", "\(penalty)")
      try Self.validate(window)
    case .occurrencePenalty(let frequency, let presence, let window):
      try Self.require(frequency.isFinite, "frequency penalty", "a number", "\(frequency)")
      try Self.require(presence.isFinite, "presence penalty", "a number", "\(presence)")
      try Self.validate(window)
    case .temperature(let temperature):
      // A smaller one could push logits past the largest number; 0, the greedy choice, is what is meant by it.
      try Self.require(
        temperature >= 1e-6 && temperature.isFinite, "temperature", "0 (greedy) or a number of at least 0.000001",
        "\(temperature)")
    case .topK(let count):
      try Self.require(count >= 1, "top-k", "at least 1", "\(count)")
    case .topP(let sum): try Self.requireProbability(sum, "top-p")
    case .minP(let fraction): try Self.requireProbability(fraction, "min-p")
    case .typicalP(let sum): try Self.requireProbability(sum, "typical-p")
    case .epsilonCutoff(let bound): try Self.requireProbability(bound, "epsilon cutoff")
    case .etaCutoff(let bound): try Self.requireProbability(bound, "eta cutoff")
    }
  }

  private static func validate(_ window: PenaltyWindow) throws(GenerationError) {
    if case .last(let count) = window {
      try require(count >= 1, "penalty window", "at least 1 token", "\(count)")
    }
  }

  private static func requireProbability(_ value: Float, _ name: String) throws(GenerationError) {
    try require(value >= 0 && value <= 1, name, "a number from 0 to 1", "\(value)")
  }

  static func require(
    _ condition: Bool, _ context: String, _ expected: String, _ found: String
  ) throws(GenerationError) {
    guard condition else {
      throw GenerationError(code: .invalidOption, context: context, expected: expected, found: found)
    }
  }
}
