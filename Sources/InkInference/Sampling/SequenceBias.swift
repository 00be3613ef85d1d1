/// A bias on the last token of a sequence.
public struct SequenceBias: Sendable, Hashable {
  /// At least one token.
  public var tokens: [Int32]
  /// Added to the logit of the last one; minus infinity forbids it.
  public var bias: Float

  /// A bias with every field given.
  public init(tokens: [Int32], bias: Float) {
    self.tokens = tokens
    self.bias = bias
  }
}
