/// Reads the words of a program as statements.
struct ScriptParser {
  private static let deepest = 40
  private let tokens: [ScriptToken]
  private var position = 0
  private var depth = 0

  init(_ tokens: [ScriptToken]) { self.tokens = tokens }

  mutating func program() throws(ChainError) -> [ScriptStatement] {
    var statements: [ScriptStatement] = []
    while next.kind != .end {
      if next.kind == .newline { position += 1 } else { statements.append(try statement()) }
    }
    return statements
  }

  // The last word is `end`, and nothing reads past it.
  private var next: ScriptToken { tokens[min(position, tokens.count - 1)] }

  private mutating func take(_ kind: ScriptToken.Kind) -> Bool {
    guard next.kind == kind else { return false }
    position += 1
    return true
  }
  private mutating func take(_ symbol: String) -> Bool { take(.symbol(symbol)) }

  private mutating func expect(_ kind: ScriptToken.Kind) throws(ChainError) {
    guard take(kind) else { throw error(ScriptToken(kind: kind, line: 0).text) }
  }

  private func error(_ expected: String) -> ChainError {
    Script.error(next.line, expected: expected, found: next.text)
  }

  private mutating func name() throws(ChainError) -> String {
    guard case .name(let name) = next.kind else { throw error("a name") }
    position += 1
    return name
  }

  private mutating func deeper<Value>(
    _ work: (inout ScriptParser) throws(ChainError) -> Value
  ) throws(ChainError) -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw error("at most \(Self.deepest) levels of nesting") }
    return try work(&self)
  }

  // MARK: Statements

  private mutating func statement() throws(ChainError) -> ScriptStatement {
    let line = next.line
    func made(_ kind: ScriptStatement.Kind) -> ScriptStatement { ScriptStatement(kind: kind, line: line) }
    guard case .keyword(let word) = next.kind else { return made(try simple()) }
    switch word {
    case "if":
      position += 1
      return made(.branch(try branches()))
    case "while":
      position += 1
      let condition = try expression()
      return made(.loop(condition, try block()))
    case "for":
      position += 1
      let names = try self.names()
      try expect(.keyword("in"))
      let elements = try expression()
      return made(.each(names, in: elements, try block()))
    case "def":
      position += 1
      return made(.function(try function()))
    default:
      return made(try simple())
    }
  }

  private mutating func branches() throws(ChainError) -> [(condition: ScriptExpression?, body: [ScriptStatement])] {
    var branches: [(condition: ScriptExpression?, body: [ScriptStatement])] = []
    repeat {
      let condition = try expression()
      branches.append((condition, try block()))
    } while take(.keyword("elif"))
    if take(.keyword("else")) { branches.append((nil, try block())) }
    return branches
  }

  private mutating func function() throws(ChainError) -> ScriptFunction {
    let title = try name()
    try expect(.symbol("("))
    var parameters: [String] = []
    while !take(")") {
      parameters.append(try name())
      if !take(",") {
        try expect(.symbol(")"))
        break
      }
    }
    return ScriptFunction(name: title, parameters: parameters, body: try block())
  }

  private mutating func block() throws(ChainError) -> [ScriptStatement] {
    try expect(.symbol(":"))
    guard take(.newline) else {
      let line = next.line
      return [ScriptStatement(kind: try simple(), line: line)]
    }
    try expect(.indent)
    return try deeper { parser throws(ChainError) in
      var statements: [ScriptStatement] = []
      while !parser.take(.dedent) {
        if !parser.take(.newline) { statements.append(try parser.statement()) }
      }
      return statements
    }
  }

  private mutating func simple() throws(ChainError) -> ScriptStatement.Kind {
    let kind = try simpleKind()
    guard take(.newline) || next.kind == .end else { throw error("the end of the line") }
    return kind
  }

  private mutating func simpleKind() throws(ChainError) -> ScriptStatement.Kind {
    if take(.keyword("pass")) { return .pass }
    if take(.keyword("break")) { return .leave }
    if take(.keyword("continue")) { return .again }
    if take(.keyword("return")) { return .give(next.kind == .newline ? nil : try tuple()) }
    let first = try expression()
    if next.kind == .symbol(",") || next.kind == .symbol("=") {
      var targets = [first]
      while take(",") { targets.append(try expression()) }
      guard take("=") else { return .expression(.list(targets)) }
      for target in targets { try checkTarget(target) }
      return .assign(targets, try tuple())
    }
    for (symbol, change) in [("+=", ScriptOperator.plus), ("-=", .minus), ("*=", .times), ("/=", .divide)]
    where take(symbol) {
      try checkTarget(first)
      return .change(first, change, try expression())
    }
    return .expression(first)
  }

  private func checkTarget(_ target: ScriptExpression) throws(ChainError) {
    switch target {
    case .name, .index: break
    case .literal, .list, .dictionary, .negative, .not, .and, .or, .arithmetic, .comparison, .conditional, .call,
      .method,
      .slice, .comprehension:
      throw error("a name or an element before \"=\"")
    }
  }

  /// One expression, or several with commas between them, which make a list.
  private mutating func tuple() throws(ChainError) -> ScriptExpression {
    let first = try expression()
    guard next.kind == .symbol(",") else { return first }
    var elements = [first]
    while take(",") { elements.append(try expression()) }
    return .list(elements)
  }

  private mutating func names() throws(ChainError) -> [String] {
    var names = [try name()]
    while take(",") { names.append(try name()) }
    return names
  }

  // MARK: Expressions

  private mutating func expression() throws(ChainError) -> ScriptExpression {
    try deeper { parser throws(ChainError) in
      let value = try parser.disjunction()
      guard parser.take(.keyword("if")) else { return value }
      let condition = try parser.disjunction()
      try parser.expect(.keyword("else"))
      return .conditional(condition, then: value, otherwise: try parser.expression())
    }
  }

  // Chains of operators nest to the left; their length is bounded so that running them is not too deep.
  private func checkChain(_ length: Int) throws(ChainError) {
    guard length <= Self.deepest else { throw error("at most \(Self.deepest) operators of a kind in a row") }
  }

  private mutating func disjunction() throws(ChainError) -> ScriptExpression {
    var value = try conjunction()
    var length = 0
    while take(.keyword("or")) {
      length += 1
      try checkChain(length)
      value = .or(value, try conjunction())
    }
    return value
  }

  private mutating func conjunction() throws(ChainError) -> ScriptExpression {
    var value = try negation()
    var length = 0
    while take(.keyword("and")) {
      length += 1
      try checkChain(length)
      value = .and(value, try negation())
    }
    return value
  }

  private mutating func negation() throws(ChainError) -> ScriptExpression {
    guard take(.keyword("not")) else { return try comparison() }
    return .not(try deeper { parser throws(ChainError) in try parser.negation() })
  }

  private mutating func comparison() throws(ChainError) -> ScriptExpression {
    let value = try sum()
    var others: [(ScriptComparison, ScriptExpression)] = []
    while let comparison = takeComparison() { others.append((comparison, try sum())) }
    return others.isEmpty ? value : .comparison(value, others)
  }

  private mutating func takeComparison() -> ScriptComparison? {
    let symbols: [(String, ScriptComparison)] = [
      ("==", .equal), ("!=", .unequal), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less), (">", .greater),
    ]
    for (symbol, comparison) in symbols where take(symbol) { return comparison }
    if take(.keyword("in")) { return .contained }
    if next.kind == .keyword("not"), position + 1 < tokens.count, tokens[position + 1].kind == .keyword("in") {
      position += 2
      return .notContained
    }
    return nil
  }

  private mutating func sum() throws(ChainError) -> ScriptExpression {
    var value = try product()
    var length = 0
    while let sign = take(oneOf: [.plus, .minus]) {
      length += 1
      try checkChain(length)
      value = .arithmetic(sign, value, try product())
    }
    return value
  }

  private mutating func product() throws(ChainError) -> ScriptExpression {
    var value = try signed()
    var length = 0
    while let sign = take(oneOf: [.times, .divide, .floor, .modulo]) {
      length += 1
      try checkChain(length)
      value = .arithmetic(sign, value, try signed())
    }
    return value
  }

  private mutating func take(oneOf signs: [ScriptOperator]) -> ScriptOperator? {
    for sign in signs where take(sign.rawValue) { return sign }
    return nil
  }

  private mutating func signed() throws(ChainError) -> ScriptExpression {
    if take("-") { return .negative(try deeper { parser throws(ChainError) in try parser.signed() }) }
    if take("+") { return try deeper { parser throws(ChainError) in try parser.signed() } }
    let base = try postfix()
    guard take("**") else { return base }
    return .arithmetic(.power, base, try deeper { parser throws(ChainError) in try parser.signed() })
  }

  private mutating func postfix() throws(ChainError) -> ScriptExpression {
    var value = try atom()
    var length = 0
    while true {
      length += 1
      try checkChain(length)
      if take("[") {
        value = try indexed(value)
      } else if take(".") {
        let method = try name()
        try expect(.symbol("("))
        value = .method(value, method, try arguments())
      } else if case .name(let function) = value, take("(") {
        value = .call(function, try arguments())
      } else {
        return value
      }
    }
  }

  private mutating func indexed(_ value: ScriptExpression) throws(ChainError) -> ScriptExpression {
    var from: ScriptExpression?
    if next.kind != .symbol(":") {
      let index = try expression()
      if take("]") { return .index(value, index) }
      from = index
    }
    try expect(.symbol(":"))
    let to = next.kind == .symbol("]") ? nil : try expression()
    try expect(.symbol("]"))
    return .slice(value, from: from, to: to)
  }

  private mutating func arguments() throws(ChainError) -> [ScriptExpression] {
    var arguments: [ScriptExpression] = []
    while !take(")") {
      let value = try expression()
      // sum(x for x in …) has no brackets of its own.
      if next.kind == .keyword("for") {
        arguments.append(try comprehension(of: value))
      } else {
        arguments.append(value)
      }
      if !take(",") {
        try expect(.symbol(")"))
        break
      }
    }
    return arguments
  }

  private mutating func comprehension(of element: ScriptExpression) throws(ChainError) -> ScriptExpression {
    try expect(.keyword("for"))
    let names = try self.names()
    try expect(.keyword("in"))
    // A condition behind would be read as that of `a if c else b`.
    let elements = try disjunction()
    let condition = take(.keyword("if")) ? try disjunction() : nil
    return .comprehension(element, names: names, in: elements, where: condition)
  }

  private mutating func atom() throws(ChainError) -> ScriptExpression {
    let token = next
    position += 1
    switch token.kind {
    case .integer(let value): return .literal(.integer(value))
    case .number(let value): return .literal(.number(value))
    case .string(let value): return .literal(.string(value))
    case .name(let name): return .name(name)
    case .keyword("True"): return .literal(.boolean(true))
    case .keyword("False"): return .literal(.boolean(false))
    case .keyword("None"): return .literal(.none)
    case .symbol("("):
      let value = try tuple()
      try expect(.symbol(")"))
      return value
    case .symbol("["): return try list()
    case .symbol("{"): return try dictionary()
    case .keyword, .symbol, .newline, .indent, .dedent, .end:
      position -= 1
      throw error("a value")
    }
  }

  private mutating func list() throws(ChainError) -> ScriptExpression {
    var elements: [ScriptExpression] = []
    while !take("]") {
      elements.append(try expression())
      if elements.count == 1, next.kind == .keyword("for") {
        let all = try comprehension(of: elements[0])
        try expect(.symbol("]"))
        return all
      }
      if !take(",") {
        try expect(.symbol("]"))
        break
      }
    }
    return .list(elements)
  }

  private mutating func dictionary() throws(ChainError) -> ScriptExpression {
    var members: [(key: ScriptExpression, value: ScriptExpression)] = []
    while !take("}") {
      let key = try expression()
      try expect(.symbol(":"))
      members.append((key, try expression()))
      if !take(",") {
        try expect(.symbol("}"))
        break
      }
    }
    return .dictionary(members)
  }
}
