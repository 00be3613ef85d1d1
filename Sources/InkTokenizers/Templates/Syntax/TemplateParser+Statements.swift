extension TemplateParser {
  private static let tagNames = [
    "if", "for", "set", "macro", "call", "filter", "with", "print", "break", "continue", "generation", "raw", "elif",
    "else", "endif", "endfor", "endset", "endmacro", "endcall", "endfilter", "endwith", "endgeneration", "endraw",
  ]

  /// One tag; `name` is the current token.
  mutating func statement(
    _ name: String, at offset: Int, into statements: inout [TemplateStatement]
  ) throws(TemplateError) {
    advance()
    switch name {
    case "if": statements.append(try conditional(at: offset))
    case "for": statements.append(.loop(try loop(at: offset)))
    case "set": statements.append(try set(at: offset))
    case "macro": statements.append(.macro(try macro(at: offset)))
    case "call": statements.append(try callBlock(at: offset))
    case "filter":
      let filters = try filterChain()
      statements.append(.filterBlock(filters, try body(of: "filter", at: offset), offset: offset))
    case "with": statements.append(try with(at: offset))
    case "print":
      repeat { statements.append(.output(try expression())) } while skip(symbol: .comma)
      try expectBlockEnd()
    case "break", "continue":
      guard loopDepth > 0 else { throw failure("'\(name)' stands outside of a loop", at: offset) }
      try expectBlockEnd()
      statements.append(name == "break" ? .breakLoop : .continueLoop)
    case "generation":
      statements.append(
        .generation(
          try outsideLoop { (parser) throws(TemplateError) in
            try parser.body(of: "generation", at: offset)
          }))
    case "block", "extends", "include", "import", "from", "autoescape", "do", "trans", "debug":
      throw TemplateError(
        .unsupported, "The tag '\(name)' has no meaning in a chat template, which is a single plain text",
        hint: "Use macros, 'set' and 'if' instead"
      ).located(offset: offset, in: source)
    default:
      let nearest = nearestName(to: name, among: Self.tagNames)
      throw TemplateError(
        name.hasPrefix("end") || name == "else" || name == "elif" ? .syntax : .unknownName,
        "The tag '\(name)' is unknown or closes nothing", hint: nearest.map { "Did you mean '\($0)'?" }
      ).located(offset: offset, in: source)
    }
  }

  /// Runs a part that is a function of its own, in which `break` does not reach the loop around it.
  private mutating func outsideLoop<Result>(
    _ parse: (inout TemplateParser) throws(TemplateError) -> Result
  ) throws(TemplateError) -> Result {
    let outer = loopDepth
    loopDepth = 0
    defer { loopDepth = outer }
    return try parse(&self)
  }

  private mutating func conditional(at offset: Int) throws(TemplateError) -> TemplateStatement {
    let outer = isInsideCondition
    isInsideCondition = true
    defer { isInsideCondition = outer }
    var branches: [TemplateBranch] = []
    while true {
      let condition = try tupleOrExpression(allowsConditional: false)
      try expectBlockEnd()
      let body = try statements(until: ["elif", "else", "endif"], opening: "if", at: offset)
      branches.append(TemplateBranch(condition: condition, body: body))
      if skip(name: "elif") { continue }
      var otherwise: [TemplateStatement] = []
      if skip(name: "else") {
        try expectBlockEnd()
        otherwise = try statements(until: ["endif"], opening: "if", at: offset)
      }
      advance()
      try expectBlockEnd()
      return .conditional(branches, otherwise: otherwise)
    }
  }

  private mutating func loop(at offset: Int) throws(TemplateError) -> TemplateLoop {
    let target = try target(until: "in")
    try expect(name: "in")
    let sequence = try tupleOrExpression(allowsConditional: false, stopsAt: "recursive")
    let condition = skip(name: "if") ? try expression() : nil
    let isRecursive = skip(name: "recursive")
    try expectBlockEnd()
    let outer = isInsideCondition
    isInsideCondition = false
    loopDepth += 1
    let body = try statements(until: ["else", "endfor"], opening: "for", at: offset)
    loopDepth -= 1
    var otherwise: [TemplateStatement] = []
    if skip(name: "else") {
      try expectBlockEnd()
      otherwise = try statements(until: ["endfor"], opening: "for", at: offset)
    }
    isInsideCondition = outer
    advance()
    try expectBlockEnd()
    return TemplateLoop(
      offset: offset, target: target, sequence: sequence, condition: condition, isRecursive: isRecursive, body: body,
      otherwise: otherwise)
  }

  /// The left side of an assignment or of `for … in`.
  private mutating func target(until stop: String) throws(TemplateError) -> TemplateTarget {
    var targets: [TemplateTarget] = []
    var isGroup = false
    while true {
      if isName(stop) || isSymbol(.assign) || isSymbol(.closeParenthesis) || token.kind == .blockEnd { break }
      if skip(symbol: .openParenthesis) {
        try enter()
        targets.append(try target(until: stop))
        leave()
        try expect(symbol: .closeParenthesis)
      } else {
        targets.append(try singleTarget())
      }
      guard skip(symbol: .comma) else { break }
      isGroup = true
    }
    guard let first = targets.first else { throw failure("An assignment has no target", expected: "a name") }
    return isGroup ? .group(targets) : first
  }

  private mutating func singleTarget() throws(TemplateError) -> TemplateTarget {
    let offset = token.offset
    let name = try expectName()
    if skip(symbol: .dot) { return .namespaceAttribute(name, try expectName()) }
    guard !["true", "false", "none", "True", "False", "None", "loop"].contains(name) else {
      throw failure("'\(name)' cannot be assigned to", at: offset)
    }
    return .name(name)
  }

  private mutating func set(at offset: Int) throws(TemplateError) -> TemplateStatement {
    let target = try target(until: "")
    if skip(symbol: .assign) {
      let value = try tupleOrExpression()
      try expectBlockEnd()
      return .set(target, value)
    }
    let filters = skip(symbol: .pipe) ? try filterChain() : []
    let body = try body(of: "set", at: offset)
    return .setBlock(target, filters, body, offset: offset)
  }

  /// `name(arguments) | name …` without a value in front.
  private mutating func filterChain() throws(TemplateError) -> [TemplateFilterCall] {
    var filters = [try filterCall()]
    while skip(symbol: .pipe) { filters.append(try filterCall()) }
    return filters
  }

  private mutating func parameters() throws(TemplateError) -> [(name: String, defaultValue: TemplateExpression?)] {
    var parameters: [(name: String, defaultValue: TemplateExpression?)] = []
    try expect(symbol: .openParenthesis)
    while !isSymbol(.closeParenthesis) {
      if !parameters.isEmpty { try expect(symbol: .comma) }
      if isSymbol(.closeParenthesis) { break }
      let offset = token.offset
      let name = try expectName()
      if skip(symbol: .assign) {
        parameters.append((name, try expression()))
      } else {
        guard parameters.last?.defaultValue == nil else {
          throw failure("A parameter without a default follows one that has a default", at: offset)
        }
        parameters.append((name, nil))
      }
    }
    advance()
    return parameters
  }

  /// Parameters were read; the body makes up the macro.
  private mutating func macroBody(
    _ tag: String, name: String, parameters: [(name: String, defaultValue: TemplateExpression?)], at offset: Int
  ) throws(TemplateError) -> TemplateMacro {
    let outerNames = namesOfMacro
    let outerCondition = isInsideCondition
    namesOfMacro = []
    isInsideCondition = false
    defer {
      namesOfMacro = outerNames
      isInsideCondition = outerCondition
    }
    let body = try outsideLoop { (parser) throws(TemplateError) in try parser.body(of: tag, at: offset) }
    return TemplateMacro(offset: offset, name: name, parameters: parameters, body: body, names: namesOfMacro)
  }

  private mutating func macro(at offset: Int) throws(TemplateError) -> TemplateMacro {
    let name = try expectName()
    return try macroBody("macro", name: name, parameters: try parameters(), at: offset)
  }

  private mutating func callBlock(at offset: Int) throws(TemplateError) -> TemplateStatement {
    let parameters = isSymbol(.openParenthesis) ? try parameters() : []
    let call = try expression()
    guard case .postfix(_, let steps) = call.kind, case .call? = steps.last?.kind else {
      throw failure("A call block needs a call such as 'name(…)'", at: offset)
    }
    return .callBlock(try macroBody("call", name: "caller", parameters: parameters, at: offset), call)
  }

  private mutating func with(at offset: Int) throws(TemplateError) -> TemplateStatement {
    var assignments: [(target: TemplateTarget, value: TemplateExpression)] = []
    while token.kind != .blockEnd {
      if !assignments.isEmpty { try expect(symbol: .comma) }
      let target = TemplateTarget.name(try expectName())
      try expect(symbol: .assign)
      assignments.append((target, try expression()))
    }
    return .with(assignments, try body(of: "with", at: offset))
  }
}
