public import InkTokenizers

/// Documents one behind the other, whose tokens are predicted from those before. Nothing is padded.
///
/// Attention stays inside each document and positions begin at 0 in each. All lists but `lengths`, `prefixLengths` and
/// `origins` have an element a token.
public struct CausalBatch: TrainingBatch, Hashable {
  /// The token ids. // [tokens]
  public var tokens: [TokenID] = []
  /// The token to predict at each place, -1 where none is. // [tokens]
  public var targets: [TokenID] = []
  /// How much the loss at each place counts, 0 where nothing is predicted. // [tokens]
  public var weights: [Float] = []
  /// How many tokens each document has. // [documents]
  public var lengths: [Int] = []
  /// How many tokens at the beginning of each document see each other in both directions. // [documents]
  public var prefixLengths: [Int] = []
  /// Where each document comes from. // [documents]
  public var origins: [RecordOrigin] = []

  /// What stands for no target.
  public static let noTarget: TokenID = -1

  /// Samples one behind the other.
  public init(_ samples: [CausalSample]) {
    for sample in samples { append(sample) }
  }

  private mutating func append(_ sample: CausalSample) {
    guard !sample.tokens.isEmpty else { return }
    tokens += sample.tokens
    // The last token of a document predicts nothing, unless it was cut there.
    let next = zip(sample.tokens, sample.weights).dropFirst().map { ($0, $1) }
    let last = sample.following.map { ($0.token, $0.weight) } ?? (Self.noTarget, 0)
    for (token, weight) in next + [last] {
      targets.append(weight > 0 ? token : Self.noTarget)
      weights.append(weight > 0 ? weight : 0)
    }
    lengths.append(sample.tokens.count)
    prefixLengths.append(sample.prefixLength)
    origins.append(sample.origin)
  }

  /// How many tokens a model reads.
  public var tokenCount: Int { tokens.count }
  /// What the sum of losses is divided by.
  public var lossWeight: Double { weights.reduce(0) { $0 + Double($1) } }
}
