public import InkChat

/// Natural-log probabilities of a row of raw logits.
///
/// The normaliser is summed in a fixed order (blocks of 1024 tokens, then Double), so that a row gives the same bits
/// wherever it is computed.
public struct LogProbabilities: Sendable, Hashable {
  /// log of the sum of exp(logit) over the row.
  public let logNormaliser: Double

  /// Sums a row of logits, [vocabulary].
  ///
  /// - Throws: `invalidInput` for an empty row; `numericalFailure` for a NaN or plus infinity.
  public init(of logits: Span<Float>) throws(GenerationError) {
    let maximum = try LogitPeak(of: logits).logit
    logNormaliser = Double(maximum) + naturalLogarithm(SoftmaxWeights.total(of: logits, maximum: maximum))
  }

  /// The log-probability of a logit of that row.
  public func value(of logit: Float) -> Float {
    Float(Double(logit) - logNormaliser)
  }

  /// The chosen token and the most probable ones of a row, with their log-probabilities.
  ///
  /// - Parameters:
  ///   - chosen: a token id inside the row.
  ///   - alternatives: how many of the most probable tokens to list, best first; more than the row has lists all.
  /// - Throws: as `init(of:)`, and `invalidInput` for a token outside the row.
  public static func detail(
    of chosen: Int32, alternatives: Int, in logits: Span<Float>
  ) throws(GenerationError) -> GeneratedToken {
    guard chosen >= 0, Int(chosen) < logits.count else {
      throw GenerationError(
        code: .invalidInput, context: "log-probability of token \(chosen)", expected: "an id below \(logits.count)",
        found: "\(chosen)")
    }
    let probabilities = try LogProbabilities(of: logits)
    let best =
      alternatives > 0 ? LogitField.best(min(alternatives, logits.count), of: logits) : []
    return GeneratedToken(
      chosen: TokenLogProbability(token: chosen, logProbability: probabilities.value(of: logits[Int(chosen)])),
      alternatives: best.map {
        TokenLogProbability(token: $0.token, logProbability: probabilities.value(of: $0.logit))
      })
  }
}
