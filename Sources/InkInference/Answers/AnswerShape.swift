import InkTokenizers

/// What is done to the raw text of an answer, and what it must be.
struct AnswerShape: Sendable {
  /// Takes the text apart; nil gives it out as it is.
  var parser: AnswerParser?
  /// Which tokens may come next; nil permits all.
  var constraint: TokenConstraint?
  /// Which special tokens appear in the text.
  var specialTokens = SpecialTokenDecoding.skip

  /// Plain text.
  static let plain = AnswerShape()
}
