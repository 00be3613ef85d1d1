extension TemplateParser {
  /// `.name`, `[…]` and `(…)` after a value.
  mutating func postfixes(into steps: inout [TemplatePostfix]) throws(TemplateError) {
    while true {
      let offset = token.offset
      switch token.kind {
      case .symbol(.dot):
        advance()
        switch token.kind {
        case .name(let name):
          advance()
          steps.append(TemplatePostfix(offset: offset, kind: .attribute(name)))
        case .int(let index):
          let literal = TemplateExpression(offset: token.offset, kind: .literal(.int(index)))
          advance()
          steps.append(TemplatePostfix(offset: offset, kind: .item(literal)))
        default: throw failure("A name is missing after '.'", expected: "a name or a number")
        }
      case .symbol(.openBracket):
        advance()
        steps.append(TemplatePostfix(offset: offset, kind: try subscriptStep()))
      case .symbol(.openParenthesis):
        steps.append(TemplatePostfix(offset: offset, kind: .call(try callArguments())))
      default: return
      }
    }
  }

  /// `| filter`, `is test` and calls of what they give.
  mutating func filtersAndTests(into steps: inout [TemplatePostfix]) throws(TemplateError) {
    while true {
      let offset = token.offset
      switch token.kind {
      case .symbol(.pipe):
        advance()
        steps.append(TemplatePostfix(offset: offset, kind: .filter(try filterCall())))
      case .name("is"):
        advance()
        steps.append(TemplatePostfix(offset: offset, kind: try testStep()))
      case .symbol(.openParenthesis):
        steps.append(TemplatePostfix(offset: offset, kind: .call(try callArguments())))
      default: return
      }
    }
  }

  private mutating func subscriptStep() throws(TemplateError) -> TemplatePostfix.Kind {
    var parts: [TemplateExpression?] = []
    var isSlice = false
    var current: TemplateExpression?
    while !isSymbol(.closeBracket) {
      if skip(symbol: .colon) {
        isSlice = true
        parts.append(current)
        current = nil
        guard parts.count < 3 else { throw failure("A slice has more than three parts") }
      } else {
        guard current == nil else { throw failure("The brackets cannot be read", expected: "':' or ']'") }
        current = isSlice ? try expression() : try tupleOrExpression()
      }
    }
    advance()
    if isSlice {
      parts.append(current)
      return .slice(from: parts[0], to: parts[1], step: parts.count > 2 ? parts[2] : nil)
    }
    guard let current else { throw failure("The brackets are empty", expected: "an index") }
    return .item(current)
  }

  mutating func callArguments() throws(TemplateError) -> TemplateCallArguments {
    var arguments = TemplateCallArguments()
    try expect(symbol: .openParenthesis)
    var isFirst = true
    while !isSymbol(.closeParenthesis) {
      if !isFirst { try expect(symbol: .comma) }
      isFirst = false
      if isSymbol(.closeParenthesis) { break }
      if skip(symbol: .multiply) {
        guard arguments.positionalExpansion == nil else { throw failure("Only one '*' argument can be given") }
        arguments.positionalExpansion = try expression()
      } else if skip(symbol: .power) {
        guard arguments.namedExpansion == nil else { throw failure("Only one '**' argument can be given") }
        arguments.namedExpansion = try expression()
      } else if case .name(let name) = token.kind, position + 1 < tokens.count,
        tokens[position + 1].kind == .symbol(.assign)
      {
        position += 2
        arguments.named.append((name, try expression()))
      } else {
        guard arguments.named.isEmpty, arguments.positionalExpansion == nil, arguments.namedExpansion == nil else {
          throw failure("An argument without a name follows one with a name")
        }
        arguments.positional.append(try expression())
      }
    }
    advance()
    return arguments
  }

  mutating func filterCall() throws(TemplateError) -> TemplateFilterCall {
    let offset = token.offset
    var name = try expectName()
    while skip(symbol: .dot) { name += "." + (try expectName()) }
    let arguments = isSymbol(.openParenthesis) ? try callArguments() : TemplateCallArguments()
    if let filter = TemplateFilter(rawValue: name) {
      return TemplateFilterCall(name: .known(filter), arguments: arguments)
    }
    guard isInsideCondition else { throw TemplateFilter.unknown(name).located(offset: offset, in: source) }
    return TemplateFilterCall(name: .unknown(name), arguments: arguments)
  }

  private mutating func testStep() throws(TemplateError) -> TemplatePostfix.Kind {
    let isNegated = skip(name: "not")
    let offset = token.offset
    var name = try expectName()
    while skip(symbol: .dot) { name += "." + (try expectName()) }
    var arguments = TemplateCallArguments()
    if isSymbol(.openParenthesis) {
      arguments = try callArguments()
    } else if startsTestArgument() {
      if isName("is") { throw failure("Tests cannot follow one another", hint: "Join them with 'and'") }
      arguments.positional = [try testArgument()]
    }
    if let test = TemplateTest(rawValue: name) { return .test(test, isNegated: isNegated, arguments) }
    guard isInsideCondition else { throw TemplateTest.unknown(name).located(offset: offset, in: source) }
    return .unknownTest(name)
  }

  private func startsTestArgument() -> Bool {
    switch token.kind {
    case .name(let name): name != "else" && name != "or" && name != "and"
    case .string, .int, .double, .symbol(.openBracket), .symbol(.openBrace): true
    default: false
    }
  }
}
