/// An answer that a search over beams found.
public struct BeamAnswer: Sendable, Hashable {
  /// Its text, without the token that ends it.
  public var text: String
  /// The sum of log-probabilities over the penalized length.
  public var score: Float
  /// How it ended.
  public var finishReason: FinishReason
  /// Tokens of the prompt and of the answer, the one that ends it included.
  public var counts: TokenCounts

  /// An answer from its parts.
  public init(text: String, score: Float, finishReason: FinishReason, counts: TokenCounts) {
    self.text = text
    self.score = score
    self.finishReason = finishReason
    self.counts = counts
  }
}
