/// The tokens that have a part to play.
public struct SpecialTokenRoles: Sendable, Equatable {
  /// Begins a sequence.
  public var beginningOfSequence: TokenID?
  /// Ends a sequence.
  public var endOfSequence: TokenID?
  /// Ends a turn of a conversation.
  public var endOfTurn: TokenID?
  /// Stands for what the vocabulary cannot say.
  public var unknown: TokenID?
  /// Fills short sequences.
  public var padding: TokenID?
  /// Stands for a whole text in encoders, before it.
  public var classification: TokenID?
  /// Stands between and after the texts of encoders.
  public var separator: TokenID?
  /// Stands for a word that is to be guessed.
  public var mask: TokenID?

  /// Roles; nil where a vocabulary has none.
  public init(
    beginningOfSequence: TokenID? = nil, endOfSequence: TokenID? = nil, endOfTurn: TokenID? = nil,
    unknown: TokenID? = nil, padding: TokenID? = nil, classification: TokenID? = nil, separator: TokenID? = nil,
    mask: TokenID? = nil
  ) {
    self.beginningOfSequence = beginningOfSequence
    self.endOfSequence = endOfSequence
    self.endOfTurn = endOfTurn
    self.unknown = unknown
    self.padding = padding
    self.classification = classification
    self.separator = separator
    self.mask = mask
  }

  /// Special tokens that end an answer in published vocabularies, for files that name no end of turn.
  static let knownEndings: [String] = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<end_of_turn>", "<|endoftext|>",
    "<|end_of_text|>", "<|eom_id|>", "<EOT>", "<\u{FF5C}end\u{2581}of\u{2581}sentence\u{FF5C}>",
    "<end_of_utterance>", "</s>",
  ]
}
