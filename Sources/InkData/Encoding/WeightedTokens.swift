public import InkTokenizers

/// Tokens and how much the loss of predicting each counts.
public struct WeightedTokens: Sendable, Hashable {
  /// The token ids.
  public var tokens: [TokenID]
  /// For each token the weight of predicting it, 0 for tokens that are only read.
  public var weights: [Float]

  /// Tokens with their weights; there must be as many.
  public init(tokens: [TokenID], weights: [Float]) {
    self.tokens = tokens
    self.weights = weights
  }

  /// Tokens of the same weight.
  public init(tokens: [TokenID], weight: Float) {
    self.init(tokens: tokens, weights: Array(repeating: weight, count: tokens.count))
  }
}
