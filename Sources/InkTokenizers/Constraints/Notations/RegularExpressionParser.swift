/// Reads regular expressions and refuses by name what no regular language is.
struct RegularExpressionParser {
  private let scalars: [Unicode.Scalar]
  private let context: String
  private var index = 0
  private var depth = 0

  private static let depthLimit = 64
  private static let lengthLimit = 1_000_000

  static func parse(_ text: String, _ context: String) throws(GrammarError) -> RegularExpressionNode {
    var parser = RegularExpressionParser(text, context)
    guard parser.scalars.count <= lengthLimit else {
      throw parser.error("at most \(lengthLimit) characters", found: "\(parser.scalars.count)", code: .tooLarge)
    }
    let node = try parser.parseAlternatives()
    if parser.index < parser.scalars.count { throw parser.error("the end of the expression") }
    return node
  }

  private init(_ text: String, _ context: String) {
    scalars = Array(text.unicodeScalars)
    self.context = context
  }

  private func error(
    _ expected: String, found: String? = nil, at place: Int? = nil, code: GrammarError.Code = .malformed
  ) -> GrammarError {
    let place = place ?? index
    let rest =
      place < scalars.count ? "\"\(String(String.UnicodeScalarView(scalars[place...].prefix(12))))\"" : "the end"
    return GrammarError(
      code, in: "\(context), character \(place)", expected: expected, found: found ?? rest,
      hint: "Write the expression without it.")
  }

  private func unsupported(_ name: String, at place: Int) -> GrammarError {
    error("an expression without \(name)", at: place, code: .unsupported)
  }

  private mutating func take(_ text: String) -> Bool {
    guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }

  // MARK: Structure

  private mutating func parseAlternatives() throws(GrammarError) -> RegularExpressionNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      throw error("at most \(Self.depthLimit) groups inside each other", code: .tooLarge)
    }
    var branches = [try parseSequence()]
    while take("|") { branches.append(try parseSequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func parseSequence() throws(GrammarError) -> RegularExpressionNode {
    var parts: [RegularExpressionNode] = []
    while index < scalars.count, scalars[index] != "|", scalars[index] != ")" {
      let atom = try parseAtom()
      parts.append(try parseQuantifier(atom))
    }
    return .sequence(parts)
  }

  private mutating func parseAtom() throws(GrammarError) -> RegularExpressionNode {
    let start = index
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "(":
      try parseGroupStart(at: start)
      let node = try parseAlternatives()
      guard take(")") else { throw error("\")\" for the group") }
      return node
    case "[": return .characters(try parseClass(from: start))
    case ".": return .characters(CharacterClass.lineEnds.inverted)
    case "^": return .textStart
    case "$": return .textEnd
    case "*", "+", "?": throw error("something to repeat", at: start)
    case "\\":
      switch try parseEscape(from: start) {
      case .character(let value): return .characters(CodePointSet([value...value]))
      case .set(let set): return .characters(set)
      case .textStart: return .textStart
      case .textEnd: return .textEnd
      }
    default: return .characters(CodePointSet([scalar.value...scalar.value]))
    }
  }

  private mutating func parseGroupStart(at start: Int) throws(GrammarError) {
    guard take("?") else { return }
    if take(":") { return }
    if take("=") || take("!") { throw unsupported("lookahead", at: start) }
    if take("<=") || take("<!") { throw unsupported("lookbehind", at: start) }
    if take(">") { throw unsupported("atomic groups", at: start) }
    if take("P=") { throw unsupported("backreferences", at: start) }
    if take("(") { throw unsupported("conditions", at: start) }
    if take("#") { throw unsupported("comments", at: start) }
    guard take("<") || take("P<") else { throw unsupported("flags such as (?i)", at: start) }
    while index < scalars.count, scalars[index] != ">" { index += 1 }
    guard take(">") else { throw error("\">\" after the name of the group", at: start) }
  }

  private mutating func parseQuantifier(
    _ atom: RegularExpressionNode
  ) throws(GrammarError) -> RegularExpressionNode {
    let start = index
    let bounds: (least: Int, most: Int?)
    if take("*") {
      bounds = (0, nil)
    } else if take("+") {
      bounds = (1, nil)
    } else if take("?") {
      bounds = (0, 1)
    } else if index < scalars.count, scalars[index] == "{", let counts = try parseCounts() {
      bounds = counts
    } else {
      return atom
    }
    switch atom {
    case .textStart, .textEnd: throw error("something to repeat before the quantifier", at: start)
    case .characters, .sequence, .choice, .repetition: break
    }
    // A lazy quantifier prefers other matches but allows the same ones.
    if !take("?"), take("+") { throw unsupported("possessive quantifiers", at: start) }
    if index < scalars.count, ["*", "+", "?"].contains(scalars[index]) { throw error("one quantifier") }
    return .repetition(atom, least: bounds.least, most: bounds.most)
  }

  /// `{n}`, `{n,}`, `{n,m}`; nil if the brace is an ordinary character.
  private mutating func parseCounts() throws(GrammarError) -> (least: Int, most: Int?)? {
    let start = index
    index += 1
    let least = parseNumber()
    var most = least
    if take(",") { most = parseNumber() }
    guard take("}"), let least else {
      index = start
      return nil
    }
    if let most, most < least { throw error("counts in ascending order", at: start) }
    guard max(least, most ?? 0) <= NetworkDraft.repetitionLimit else {
      throw error("counts of at most \(NetworkDraft.repetitionLimit)", at: start, code: .tooLarge)
    }
    return (least, most)
  }

  private mutating func parseNumber() -> Int? {
    var value: Int?
    while index < scalars.count, ("0"..."9").contains(scalars[index]) {
      value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), 1 << 40)
      index += 1
    }
    return value
  }

  // MARK: Escapes and classes

  private enum Escape {
    case character(UInt32)
    case set(CodePointSet)
    case textStart
    case textEnd
  }

  private mutating func parseEscape(from start: Int) throws(GrammarError) -> Escape {
    guard index < scalars.count else { throw error("a character after the backslash") }
    let scalar = scalars[index]
    index += 1
    switch scalar {
    case "n": return .character(0x0A)
    case "r": return .character(0x0D)
    case "t": return .character(0x09)
    case "f": return .character(0x0C)
    case "v": return .character(0x0B)
    case "a": return .character(0x07)
    case "0":
      guard index >= scalars.count || !("0"..."9").contains(scalars[index]) else {
        throw unsupported("octal escapes", at: start)
      }
      return .character(0)
    case "d": return .set(CharacterClass.digits)
    case "D": return .set(CharacterClass.digits.inverted)
    case "w": return .set(CharacterClass.wordCharacters)
    case "W": return .set(CharacterClass.wordCharacters.inverted)
    case "s": return .set(CharacterClass.whitespace)
    case "S": return .set(CharacterClass.whitespace.inverted)
    case "x": return .character(try parseHexadecimal(digits: 2, from: start))
    case "u":
      return .character(
        take("{") ? try parseBraced(from: start) : try parseHexadecimal(digits: 4, from: start))
    case "U": return .character(try parseHexadecimal(digits: 8, from: start))
    case "A": return .textStart
    case "z", "Z": return .textEnd
    case "p", "P": throw unsupported("classes of properties such as \\p{L}", at: start)
    case "b", "B": throw unsupported("word boundaries", at: start)
    case "k", "1"..."9": throw unsupported("backreferences", at: start)
    case "a"..."z", "A"..."Z": throw unsupported("the escape \\\(scalar)", at: start)
    default: return .character(scalar.value)
    }
  }

  private mutating func parseHexadecimal(digits: Int, from start: Int) throws(GrammarError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard index < scalars.count, let digit = Character(scalars[index]).hexDigitValue else {
        throw error("\(digits) hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
      index += 1
    }
    if (0xD800...0xDBFF).contains(value), take("\\u") {
      let low = try parseHexadecimal(digits: 4, from: start)
      guard (0xDC00...0xDFFF).contains(low) else { throw error("a surrogate pair", at: start) }
      value = 0x1_0000 + (value - 0xD800) << 10 + (low & 0x3FF)
    } else if (0xDC00...0xDFFF).contains(value), digits == 4 {
      // The second half of a pair: whoever reads the first half puts them together.
      return value
    }
    guard Unicode.Scalar(value) != nil else { throw error("the number of a character", at: start) }
    return value
  }

  private mutating func parseBraced(from start: Int) throws(GrammarError) -> UInt32 {
    var value: UInt32 = 0
    var count = 0
    while index < scalars.count, count < 8, let digit = Character(scalars[index]).hexDigitValue {
      value = value << 4 | UInt32(digit)
      index += 1
      count += 1
    }
    guard count > 0, take("}"), Unicode.Scalar(value) != nil else {
      throw error("the number of a character in braces", at: start)
    }
    return value
  }

  private mutating func parseClass(from start: Int) throws(GrammarError) -> CodePointSet {
    let isNegated = take("^")
    if index < scalars.count, scalars[index] == "]" { throw unsupported("an empty class", at: start) }
    var set = CodePointSet([])
    var ranges: [ClosedRange<UInt32>] = []
    while index < scalars.count, scalars[index] != "]" {
      let place = index
      guard case .character(let low) = try parseClassItem(&set) else { continue }
      guard index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] != "]" else {
        ranges.append(low...low)
        continue
      }
      index += 1
      guard case .character(let high) = try parseClassItem(&set) else {
        throw error("a character at the end of the range", at: place)
      }
      guard high >= low else { throw error("a range in ascending order", at: place) }
      ranges.append(low...high)
    }
    guard take("]") else { throw error("a closing bracket for the class", at: start) }
    set = set.union(CodePointSet(ranges))
    return isNegated ? set.inverted : set
  }

  private enum ClassItem {
    case character(UInt32)
    case added
  }

  /// Reads a character, or adds a class such as `\d` to the set.
  private mutating func parseClassItem(_ set: inout CodePointSet) throws(GrammarError) -> ClassItem {
    let start = index
    let scalar = scalars[index]
    index += 1
    if scalar == "[", take(":") { throw unsupported("POSIX classes", at: start) }
    guard scalar == "\\" else { return .character(scalar.value) }
    if take("b") { return .character(0x08) }
    switch try parseEscape(from: start) {
    case .character(let value): return .character(value)
    case .set(let other):
      set = set.union(other)
      return .added
    case .textStart, .textEnd: throw unsupported("anchors in a class", at: start)
    }
  }
}

/// The classes that have letters of their own, by ECMA-262.
private enum CharacterClass {
  static let digits = CodePointSet([0x30...0x39])
  static let wordCharacters = CodePointSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  static let whitespace = CodePointSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
    0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
  static let lineEnds = CodePointSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
}
