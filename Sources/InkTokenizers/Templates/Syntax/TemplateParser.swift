/// Turns the tokens of a template into statements and expressions.
struct TemplateParser {
  let source: [UInt8]
  let tokens: [TemplateToken]
  var position = 0
  var depth = 0
  /// Inside a condition Jinja leaves unknown filters and tests to the moment they are reached.
  var isInsideCondition = false
  /// Names that the macro being read refers to, for `varargs`, `kwargs` and `caller`.
  var namesOfMacro: Set<String> = []
  var loopDepth = 0

  static func parse(_ source: [UInt8]) throws(TemplateError) -> [TemplateStatement] {
    var lexer = TemplateLexer(source: source)
    var parser = TemplateParser(source: source, tokens: try lexer.tokenize())
    return try parser.statements(until: [], opening: "", at: 0)
  }

  private init(source: [UInt8], tokens: [TemplateToken]) {
    self.source = source
    self.tokens = tokens
  }

  var token: TemplateToken { tokens[min(position, tokens.count - 1)] }

  mutating func advance() { position += 1 }

  func failure(
    _ context: String, at offset: Int? = nil, expected: String? = nil, hint: String? = nil
  ) -> TemplateError {
    TemplateError(
      .syntax, context, expected: expected, found: expected == nil ? nil : token.description, hint: hint
    ).located(offset: offset ?? token.offset, in: source)
  }

  func isSymbol(_ symbol: TemplateSymbol) -> Bool { token.kind == .symbol(symbol) }

  func isName(_ name: String) -> Bool {
    if case .name(let found) = token.kind { return found == name }
    return false
  }

  mutating func skip(symbol: TemplateSymbol) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func skip(name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func expect(symbol: TemplateSymbol) throws(TemplateError) {
    guard skip(symbol: symbol) else { throw failure("The tag cannot be read", expected: "'\(symbol.rawValue)'") }
  }

  mutating func expect(name: String) throws(TemplateError) {
    guard skip(name: name) else { throw failure("The tag cannot be read", expected: "'\(name)'") }
  }

  mutating func expectName() throws(TemplateError) -> String {
    guard case .name(let name) = token.kind else { throw failure("The tag cannot be read", expected: "a name") }
    advance()
    return name
  }

  mutating func expectBlockEnd() throws(TemplateError) {
    guard token.kind == .blockEnd else { throw failure("The tag cannot be read", expected: "'%}'") }
    advance()
  }

  /// Counts one level of nesting; templates with more levels than the limit are refused before the stack runs out.
  mutating func enter() throws(TemplateError) {
    depth += 1
    guard depth <= TemplateLimits.syntaxDepth else {
      throw TemplateError(
        .limitExceeded, "The template nests deeper than \(TemplateLimits.syntaxDepth) levels",
        hint: "Split the expression with 'set'"
      ).located(offset: token.offset, in: source)
    }
  }

  mutating func leave() { depth -= 1 }

  /// Statements up to one of the closing tag names, which stays to be read. `opening` is the tag they belong to.
  mutating func statements(
    until closings: [String], opening: String, at openingOffset: Int
  ) throws(TemplateError) -> [TemplateStatement] {
    try enter()
    defer { leave() }
    var statements: [TemplateStatement] = []
    while true {
      switch token.kind {
      case .data(let text):
        statements.append(.text(text))
        advance()
      case .variableBegin:
        advance()
        statements.append(.output(try tupleOrExpression()))
        guard token.kind == .variableEnd else { throw failure("The tag cannot be read", expected: "'}}'") }
        advance()
      case .blockBegin:
        let offset = token.offset
        advance()
        guard case .name(let name) = token.kind else { throw failure("The tag cannot be read", expected: "a tag name") }
        if closings.contains(name) { return statements }
        try statement(name, at: offset, into: &statements)
      default:
        guard !closings.isEmpty else { return statements }
        throw failure(
          "The '\(opening)' block is never closed", at: openingOffset,
          hint: "Write '{% \(closings.last ?? "") %}' after it")
      }
    }
  }

  /// The body of a block and its closing tag.
  mutating func body(of opening: String, at offset: Int) throws(TemplateError) -> [TemplateStatement] {
    try expectBlockEnd()
    let statements = try statements(until: ["end" + opening], opening: opening, at: offset)
    advance()
    try expectBlockEnd()
    return statements
  }
}
