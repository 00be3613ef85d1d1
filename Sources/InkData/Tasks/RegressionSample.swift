/// A text and its score.
public struct RegressionSample: TrainingSample, Hashable {
  /// The text or the pair of texts.
  public var text: EncodedText
  /// The score.
  public var score: Float
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int { text.tokens.count }
}
