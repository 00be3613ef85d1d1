/// A regular expression as a tree.
indirect enum PatternNode: Sendable, Equatable {
  case empty
  case characters(CharacterMatcher)
  case sequence([PatternNode])
  case alternatives([PatternNode])
  case repetition(PatternNode, least: Int, most: Int?, Quantifier)
  case lookahead(PatternNode, Expectation)
  /// Matched once and never tried again in another way.
  case atomic(PatternNode)
  case textStart
  case textEnd

  enum Quantifier: Sendable, Equatable { case greedy, lazy, possessive }
  enum Expectation: Sendable, Equatable { case present, absent }

  /// Whether a repetition without limit is anywhere inside.
  var repeatsWithoutLimit: Bool {
    switch self {
    case .empty, .characters, .textStart, .textEnd: false
    case .sequence(let nodes), .alternatives(let nodes): nodes.contains { $0.repeatsWithoutLimit }
    case .repetition(let node, _, let most, _): most == nil || node.repeatsWithoutLimit
    case .lookahead(let node, _), .atomic(let node): node.repeatsWithoutLimit
    }
  }
}
