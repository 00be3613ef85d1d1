public import InkTokenizers

/// A text with some of its tokens masked.
public struct MaskedSample: TrainingSample, Hashable {
  /// The tokens that are read, some of them masked or replaced.
  public var text: EncodedText
  /// The token to predict at each place, -1 where none is.
  public var targets: [TokenID]
  /// Where it comes from.
  public let origin: RecordOrigin

  /// How many tokens a model reads.
  public var tokenCount: Int { text.tokens.count }
}
