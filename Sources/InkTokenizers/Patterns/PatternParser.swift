/// Reads the regular expressions that tokenizer files use.
///
/// The subset: literals, classes (also inside others), `\p{...}` with general categories, `\s \d \w` and their complements, groups,
/// `(?i:...)`, lookahead, atomic groups, alternation, all quantifiers. Everything else is refused by name.
struct PatternParser {
  private let source: String
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var comparison = CharacterMatcher.CaseComparison.exact
  private var depth = 0

  private static let depthLimit = 64
  private static let repetitionLimit = 256
  /// Each is a level of the tree, which is walked by recursion.
  private static let quantifierLimit = 8

  init(_ source: String) {
    self.source = source
    scalars = Array(source.unicodeScalars)
  }

  /// The tree of the whole expression.
  mutating func parse() throws(TokenizerError) -> PatternNode {
    let node = try parseAlternatives()
    if index < scalars.count { throw error("the end of the expression", "')'") }
    return node
  }

  private mutating func parseAlternatives() throws(TokenizerError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw error("at most \(Self.depthLimit) nested groups", "more") }
    var branches = [try parseSequence()]
    while take("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .alternatives(branches)
  }

  private mutating func parseSequence() throws(TokenizerError) -> PatternNode {
    var nodes: [PatternNode] = []
    while index < scalars.count, scalars[index] != "|", scalars[index] != ")" {
      let atom = try parseAtom()
      nodes.append(try parseQuantifiers(atom))
    }
    return nodes.isEmpty ? .empty : nodes.count == 1 ? nodes[0] : .sequence(nodes)
  }

  private mutating func parseAtom() throws(TokenizerError) -> PatternNode {
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "(": return try parseGroup()
    case "[": return .characters(try parseClass())
    case ".":
      return .characters(CharacterMatcher(ranges: [0x0A...0x0A], membership: .notListed))
    case "^": return .textStart
    case "$": return .textEnd
    case "*", "+", "?": throw error("something to repeat", "'\(scalar)'")
    case "\\":
      switch try parseEscape() {
      case .scalar(let value): return .characters(.scalar(value, comparison))
      case .set(let matcher): return .characters(matcher)
      }
    default: return .characters(.scalar(scalar.value, comparison))
    }
  }

  private mutating func parseGroup() throws(TokenizerError) -> PatternNode {
    let outer = comparison
    defer { comparison = outer }
    var wrap: (PatternNode) -> PatternNode = { $0 }
    if take("?") {
      if take(":") {
      } else if take("=") {
        wrap = { .lookahead($0, .present) }
      } else if take("!") {
        wrap = { .lookahead($0, .absent) }
      } else if take(">") {
        wrap = { .atomic($0) }
      } else if take("i") {
        comparison = .folded
        if take(")") {
          // The flag holds to the end of the enclosing group, which is therefore read here.
          let rest = try parseAlternatives()
          return rest
        }
        guard take(":") else { throw error("':' or ')' after (?i", found) }
      } else {
        throw error("(?:, (?i:, (?=, (?! or (?>", "(?\(found)")
      }
    }
    let node = try parseAlternatives()
    guard take(")") else { throw error("')'", found) }
    return wrap(node)
  }

  private mutating func parseQuantifiers(_ atom: PatternNode) throws(TokenizerError) -> PatternNode {
    var node = atom
    var count = 0
    while index < scalars.count {
      let bounds: (least: Int, most: Int?)
      if take("*") {
        bounds = (0, nil)
      } else if take("+") {
        bounds = (1, nil)
      } else if take("?") {
        bounds = (0, 1)
      } else if scalars[index] == "{", let counted = try parseCount() {
        bounds = counted
      } else {
        break
      }
      let quantifier: PatternNode.Quantifier = take("?") ? .lazy : take("+") ? .possessive : .greedy
      count += 1
      guard count <= Self.quantifierLimit else {
        throw error("at most \(Self.quantifierLimit) quantifiers of one part", "more")
      }
      node = .repetition(node, least: bounds.least, most: bounds.most, quantifier)
    }
    return node
  }

  /// `{n}`, `{n,}`, `{n,m}`; nil if the brace is an ordinary character.
  private mutating func parseCount() throws(TokenizerError) -> (least: Int, most: Int?)? {
    let start = index
    index += 1
    let least = parseNumber()
    var most = least
    if take(",") { most = parseNumber() }
    guard take("}"), least != nil || most != nil else {
      index = start
      return nil
    }
    let low = least ?? 0
    guard low <= Self.repetitionLimit, most ?? 0 <= Self.repetitionLimit, low <= most ?? low else {
      throw error("a repetition of at most \(Self.repetitionLimit), lower bound first", "{\(low),\(most ?? low)}")
    }
    return (low, most)
  }

  private mutating func parseNumber() -> Int? {
    var value: Int?
    while index < scalars.count,
      let digit = scalars[index].properties.numericType == .decimal
        ? Int(String(scalars[index])) : nil
    {
      value = min((value ?? 0) * 10 + digit, 100_000)
      index += 1
    }
    return value
  }

  private enum Escape {
    case scalar(UInt32)
    case set(CharacterMatcher)
  }

  private mutating func parseEscape() throws(TokenizerError) -> Escape {
    guard index < scalars.count else { throw error("a character after the backslash", "the end") }
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "n": return .scalar(0x0A)
    case "r": return .scalar(0x0D)
    case "t": return .scalar(0x09)
    case "f": return .scalar(0x0C)
    case "v": return .scalar(0x0B)
    case "s": return .set(CharacterMatcher(categories: .whitespace))
    case "S": return .set(CharacterMatcher(complements: [.whitespace]))
    case "d": return .set(CharacterMatcher(categories: .decimalNumber))
    case "D": return .set(CharacterMatcher(complements: [.decimalNumber]))
    case "w": return .set(Self.wordCharacters(.listed))
    case "W": return .set(Self.wordCharacters(.notListed))
    case "p": return .set(try parseProperty(negated: false))
    case "P": return .set(try parseProperty(negated: true))
    case "x", "u": return .scalar(try parseHexadecimal(digits: scalar == "x" ? 2 : 4))
    default:
      if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        throw error("one of the supported escapes", "\\\(scalar)")
      }
      return .scalar(scalar.value)
    }
  }

  /// `\\w` as the reference library's expression engine has it, with a few digits of Latin-1.
  private static func wordCharacters(_ membership: CharacterMatcher.Membership) -> CharacterMatcher {
    CharacterMatcher(
      categories: CategoryMask(rawValue: WordCharacter.mask),
      ranges: WordCharacter.symbols + [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE], membership: membership)
  }

  private mutating func parseProperty(negated: Bool) throws(TokenizerError) -> CharacterMatcher {
    var name = ""
    var isComplement = negated
    if take("{") {
      if take("^") { isComplement.toggle() }
      while index < scalars.count, scalars[index] != "}" {
        name.unicodeScalars.append(scalars[index])
        index += 1
      }
      guard take("}") else { throw error("'}' after the property", found) }
    } else if index < scalars.count {
      name = String(scalars[index])
      index += 1
    }
    guard let mask = CategoryMask(propertyName: name) else {
      throw error("a general category in \\p{...}", "\\p{\(name)}")
    }
    return isComplement ? CharacterMatcher(complements: [mask]) : CharacterMatcher(categories: mask)
  }

  private mutating func parseHexadecimal(digits: Int) throws(TokenizerError) -> UInt32 {
    let isBraced = take("{")
    var value: UInt32 = 0
    var count = 0
    while index < scalars.count, isBraced ? count < 6 : count < digits,
      let digit = UInt32(String(scalars[index]), radix: 16)
    {
      value = value << 4 | digit
      count += 1
      index += 1
    }
    guard count > 0, !isBraced || take("}"), Unicode.Scalar(value) != nil else {
      throw error("the hexadecimal number of a character", found)
    }
    return value
  }

  private mutating func parseClass() throws(TokenizerError) -> CharacterMatcher {
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw error("at most \(Self.depthLimit) nested classes", "more") }
    var matcher = CharacterMatcher(comparison: comparison)
    if take("^") { matcher.membership = .notListed }
    var isFirst = true
    while index < scalars.count, isFirst || scalars[index] != "]" {
      isFirst = false
      let lower: UInt32
      switch try parseClassItem() {
      case .set(let set):
        switch set.membership {
        case .listed:
          matcher.categories.formUnion(set.categories)
          matcher.ranges += set.ranges
        case .notListed: matcher.complements.append(set.categories)
        }
        matcher.complements += set.complements
        continue
      case .scalar(let value): lower = value
      }
      guard index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] != "]" else {
        matcher.ranges.append(lower...lower)
        continue
      }
      index += 1
      guard case .scalar(let upper) = try parseClassItem(), upper >= lower else {
        throw error("a range that rises from one character to another", "one that does not")
      }
      matcher.ranges.append(lower...upper)
    }
    guard take("]") else { throw error("']'", found) }
    return matcher
  }

  private mutating func parseClassItem() throws(TokenizerError) -> Escape {
    let scalar = scalars[index]
    index += 1
    if scalar == "\\" { return try parseEscape() }
    if scalar == "[" { return .set(try parseNestedClass()) }
    if scalar == "&", index < scalars.count, scalars[index] == "&" {
      throw error("a class without '&&'", "an intersection")
    }
    return .scalar(scalar.value)
  }

  /// What a class inside another one adds to it.
  private mutating func parseNestedClass() throws(TokenizerError) -> CharacterMatcher {
    if index < scalars.count, scalars[index] == ":" { throw error("\\p{...} instead of [:name:]", "'[:'") }
    let nested = try parseClass()
    // A set keeps what is not listed as categories only.
    guard nested.membership == .listed || nested.ranges.isEmpty && nested.complements.isEmpty else {
      throw error("a class inside another one that lists its characters", "'[^'")
    }
    return nested
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard index < scalars.count, scalars[index] == scalar else { return false }
    index += 1
    return true
  }

  private var found: String {
    index < scalars.count ? "'\(scalars[index])'" : "the end"
  }

  private func error(_ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .invalidPattern, in: "character \(index) of the expression \(source)", expected: expected, found: found,
      hint: "Rewrite the expression in tokenizer.json with the supported subset.")
  }
}
