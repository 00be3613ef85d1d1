extension Grammar {
  /// A grammar in GBNF, the notation of llama.cpp.
  ///
  /// Literals, classes with ranges, negation and the escapes `\n \r \t \\ \" \[ \] \xNN \uNNNN \UNNNNNNNN`, `.`, groups,
  /// alternatives, `* + ? {n} {n,} {n,m}`, comments and calls of rules. A rule that goes on in the next line needs no
  /// parentheses. `\xNN` is the character of that number.
  ///
  /// - Parameters:
  ///   - gbnf: the text of the grammar.
  ///   - root: the rule that the whole answer follows.
  /// - Throws: `GrammarError` with line and column, for rules that begin with themselves, and at the limits.
  public init(gbnf: String, root: String = "root") throws(GrammarError) {
    var builder = GrammarBuilder()
    let start = try GBNFParser.parse(gbnf, root: root, into: &builder)
    self = try builder.grammar(root: start)
  }
}
