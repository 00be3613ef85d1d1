extension TemplateParser {
  /// One expression, or several with commas between, which make a tuple.
  mutating func tupleOrExpression(
    allowsConditional: Bool = true, stopsAt stop: String? = nil, allowsEmpty: Bool = false
  ) throws(TemplateError) -> TemplateExpression {
    let offset = token.offset
    var elements: [TemplateExpression] = []
    var isTuple = false
    while true {
      if endsTuple(stop) { break }
      elements.append(allowsConditional ? try expression() : try disjunction())
      guard skip(symbol: .comma) else { break }
      isTuple = true
    }
    if !isTuple, let first = elements.first { return first }
    guard isTuple || allowsEmpty else { throw failure("A value is missing", expected: "an expression") }
    return TemplateExpression(offset: offset, kind: .tuple(elements))
  }

  private func endsTuple(_ stop: String?) -> Bool {
    switch token.kind {
    case .variableEnd, .blockEnd, .end, .symbol(.closeParenthesis), .symbol(.closeBracket): true
    case .name(let name): name == stop
    default: false
    }
  }

  /// `a if b else c`, or anything simpler.
  mutating func expression() throws(TemplateError) -> TemplateExpression {
    try enter()
    defer { leave() }
    let outer = isInsideCondition
    defer { isInsideCondition = outer }
    let offset = token.offset
    // Whether this is conditional shows only after its first part, so unknown filters are judged leniently when an
    // 'if' follows on the same level.
    let start = position
    let startDepth = depth
    var value: TemplateExpression
    do throws(TemplateError) {
      value = try disjunction()
    } catch {
      guard error.code == .unknownName, !isInsideCondition else { throw error }
      position = start
      depth = startDepth
      isInsideCondition = true
      value = try disjunction()
      guard isName("if") else { throw error }
    }
    var conditions = 0
    while skip(name: "if") {
      conditions += 1
      // Each one wraps the value once more, which counts as nesting though no call is nested here.
      guard conditions <= 4 else {
        throw failure("An expression has more than four 'if' without 'else'", hint: "Use brackets or 'and'")
      }
      isInsideCondition = true
      let condition = try disjunction()
      let otherwise = skip(name: "else") ? try expression() : nil
      value = TemplateExpression(
        offset: offset, kind: .conditional(value: value, condition: condition, otherwise: otherwise))
    }
    return value
  }

  private mutating func disjunction() throws(TemplateError) -> TemplateExpression {
    let first = try conjunction()
    guard isName("or") else { return first }
    var operands = [first]
    while skip(name: "or") { operands.append(try conjunction()) }
    return TemplateExpression(offset: first.offset, kind: .or(operands))
  }

  private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
    let first = try negation()
    guard isName("and") else { return first }
    var operands = [first]
    while skip(name: "and") { operands.append(try negation()) }
    return TemplateExpression(offset: first.offset, kind: .and(operands))
  }

  private mutating func negation() throws(TemplateError) -> TemplateExpression {
    let offset = token.offset
    guard skip(name: "not") else { return try comparison() }
    try enter()
    defer { leave() }
    return TemplateExpression(offset: offset, kind: .not(try negation()))
  }

  private mutating func comparison() throws(TemplateError) -> TemplateExpression {
    let first = try sum()
    var steps: [(comparison: TemplateComparison, operand: TemplateExpression)] = []
    while let comparison = comparisonOperator() { steps.append((comparison, try sum())) }
    return steps.isEmpty ? first : TemplateExpression(offset: first.offset, kind: .comparison(first, steps))
  }

  private mutating func comparisonOperator() -> TemplateComparison? {
    let comparison: TemplateComparison
    switch token.kind {
    case .symbol(.equal): comparison = .equal
    case .symbol(.notEqual): comparison = .notEqual
    case .symbol(.less): comparison = .less
    case .symbol(.lessOrEqual): comparison = .lessOrEqual
    case .symbol(.greater): comparison = .greater
    case .symbol(.greaterOrEqual): comparison = .greaterOrEqual
    case .name("in"): comparison = .contained
    case .name("not"):
      guard position + 1 < tokens.count, tokens[position + 1].kind == .name("in") else { return nil }
      advance()
      comparison = .notContained
    default: return nil
    }
    advance()
    return comparison
  }

  private mutating func sum() throws(TemplateError) -> TemplateExpression {
    let first = try concatenation()
    var steps: [(symbol: TemplateSymbol, operand: TemplateExpression)] = []
    while case .symbol(let symbol) = token.kind, symbol == .add || symbol == .subtract {
      advance()
      steps.append((symbol, try concatenation()))
    }
    return steps.isEmpty ? first : TemplateExpression(offset: first.offset, kind: .arithmetic(first, steps))
  }

  private mutating func concatenation() throws(TemplateError) -> TemplateExpression {
    let first = try product()
    guard isSymbol(.concatenate) else { return first }
    var operands = [first]
    while skip(symbol: .concatenate) { operands.append(try product()) }
    return TemplateExpression(offset: first.offset, kind: .concatenation(operands))
  }

  private mutating func product() throws(TemplateError) -> TemplateExpression {
    let first = try power()
    var steps: [(symbol: TemplateSymbol, operand: TemplateExpression)] = []
    while case .symbol(let symbol) = token.kind,
      symbol == .multiply || symbol == .divide || symbol == .floorDivide || symbol == .modulo
    {
      advance()
      steps.append((symbol, try power()))
    }
    return steps.isEmpty ? first : TemplateExpression(offset: first.offset, kind: .arithmetic(first, steps))
  }

  private mutating func power() throws(TemplateError) -> TemplateExpression {
    let first = try signed(takesFilters: true)
    var steps: [(symbol: TemplateSymbol, operand: TemplateExpression)] = []
    while skip(symbol: .power) { steps.append((.power, try signed(takesFilters: true))) }
    return steps.isEmpty ? first : TemplateExpression(offset: first.offset, kind: .arithmetic(first, steps))
  }

  /// A sign binds tighter than a filter: `-3 | abs` is 3.
  private mutating func signed(takesFilters: Bool) throws(TemplateError) -> TemplateExpression {
    let offset = token.offset
    var value: TemplateExpression
    var steps: [TemplatePostfix] = []
    if isSymbol(.subtract) || isSymbol(.add) {
      let isNegative = isSymbol(.subtract)
      advance()
      try enter()
      let operand = try signed(takesFilters: false)
      leave()
      value = TemplateExpression(offset: offset, kind: isNegative ? .negative(operand) : .positive(operand))
    } else {
      value = try primary()
    }
    try postfixes(into: &steps)
    if takesFilters { try filtersAndTests(into: &steps) }
    if !steps.isEmpty { value = TemplateExpression(offset: offset, kind: .postfix(value, steps)) }
    return value
  }

  /// What may follow a test's name without brackets: a plain value with its attributes.
  mutating func testArgument() throws(TemplateError) -> TemplateExpression {
    let value = try primary()
    var steps: [TemplatePostfix] = []
    try postfixes(into: &steps)
    return steps.isEmpty ? value : TemplateExpression(offset: value.offset, kind: .postfix(value, steps))
  }

  private mutating func primary() throws(TemplateError) -> TemplateExpression {
    let offset = token.offset
    let kind: TemplateExpressionKind
    switch token.kind {
    case .name(let name):
      advance()
      kind = namedValue(name)
    case .string(var text):
      advance()
      while case .string(let more) = token.kind {
        text += more
        advance()
      }
      kind = .literal(.string(text))
    case .int(let number):
      advance()
      kind = .literal(.int(number))
    case .double(let number):
      advance()
      kind = .literal(.double(number))
    case .symbol(.openParenthesis):
      advance()
      let inner = try tupleOrExpression(allowsEmpty: true)
      try expect(symbol: .closeParenthesis)
      return inner
    case .symbol(.openBracket):
      advance()
      kind = .list(try listElements())
    case .symbol(.openBrace):
      advance()
      kind = .map(try mapEntries())
    default:
      throw failure("A value is missing", expected: "an expression")
    }
    return TemplateExpression(offset: offset, kind: kind)
  }

  private mutating func namedValue(_ name: String) -> TemplateExpressionKind {
    switch name {
    case "true", "True": return .literal(.bool(true))
    case "false", "False": return .literal(.bool(false))
    case "none", "None": return .literal(.none)
    default:
      namesOfMacro.insert(name)
      return .name(name)
    }
  }

  private mutating func listElements() throws(TemplateError) -> [TemplateExpression] {
    var elements: [TemplateExpression] = []
    while !isSymbol(.closeBracket) {
      if !elements.isEmpty { try expect(symbol: .comma) }
      if isSymbol(.closeBracket) { break }
      elements.append(try expression())
    }
    advance()
    return elements
  }

  private mutating func mapEntries() throws(TemplateError) -> [(key: TemplateExpression, value: TemplateExpression)] {
    var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
    while !isSymbol(.closeBrace) {
      if !entries.isEmpty { try expect(symbol: .comma) }
      if isSymbol(.closeBrace) { break }
      let key = try expression()
      try expect(symbol: .colon)
      entries.append((key, try expression()))
    }
    advance()
    return entries
  }
}
