extension Grammar {
  /// One of several texts.
  ///
  /// - Throws: `GrammarError` if there are none, or too many.
  public init(choices: [String]) throws(GrammarError) {
    self = try GrammarBuilder().grammar(root: Self.expression(choices: choices))
  }

  static func expression(choices: [String]) throws(GrammarError) -> GrammarExpression {
    guard !choices.isEmpty else {
      throw GrammarError(
        .unsatisfiable, in: "choices", expected: "at least one text", found: "none",
        hint: "List the texts that the answer may be.")
    }
    return .choice(Set(choices).sorted().map { .text($0) })
  }
}
