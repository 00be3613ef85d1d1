/// A regular expression for making texts: what it matches, not where or how.
///
/// The notation is that of ECMA-262 with the `u` flag, which JSON Schema demands, as far as it describes regular
/// languages: `\d`, `\w` are ASCII, `\s` is all white space, `.` is anything but line ends. Laziness changes nothing
/// about which texts match and is read over. Python's named groups are read too.
struct RegularExpression {
  private let root: RegularExpressionNode
  private let context: String

  /// Reads an expression.
  ///
  /// - Parameter context: what messages call it.
  init(_ text: String, in context: String) throws(GrammarError) {
    root = try RegularExpressionParser.parse(text, context)
    self.context = context
  }

  /// The fewest and the most characters of a text that matches as a whole; nil for no most.
  var length: (least: Int, most: Int?) { root.length }

  /// Whether every alternative holds both ends of the text, so that searching and matching as a whole are the same.
  var isAnchored: Bool {
    root.alternatives.allSatisfy { alternative in
      guard case .sequence(let parts) = alternative, parts.count > 1, case .textStart? = parts.first,
        case .textEnd? = parts.last
      else { return false }
      return true
    }
  }

  /// The texts that match from end to end.
  ///
  /// - Parameter characters: how a character of a set is written in the text.
  func wholeMatch(_ characters: (CodePointSet) -> GrammarExpression) throws(GrammarError) -> GrammarExpression {
    try expression(around: .empty, characters)
  }

  /// The texts that hold a match.
  ///
  /// - Parameters:
  ///   - rest: anything, for the sides that no anchor holds.
  ///   - characters: how a character of a set is written in the text.
  func search(
    around rest: GrammarExpression, _ characters: (CodePointSet) -> GrammarExpression
  ) throws(GrammarError) -> GrammarExpression {
    try expression(around: rest, characters)
  }

  private func expression(
    around rest: GrammarExpression, _ characters: (CodePointSet) -> GrammarExpression
  ) throws(GrammarError) -> GrammarExpression {
    var branches: [GrammarExpression] = []
    for alternative in root.alternatives {
      var parts = [alternative][...]
      if case .sequence(let inner) = alternative { parts = inner[...] }
      var (before, behind) = (rest, rest)
      while case .textStart? = parts.first {
        before = .empty
        parts = parts.dropFirst()
      }
      while case .textEnd? = parts.last {
        behind = .empty
        parts = parts.dropLast()
      }
      var sequence = [before]
      for part in parts { sequence.append(try inner(part, characters)) }
      branches.append(.sequence(sequence + [behind]))
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private func inner(
    _ node: RegularExpressionNode, _ characters: (CodePointSet) -> GrammarExpression
  ) throws(GrammarError) -> GrammarExpression {
    switch node {
    case .characters(let set): return characters(set)
    case .sequence(let parts):
      var mapped: [GrammarExpression] = []
      for part in parts { mapped.append(try inner(part, characters)) }
      return .sequence(mapped)
    case .choice(let branches):
      var mapped: [GrammarExpression] = []
      for branch in branches { mapped.append(try inner(branch, characters)) }
      return .choice(mapped)
    case .repetition(let part, let least, let most):
      return .repetition(try inner(part, characters), least: least, most: most)
    case .textStart, .textEnd:
      throw GrammarError(
        .unsupported, in: context, expected: "^ and $ only at the ends of the expression or of its alternatives",
        found: "one in the middle", hint: "Move the anchor to an end, or leave it out.")
    }
  }
}
