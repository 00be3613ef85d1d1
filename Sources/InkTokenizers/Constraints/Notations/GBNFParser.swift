/// Reads GBNF, the grammar notation of llama.cpp.
///
/// Rules are `name ::= alternatives`; an alternative is a sequence of literals, classes, `.`, rule names and groups, each
/// with `* + ? {n} {n,} {n,m}` behind it. A rule may go on in the next line; comments begin with `#`.
struct GBNFParser {
  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var depth = 0
  private var builder: GrammarBuilder
  private var ruleByName: [String: Int] = [:]
  /// Where a rule was first called, for the message that it does not exist.
  private var firstUse: [String: Int] = [:]
  private var defined: Set<String> = []

  private static let depthLimit = 64
  private static let lengthLimit = 4_000_000

  /// Reads a grammar, adding its rules to those of a builder.
  ///
  /// - Returns: the root among them.
  static func parse(
    _ text: String, root: String, into builder: inout GrammarBuilder
  ) throws(GrammarError) -> GrammarExpression {
    var parser = GBNFParser(text, builder)
    guard parser.scalars.count <= lengthLimit else {
      throw GrammarError(
        .tooLarge, in: "grammar", expected: "at most \(lengthLimit) characters", found: "\(parser.scalars.count)",
        hint: "Make the grammar smaller.")
    }
    try parser.parseRules()
    guard parser.defined.contains(root), let rule = parser.ruleByName[root] else {
      throw GrammarError(
        .malformed, in: "grammar", expected: "a rule named \"\(root)\"", found: "none",
        hint: "Add \(root) ::= … with what the whole answer is.")
    }
    builder = parser.builder
    return .rule(rule)
  }

  private init(_ text: String, _ builder: GrammarBuilder) {
    scalars = Array(text.unicodeScalars)
    self.builder = builder
  }

  private func error(_ expected: String, at place: Int? = nil, code: GrammarError.Code = .malformed) -> GrammarError {
    let place = place ?? index
    let before = scalars[..<min(place, scalars.count)]
    let line = before.count { $0 == "\n" } + 1
    let column = place - (before.lastIndex(of: "\n").map { $0 + 1 } ?? 0) + 1
    let found =
      place < scalars.count ? "\"\(String(String.UnicodeScalarView(scalars[place...].prefix(12))))\"" : "the end"
    return GrammarError(
      code, in: "grammar, line \(line), column \(column)", expected: expected, found: found,
      hint: "Correct the grammar there.")
  }

  // MARK: Rules

  private mutating func parseRules() throws(GrammarError) {
    skipBlanks(.lines)
    while index < scalars.count {
      let start = index
      let name = try parseName()
      skipBlanks(.spaces)
      guard take("::=") else { throw error("\"::=\" after the name of a rule") }
      guard defined.insert(name).inserted else { throw error("each rule once", at: start) }
      skipBlanks(.lines)
      let rule = try rule(named: name, at: start)
      builder.define(rule, try parseAlternatives())
      skipBlanks(.lines)
    }
    for (name, place) in firstUse.sorted(by: { $0.value < $1.value }) where !defined.contains(name) {
      throw error("a rule that is defined; there is none named \"\(name)\"", at: place)
    }
  }

  private mutating func rule(named name: String, at place: Int) throws(GrammarError) -> Int {
    if let rule = ruleByName[name] { return rule }
    let rule = try builder.addRule(name)
    ruleByName[name] = rule
    firstUse[name] = place
    return rule
  }

  private mutating func parseName() throws(GrammarError) -> String {
    let start = index
    while index < scalars.count, Self.isNamePart(scalars[index]) { index += 1 }
    guard index > start else { throw error("the name of a rule") }
    return String(String.UnicodeScalarView(scalars[start..<index]))
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }

  private mutating func parseAlternatives() throws(GrammarError) -> GrammarExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw error("at most \(Self.depthLimit) groups inside each other") }
    var branches = [try parseSequence()]
    while take("|") {
      skipBlanks(.lines)
      branches.append(try parseSequence())
    }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func parseSequence() throws(GrammarError) -> GrammarExpression {
    var parts: [GrammarExpression] = []
    while true {
      skipToNextPart()
      guard index < scalars.count, scalars[index] != "|", scalars[index] != ")", !isAtRule else { break }
      let part = try parsePart()
      parts.append(try parseQuantifiers(part))
    }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  /// Whether the next thing is the definition of a rule.
  private var isAtRule: Bool {
    guard depth == 1 else { return false }
    var next = index
    while next < scalars.count, Self.isNamePart(scalars[next]) { next += 1 }
    guard next > index else { return false }
    while next < scalars.count, scalars[next] == " " || scalars[next] == "\t" { next += 1 }
    return scalars[next...].starts(with: "::=".unicodeScalars)
  }

  private mutating func skipToNextPart() { skipBlanks(.lines) }

  // MARK: Parts

  private mutating func parsePart() throws(GrammarError) -> GrammarExpression {
    let start = index
    switch scalars[index] {
    case "\"":
      index += 1
      return try parseLiteral()
    case "[":
      index += 1
      return .characters(try parseClass(from: start))
    case "(":
      index += 1
      skipBlanks(.lines)
      let inner = try parseAlternatives()
      skipBlanks(.lines)
      guard take(")") else { throw error("\")\" for the group") }
      return inner
    case ".":
      index += 1
      return .characters(.all)
    case "<", "!": throw error("a rule, a literal or a class; tokens by name are not supported", code: .unsupported)
    case let scalar where Self.isNamePart(scalar): return .rule(try rule(named: try parseName(), at: start))
    default: throw error("a rule, a literal, a class or a group")
    }
  }

  private mutating func parseLiteral() throws(GrammarError) -> GrammarExpression {
    let start = index - 1
    var bytes: [UInt8] = []
    while index < scalars.count, scalars[index] != "\"" {
      UTF8Reader.append(try parseCharacter(), to: &bytes)
    }
    guard take("\"") else { throw error("a closing quotation mark for the literal", at: start) }
    return .bytes(bytes)
  }

  private mutating func parseClass(from start: Int) throws(GrammarError) -> CodePointSet {
    let isNegated = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    while index < scalars.count, scalars[index] != "]" {
      let place = index
      let low = try parseCharacter()
      var high = low
      if index + 1 < scalars.count, scalars[index] == "-", scalars[index + 1] != "]" {
        index += 1
        high = try parseCharacter()
        guard high >= low else { throw error("a range in ascending order", at: place) }
      }
      ranges.append(low...high)
    }
    guard take("]") else { throw error("a closing bracket for the class", at: start) }
    let set = CodePointSet(ranges)
    return isNegated ? set.inverted : set
  }

  private mutating func parseCharacter() throws(GrammarError) -> UInt32 {
    let start = index
    let scalar = scalars[index]
    index += 1
    guard scalar == "\\" else { return scalar.value }
    guard index < scalars.count else { throw error("a character after the backslash") }
    let escaped = scalars[index]
    index += 1
    switch escaped {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "\\", "\"", "[", "]", "-", "^", ".", "/": return escaped.value
    case "x": return try parseHexadecimal(digits: 2, from: start)
    case "u": return try parseHexadecimal(digits: 4, from: start)
    case "U": return try parseHexadecimal(digits: 8, from: start)
    default: throw error("one of the escapes n r t \\ \" [ ] x u U", at: start)
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
    guard Unicode.Scalar(value) != nil else { throw error("the number of a character", at: start) }
    return value
  }

  // MARK: Quantifiers

  private mutating func parseQuantifiers(_ part: GrammarExpression) throws(GrammarError) -> GrammarExpression {
    var part = part
    var count = 0
    while true {
      skipBlanks(.spaces)
      count += 1
      guard count <= Self.depthLimit else { throw error("fewer quantifiers behind each other") }
      if take("*") {
        part = .repetition(part, least: 0, most: nil)
      } else if take("+") {
        part = .repetition(part, least: 1, most: nil)
      } else if take("?") {
        part = .optional(part)
      } else if take("{") {
        part = try parseCounts(part)
      } else {
        return part
      }
    }
  }

  private mutating func parseCounts(_ part: GrammarExpression) throws(GrammarError) -> GrammarExpression {
    let start = index - 1
    skipBlanks(.spaces)
    let least = parseNumber()
    skipBlanks(.spaces)
    var most = least
    if take(",") {
      skipBlanks(.spaces)
      most = parseNumber()
      skipBlanks(.spaces)
    }
    guard take("}"), least != nil || most != nil else { throw error("{n}, {n,} or {n,m}", at: start) }
    if let most, most < least ?? 0 { throw error("counts in ascending order", at: start) }
    guard max(least ?? 0, most ?? 0) <= NetworkDraft.repetitionLimit else {
      throw error("counts of at most \(NetworkDraft.repetitionLimit)", at: start, code: .tooLarge)
    }
    return .repetition(part, least: least ?? 0, most: most)
  }

  private mutating func parseNumber() -> Int? {
    var value: Int?
    while index < scalars.count, ("0"..."9").contains(scalars[index]) {
      value = min((value ?? 0) * 10 + Int(scalars[index].value - 0x30), 1 << 40)
      index += 1
    }
    return value
  }

  // MARK: Blanks

  private enum Blanks { case spaces, lines }

  private mutating func skipBlanks(_ blanks: Blanks) {
    while index < scalars.count {
      switch scalars[index] {
      case " ", "\t": index += 1
      case "\n", "\r":
        if blanks == .spaces { return }
        index += 1
      case "#":
        if blanks == .spaces { return }
        while index < scalars.count, scalars[index] != "\n", scalars[index] != "\r" { index += 1 }
      default: return
      }
    }
  }

  private mutating func take(_ text: String) -> Bool {
    guard scalars[index...].starts(with: text.unicodeScalars) else { return false }
    index += text.unicodeScalars.count
    return true
  }
}
