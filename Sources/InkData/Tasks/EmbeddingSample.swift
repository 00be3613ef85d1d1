/// Texts that belong together or do not, as tokens.
public struct EmbeddingSample: TrainingSample, Hashable {
  /// The text.
  public var anchor: EncodedText
  /// The text that belongs to it or is compared with it.
  public var partner: EncodedText
  /// Texts that do not belong to it.
  public var negatives: [EncodedText] = []
  /// How alike the two are, where that is known.
  public var score: Float?
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int {
    anchor.tokens.count + partner.tokens.count + negatives.reduce(0) { $0 + $1.tokens.count }
  }
}
