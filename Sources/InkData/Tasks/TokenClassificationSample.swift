/// A text and the number of each token's class.
public struct TokenClassificationSample: TrainingSample, Hashable {
  /// The text.
  public var text: EncodedText
  /// The number of each token's class, -1 where none is predicted.
  public var labels: [Int32]
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int { text.tokens.count }
}
