/// Collects the rules of a grammar.
struct GrammarBuilder {
  /// Rules with the names that messages call them by.
  private(set) var rules: [(name: String, body: GrammarExpression)] = []

  /// The most rules that a grammar may have.
  static let ruleLimit = 200_000

  /// Adds a rule whose right-hand side may follow later; until then it matches nothing.
  ///
  /// - Throws: `GrammarError` if there are too many.
  mutating func addRule(
    _ name: String, _ body: GrammarExpression = .nothing
  ) throws(GrammarError) -> Int {
    guard rules.count < Self.ruleLimit else {
      throw GrammarError(
        .tooLarge, in: "grammar", expected: "at most \(Self.ruleLimit) rules", found: "more",
        hint: "Make the schema or grammar smaller.")
    }
    rules.append((name, body))
    return rules.count - 1
  }

  /// Gives a rule its right-hand side.
  mutating func define(_ rule: Int, _ body: GrammarExpression) {
    rules[rule].body = body
  }

  /// Makes the grammar whose texts are those of `root`.
  func grammar(root: GrammarExpression) throws(GrammarError) -> Grammar {
    Grammar(network: try NetworkCompiler.network(of: self, root: root))
  }
}
