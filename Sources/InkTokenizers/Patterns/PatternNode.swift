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

  /// Whether it may match without taking a character.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .textStart, .textEnd, .lookahead: true
    case .characters: false
    case .sequence(let nodes): nodes.allSatisfy { $0.canBeEmpty }
    case .alternatives(let nodes): nodes.contains { $0.canBeEmpty }
    case .repetition(let node, let least, _, _): least == 0 || node.canBeEmpty
    case .atomic(let node): node.canBeEmpty
    }
  }
}
