public import InkTokenizers

/// A document, or a part of one, whose tokens are predicted from those before.
public struct CausalSample: TrainingSample, Hashable {
  /// A token behind the last one that is still predicted from it.
  public struct Following: Sendable, Hashable {
    /// The token.
    public let token: TokenID
    /// How much its loss counts.
    public let weight: Float
  }

  /// The token ids; a part of a long document shares its storage.
  public var tokens: ArraySlice<TokenID>
  /// For each token the weight of predicting it; the first of a sample is not predicted here.
  public var weights: ArraySlice<Float>
  /// How many tokens at the beginning see each other in both directions.
  public var prefixLength: Int
  /// The token behind a cut: it is predicted from the last token of this part, so that a cut loses no target.
  public var following: Following?
  /// Where it comes from.
  public var origin: RecordOrigin

  /// A whole document.
  public init(_ tokens: WeightedTokens, prefixLength: Int = 0, origin: RecordOrigin) {
    self.tokens = tokens.tokens[...]
    weights = tokens.weights[...]
    self.prefixLength = prefixLength
    self.origin = origin
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { tokens.count }
  /// It may be cut anywhere.
  public static var division: SampleDivision { .possible }

  /// The weight of all that is predicted.
  public var lossWeight: Double {
    weights.dropFirst().reduce(Double(following?.weight ?? 0)) { $0 + Double($1) }
  }

  /// The first tokens and the others; the token behind the cut stays a target of the first part.
  public func divided(at count: Int) -> (CausalSample, CausalSample)? {
    guard count > 0, count < tokens.count else { return nil }
    var first = self
    var second = self
    first.tokens = tokens.prefix(count)
    first.weights = weights.prefix(count)
    second.tokens = tokens.dropFirst(count)
    second.weights = weights.dropFirst(count)
    guard let next = second.tokens.first, let weight = second.weights.first else { return nil }
    first.prefixLength = min(prefixLength, count)
    first.following = Following(token: next, weight: weight)
    second.prefixLength = max(prefixLength - count, 0)
    return (first, second)
  }
}
