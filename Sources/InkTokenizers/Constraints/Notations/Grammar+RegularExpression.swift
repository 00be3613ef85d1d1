extension Grammar {
  /// The texts that a regular expression matches from their first to their last character.
  ///
  /// The notation is that of ECMA-262 as far as it describes regular languages: literals, classes, `\d \w \s` and their
  /// complements (`\d` and `\w` are ASCII), groups, alternatives, all quantifiers, lazy ones too, and `^` and `$` at the
  /// ends. Lookaround, backreferences, word boundaries, flags and `\p{…}` are refused by name.
  ///
  /// - Throws: `GrammarError` with the offset in characters, and at the limits.
  public init(regularExpression: String) throws(GrammarError) {
    self = try GrammarBuilder().grammar(root: Self.expression(regularExpression: regularExpression))
  }

  static func expression(regularExpression: String) throws(GrammarError) -> GrammarExpression {
    try RegularExpression(regularExpression, in: "regular expression").wholeMatch { .characters($0) }
  }
}
