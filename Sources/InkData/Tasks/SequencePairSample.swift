public import InkTokenizers

/// A text that an encoder reads and one that a decoder writes.
public struct SequencePairSample: TrainingSample, Hashable {
  /// What is read.
  public var source: EncodedText
  /// What is written, with the token that ends it.
  public var target: [TokenID]
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int { source.tokens.count + target.count }
}
