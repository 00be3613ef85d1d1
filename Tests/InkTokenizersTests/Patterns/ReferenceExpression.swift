/// A regular expression as a tree that is matched by its definition, way by way, for comparison with the engine.
indirect enum ReferenceExpression {
  case nothing
  case set([Character])
  case sequence([ReferenceExpression])
  case either([ReferenceExpression])
  case repeated(ReferenceExpression, least: Int, most: Int?, Haste)
  case ahead(ReferenceExpression, isThere: Bool)
  case atomic(ReferenceExpression)
  case start
  case end

  enum Haste: CaseIterable { case greedy, lazy, possessive }

  static let alphabet: [Character] = ["a", "b", "é"]

  /// A random expression.
  static func random(depth: Int, using random: inout some RandomNumberGenerator) -> ReferenceExpression {
    func letter(_ random: inout some RandomNumberGenerator) -> ReferenceExpression {
      .set([alphabet[Int.random(in: 0..<alphabet.count, using: &random)]])
    }
    func part(_ random: inout some RandomNumberGenerator) -> ReferenceExpression {
      .random(depth: depth - 1, using: &random)
    }
    guard depth > 0 else {
      switch Int.random(in: 0..<14, using: &random) {
      case 0: return .nothing
      case 1: return .start
      case 2: return .end
      case 3: return .set(alphabet)
      case 4: return .set(Array(alphabet.dropFirst()))
      case 5: return .either([.nothing, letter(&random)])
      case 6...9: return .sequence((0..<Int.random(in: 2...3, using: &random)).map { _ in letter(&random) })
      default: return letter(&random)
      }
    }
    switch Int.random(in: 0..<18, using: &random) {
    case 0: return part(&random)
    case 1...5: return .sequence((0..<Int.random(in: 2...3, using: &random)).map { _ in part(&random) })
    case 6...9: return .either((0..<Int.random(in: 2...3, using: &random)).map { _ in part(&random) })
    case 10...15:
      let least = max(Int.random(in: -2...2, using: &random), 0)
      let most = Int.random(in: 0..<3, using: &random) > 0 ? nil : least + Int.random(in: 0...2, using: &random)
      let haste = [Haste.greedy, .greedy, .lazy, .lazy, .possessive].randomElement(using: &random)
      return .repeated(part(&random), least: least, most: most, haste ?? .greedy)
    case 16: return .ahead(part(&random), isThere: Bool.random(using: &random))
    default: return .atomic(part(&random))
    }
  }

  /// A text that the expression may match: what it asks for, look-ahead and limits of the text left aside.
  func sample(using random: inout some RandomNumberGenerator) -> [Character] {
    switch self {
    case .nothing, .start, .end, .ahead: return []
    case .set(let characters): return characters.randomElement(using: &random).map { [$0] } ?? []
    case .sequence(let parts): return parts.flatMap { $0.sample(using: &random) }
    case .either(let parts): return parts.randomElement(using: &random)?.sample(using: &random) ?? []
    case .repeated(let part, let least, let most, _):
      let count = Int.random(in: least...min(most ?? .max, least + 3), using: &random)
      return (0..<count).flatMap { _ in part.sample(using: &random) }
    case .atomic(let part): return part.sample(using: &random)
    }
  }

  /// The expression as it is written.
  var source: String {
    switch self {
    case .nothing: "(?:)"
    case .set(let characters): characters.count == 1 ? String(characters) : "[\(String(characters))]"
    case .sequence(let parts): "(?:" + parts.map(\.source).joined() + ")"
    case .either(let parts): "(?:" + parts.map(\.source).joined(separator: "|") + ")"
    case .repeated(let part, let least, let most, let haste):
      "(?:\(part.source)){\(least),\(most.map(String.init) ?? "")}"
        + (haste == .greedy ? "" : haste == .lazy ? "?" : "+")
    case .ahead(let part, let isThere): (isThere ? "(?=" : "(?!") + part.source + ")"
    case .atomic(let part): "(?>" + part.source + ")"
    case .start: "^"
    case .end: "$"
    }
  }

  /// All matches that are not empty, from left to right; nil if that takes too many steps.
  func matches(in text: [Character]) -> [String]? {
    var search = Search(text: text)
    var result: [String] = []
    var at = 0
    while at < text.count {
      let end = search.end(of: self, from: at)
      if search.steps > Search.mostSteps { return nil }
      if let end, end > at { result.append(String(text[at..<end])) }
      at = max(end ?? 0, at + 1)
    }
    return result
  }

  private struct Search {
    static let mostSteps = 100_000
    let text: [Character]
    var steps = 0

    /// What follows a part: whether the rest matches from a place on.
    typealias Rest = (inout Search, Int) -> Bool

    mutating func end(of expression: ReferenceExpression, from start: Int) -> Int? {
      var end: Int?
      return match(expression, start) { _, place in
        end = place
        return true
      } ? end : nil
    }

    mutating func match(_ expression: ReferenceExpression, _ at: Int, _ rest: Rest) -> Bool {
      steps += 1
      guard steps <= Self.mostSteps else { return false }
      switch expression {
      case .nothing: return rest(&self, at)
      case .set(let characters):
        return at < text.count && characters.contains(text[at]) && rest(&self, at + 1)
      case .sequence(let parts): return sequence(parts[...], at, rest)
      case .either(let parts): return parts.contains { match($0, at, rest) }
      case .repeated(let part, let least, let most, .possessive):
        return match(.atomic(.repeated(part, least: least, most: most, .greedy)), at, rest)
      case .repeated(let part, let least, let most, let haste):
        if least > 0 {
          return match(part, at) { search, place in
            search.match(.repeated(part, least: least - 1, most: most.map { $0 - 1 }, haste), place, rest)
          }
        }
        if most == 0 { return rest(&self, at) }
        if haste == .lazy, rest(&self, at) { return true }
        let again = match(part, at) { search, place in
          // An iteration without limit that took nothing is the last one.
          if most == nil, place == at { return rest(&search, place) }
          return search.match(.repeated(part, least: 0, most: most.map { $0 - 1 }, haste), place, rest)
        }
        return again || haste == .greedy && rest(&self, at)
      case .ahead(let part, let isThere): return (end(of: part, from: at) != nil) == isThere && rest(&self, at)
      case .atomic(let part):
        guard let end = end(of: part, from: at) else { return false }
        return rest(&self, end)
      case .start: return at == 0 && rest(&self, at)
      case .end: return at == text.count && rest(&self, at)
      }
    }

    private mutating func sequence(_ parts: ArraySlice<ReferenceExpression>, _ at: Int, _ rest: Rest) -> Bool {
      guard let first = parts.first else { return rest(&self, at) }
      return match(first, at) { search, place in search.sequence(parts.dropFirst(), place, rest) }
    }
  }
}
