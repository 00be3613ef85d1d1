/// Cuts a program into words; changes of indentation are words too.
struct ScriptLexer {
  private static let keywords: Set<String> = [
    "if", "elif", "else", "while", "for", "in", "def", "return", "break", "continue", "pass", "and", "or", "not",
    "True",
    "False", "None",
  ]
  /// Words of Python that this subset refuses by name.
  private static let refused: Set<String> = [
    "import", "from", "class", "try", "except", "with", "lambda", "global", "nonlocal", "yield", "async", "await",
    "raise",
    "del", "assert", "is",
  ]
  private static let symbols = [
    "**", "//", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}",
    ",",
    ":", ".", "=", "<", ">", ";",
  ]

  private let text: [Character]
  private var position = 0
  private var line: Int
  private var brackets = 0
  private var indents = [0]
  private var tokens: [ScriptToken] = []

  /// The words of a program.
  ///
  /// - Parameter line: the number of its first line.
  static func tokens(of source: String, line: Int = 1) throws(ChainError) -> [ScriptToken] {
    var lexer = ScriptLexer(text: Array(source), line: line)
    return try lexer.all()
  }

  private init(text: [Character], line: Int) {
    self.text = text
    self.line = line
  }

  private var next: Character? { position < text.count ? text[position] : nil }

  private mutating func add(_ kind: ScriptToken.Kind) { tokens.append(ScriptToken(kind: kind, line: line)) }

  private mutating func all() throws(ChainError) -> [ScriptToken] {
    try indentation()
    while let character = next {
      switch character {
      case " ", "\t": position += 1
      case "#": while let next, !next.isNewline { position += 1 }
      case "\\" where position + 1 < text.count && text[position + 1].isNewline:
        position += 2
        line += 1
      case let mark where mark.isNewline:
        position += 1
        if brackets == 0 {
          if let last = tokens.last?.kind, last != .newline, last != .indent, last != .dedent { add(.newline) }
          line += 1
          try indentation()
        } else {
          line += 1
        }
      case "\"", "'": add(.string(try string(character)))
      case let digit where digit.isASCII && digit.isNumber: try number()
      case let letter where letter.isLetter || letter == "_": try word()
      default: try symbol()
      }
    }
    if let last = tokens.last?.kind, last != .newline { add(.newline) }
    for _ in indents.dropFirst() { add(.dedent) }
    add(.end)
    return tokens
  }

  /// Compares a line's beginning with those around it; lines without words do not count.
  private mutating func indentation() throws(ChainError) {
    var width = 0
    while let next, next == " " || next == "\t" {
      width += next == "\t" ? 8 - width % 8 : 1
      position += 1
    }
    guard let next, !next.isNewline, next != "#" else { return }
    if width > (indents.last ?? 0) {
      guard indents.count < 32 else { throw Script.error(line, expected: "at most 32 levels of indentation") }
      indents.append(width)
      add(.indent)
    }
    while let last = indents.last, width < last {
      indents.removeLast()
      add(.dedent)
    }
    guard width == indents.last else { throw Script.error(line, expected: "an indentation as of a line above") }
  }

  private mutating func word() throws(ChainError) {
    let start = position
    while let next, next.isLetter || next.isNumber || next == "_" { position += 1 }
    let word = String(text[start..<position])
    if word == "f" || word == "F", let quote = next, quote == "\"" || quote == "'" {
      return try formatted(quote)
    }
    guard !Self.refused.contains(word) else {
      throw Script.error(
        line, expected: "a program without \"\(word)\"", found: "\"\(word)\"",
        hint: "Only expressions, assignments, if, while, for and def can be used; nothing can be imported.")
    }
    add(Self.keywords.contains(word) ? .keyword(word) : .name(word))
  }

  private mutating func number() throws(ChainError) {
    var digits = ""
    func isDigit(_ character: Character?) -> Bool { character.map { $0.isASCII && $0.isNumber } ?? false }
    while let next, isDigit(next) || next == "_" {
      if next != "_" { digits.append(next) }
      position += 1
    }
    var isWhole = true
    if next == "." {
      isWhole = false
      repeat {
        digits.append(text[position])
        position += 1
      } while isDigit(next)
    }
    if next == "e" || next == "E" {
      isWhole = false
      digits.append("e")
      position += 1
      if let sign = next, sign == "-" || sign == "+" {
        digits.append(sign)
        position += 1
      }
      while let next, isDigit(next) {
        digits.append(next)
        position += 1
      }
    }
    if isWhole {
      guard let value = Int64(digits) else {
        throw Script.error(
          line, expected: "whole numbers of at most 64 bits", found: "\"\(digits.prefix(40))\"",
          hint: "Use fractions: 1.0 in place of 1.")
      }
      return add(.integer(value))
    }
    guard let value = Double(digits.hasSuffix(".") ? digits + "0" : digits), value.isFinite else {
      throw Script.error(line, expected: "a number", found: "\"\(digits.prefix(40))\"")
    }
    add(.number(value))
  }

  private mutating func string(_ quote: Character) throws(ChainError) -> String {
    position += 1
    var value = ""
    while let character = next, character != quote {
      guard !character.isNewline else {
        throw Script.error(line, expected: "a closing quote", found: "the end of the line")
      }
      position += 1
      guard character == "\\" else {
        value.append(character)
        continue
      }
      guard let escaped = next else { break }
      position += 1
      switch escaped {
      case "n": value.append("\n")
      case "t": value.append("\t")
      case "\\", "'", "\"": value.append(escaped)
      default: throw Script.error(line, expected: "\\n, \\t, \\\\ or a quote", found: "\"\\\(escaped)\"")
      }
    }
    guard next == quote else { throw Script.error(line, expected: "a closing quote", found: "the end") }
    position += 1
    return value
  }

  /// A text with holes, `f"{a} of {b:.2f}"`, as the sum of its parts.
  private mutating func formatted(_ quote: Character) throws(ChainError) {
    var rest = try string(quote)[...]
    var part = ""
    add(.symbol("("))
    while let character = rest.popFirst() {
      if character == "{" || character == "}", rest.first == character {
        rest.removeFirst()
        part.append(character)
      } else if character == "{" {
        guard let end = rest.firstIndex(of: "}") else { throw Script.error(line, expected: "} in a text with holes") }
        add(.string(part))
        add(.symbol("+"))
        try hole(String(rest[..<end]))
        add(.symbol("+"))
        part = ""
        rest = rest[rest.index(after: end)...]
      } else if character == "}" {
        throw Script.error(line, expected: "{ in a text with holes before }")
      } else {
        part.append(character)
      }
    }
    add(.string(part))
    add(.symbol(")"))
  }

  /// A hole becomes a call of `format`, whose second argument is what stands behind the colon.
  private mutating func hole(_ text: String) throws(ChainError) {
    var depth = 0
    let colon = text.firstIndex { character in
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      return character == ":" && depth == 0
    }
    // Holes inside holes would nest without bound.
    let lower = text.lowercased()
    guard !lower.contains("f\""), !lower.contains("f'") else {
      throw Script.error(line, expected: "no text with holes inside a hole")
    }
    let inside = try ScriptLexer.tokens(of: TextTrimming.trimmed(text[..<(colon ?? text.endIndex)]), line: line)
    add(.name("format"))
    add(.symbol("("))
    for token in inside where token.kind != .newline && token.kind != .end { add(token.kind) }
    add(.symbol(","))
    add(.string(colon.map { String(text[text.index(after: $0)...]) } ?? ""))
    add(.symbol(")"))
  }

  private mutating func symbol() throws(ChainError) {
    for symbol in Self.symbols where text[position...].starts(with: symbol) {
      position += symbol.count
      if "([{".contains(symbol) { brackets += 1 }
      if ")]}".contains(symbol) { brackets = max(brackets - 1, 0) }
      // A semicolon ends a statement as a line does.
      add(symbol == ";" ? .newline : .symbol(symbol))
      return
    }
    throw Script.error(line, expected: "a name, a number, a text or an operator", found: "\"\(text[position])\"")
  }
}
