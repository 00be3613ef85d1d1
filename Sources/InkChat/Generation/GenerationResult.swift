/// How an answer ended, and what it took.
public struct GenerationResult: Sendable, Hashable {
  /// Why the answer ended.
  public var finishReason: FinishReason
  /// How many tokens went in and came out.
  public var counts: TokenCounts
  /// Where the time went.
  public var timings: GenerationTimings
  /// The prompt's token ids as the model saw them; empty when the source does not tell.
  public var promptTokens: [Int32]
  /// The answer's token ids without the token that ended it; empty when the source does not tell.
  public var tokens: [Int32]

  /// A result with every field given.
  public init(
    finishReason: FinishReason, counts: TokenCounts, timings: GenerationTimings = GenerationTimings(),
    promptTokens: [Int32] = [], tokens: [Int32] = []
  ) {
    self.finishReason = finishReason
    self.counts = counts
    self.timings = timings
    self.promptTokens = promptTokens
    self.tokens = tokens
  }
}
