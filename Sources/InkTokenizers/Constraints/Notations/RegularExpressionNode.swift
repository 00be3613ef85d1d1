/// A regular expression as a tree, as far as it says which texts match.
indirect enum RegularExpressionNode: Sendable {
  case characters(CodePointSet)
  case sequence([RegularExpressionNode])
  case choice([RegularExpressionNode])
  case repetition(RegularExpressionNode, least: Int, most: Int?)
  /// `^`
  case textStart
  /// `$`
  case textEnd

  /// The fewest and the most characters that a match has; nil for no most.
  var length: (least: Int, most: Int?) {
    switch self {
    case .characters: return (1, 1)
    case .textStart, .textEnd: return (0, 0)
    case .sequence(let parts):
      return parts.map(\.length).reduce((0, 0)) { sum, part in
        (Self.capped(sum.0 + part.least), Self.sum(sum.1, part.most))
      }
    case .choice(let branches):
      let lengths = branches.map(\.length)
      let most: Int? = lengths.contains { $0.most == nil } ? nil : lengths.compactMap(\.most).max() ?? 0
      return (lengths.map(\.least).min() ?? 0, most)
    case .repetition(let part, let least, let most):
      let length = part.length
      let (count, longest) = (most, length.most)
      let product: Int? =
        if longest == 0 || count == 0 { 0 } else if let count, let longest { Self.capped(count * longest) } else { nil }
      return (Self.capped(length.least * least), product)
    }
  }

  /// Lengths beyond are all alike.
  private static func capped(_ length: Int) -> Int { min(length, 1 << 30) }

  private static func sum(_ first: Int?, _ second: Int?) -> Int? {
    guard let first, let second else { return nil }
    return capped(first + second)
  }

  /// The alternatives at the top, without groups around them.
  var alternatives: [RegularExpressionNode] {
    switch self {
    case .choice(let branches): branches.flatMap(\.alternatives)
    case .sequence(let parts): parts.count == 1 ? parts[0].alternatives : [self]
    case .characters, .repetition, .textStart, .textEnd: [self]
    }
  }
}
