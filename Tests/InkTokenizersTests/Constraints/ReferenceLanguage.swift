import Testing

/// A regular language as a tree that is matched by Brzozowski's derivatives, for comparison with compiled grammars.
indirect enum ReferenceLanguage: Equatable {
  case nothing
  case empty
  case characters([Character])
  case sequence(ReferenceLanguage, ReferenceLanguage)
  case either(ReferenceLanguage, ReferenceLanguage)
  case star(ReferenceLanguage)

  static let alphabet: [Character] = ["a", "b", "é", "中", "😀"]

  var matchesEmpty: Bool {
    switch self {
    case .nothing, .characters: false
    case .empty, .star: true
    case .sequence(let first, let second): first.matchesEmpty && second.matchesEmpty
    case .either(let first, let second): first.matchesEmpty || second.matchesEmpty
    }
  }

  func derivative(_ character: Character) -> ReferenceLanguage {
    switch self {
    case .nothing, .empty: return .nothing
    case .characters(let set): return set.contains(character) ? .empty : .nothing
    case .sequence(let first, let second):
      let through = Self.join(first.derivative(character), second)
      return first.matchesEmpty ? Self.or(through, second.derivative(character)) : through
    case .either(let first, let second): return Self.or(first.derivative(character), second.derivative(character))
    case .star(let inner): return Self.join(inner.derivative(character), self)
    }
  }

  private static func join(_ first: ReferenceLanguage, _ second: ReferenceLanguage) -> ReferenceLanguage {
    if first == .nothing || second == .nothing { return .nothing }
    return first == .empty ? second : .sequence(first, second)
  }

  private static func or(_ first: ReferenceLanguage, _ second: ReferenceLanguage) -> ReferenceLanguage {
    if first == .nothing || first == second { return second }
    return second == .nothing ? first : .either(first, second)
  }

  /// Whether some text begins with these bytes, the last of which may be half a character.
  func allows(prefix: [UInt8]) -> Bool {
    var language = self
    var rest = prefix[...]
    while !rest.isEmpty {
      guard let character = Self.alphabet.first(where: { rest.starts(with: Array(String($0).utf8)) }) else {
        return Self.alphabet.contains { character in
          let bytes = Array(String(character).utf8)
          return bytes.count > rest.count && bytes.starts(with: rest) && language.derivative(character) != .nothing
        }
      }
      language = language.derivative(character)
      if language == .nothing { return false }
      rest = rest.dropFirst(String(character).utf8.count)
    }
    return language != .nothing
  }

  func matches(_ text: String) -> Bool {
    text.reduce(self) { $0.derivative($1) }.matchesEmpty
  }

  var expression: String {
    switch self {
    case .nothing, .empty: "(?:)"
    case .characters(let set): set.count == 1 ? String(set[0]) : "[\(String(set))]"
    case .sequence(let first, let second): "(?:\(first.expression))(?:\(second.expression))"
    case .either(let first, let second): "(?:\(first.expression)|\(second.expression))"
    case .star(let inner): "(?:\(inner.expression))*"
    }
  }

  var gbnf: String {
    switch self {
    case .nothing, .empty: "\"\""
    case .characters(let set): set.count == 1 ? "\"\(set[0])\"" : "[\(String(set))]"
    case .sequence(let first, let second): "(\(first.gbnf) \(second.gbnf))"
    case .either(let first, let second): "(\(first.gbnf) | \(second.gbnf))"
    case .star(let inner): "(\(inner.gbnf))*"
    }
  }

  static func random(depth: Int, using random: inout some RandomNumberGenerator) -> ReferenceLanguage {
    switch depth == 0 ? 5 : Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2:
      return .sequence(.random(depth: depth - 1, using: &random), .random(depth: depth - 1, using: &random))
    case 3, 4: return .either(.random(depth: depth - 1, using: &random), .random(depth: depth - 1, using: &random))
    case 6: return .star(.random(depth: depth - 1, using: &random))
    case 7: return .empty
    default:
      let count = Int.random(in: 1...3, using: &random)
      return .characters(Array(Set(alphabet.shuffled(using: &random).prefix(count))).sorted())
    }
  }
}
