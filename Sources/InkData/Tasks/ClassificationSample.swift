/// A text and the number of its class.
public struct ClassificationSample: TrainingSample, Hashable {
  /// The text or the pair of texts.
  public var text: EncodedText
  /// The number of the class.
  public var label: Int32
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int { text.tokens.count }
}
