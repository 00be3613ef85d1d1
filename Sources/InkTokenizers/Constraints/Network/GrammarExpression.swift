/// The right-hand side of a rule.
indirect enum GrammarExpression: Sendable {
  /// The empty text.
  case empty
  /// These bytes.
  case bytes([UInt8])
  /// One character of a set.
  case characters(CodePointSet)
  case sequence([GrammarExpression])
  /// One of several; with none of them, no text at all.
  case choice([GrammarExpression])
  /// An expression so many times after itself; without `most`, without end.
  case repetition(GrammarExpression, least: Int, most: Int?)
  /// What a rule of the builder says, by index.
  case rule(Int)

  /// No text at all.
  static let nothing = GrammarExpression.choice([])

  static func text(_ text: String) -> GrammarExpression { .bytes(Array(text.utf8)) }

  static func optional(_ expression: GrammarExpression) -> GrammarExpression { .choice([.empty, expression]) }
}
