extension TemplateRenderer {
  func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
    switch expression.kind {
    case .literal(let value): return value
    case .name(let name): return value(of: name)
    default: break
    }
    do throws(TemplateError) {
      try enter()
      defer { leave() }
      return try evaluate(expression.kind)
    } catch {
      throw error.located(offset: expression.offset, in: source)
    }
  }

  private func value(of name: String) -> TemplateValue {
    if let value = scope.value(of: name) { return value }
    if let function = TemplateFunction(rawValue: name) {
      return .runtime(TemplateRuntimeObject(kind: .function(function)))
    }
    return .undefined
  }

  private func evaluate(_ kind: TemplateExpressionKind) throws(TemplateError) -> TemplateValue {
    switch kind {
    case .literal(let value): return value
    case .name(let name): return value(of: name)
    case .list(let elements): return try check(.list(try evaluateAll(elements)))
    case .tuple(let elements): return try check(.tuple(try evaluateAll(elements)))
    case .map(let entries): return try evaluateMap(entries)
    case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
    case .negative(let operand): return try negated(try defined(operand))
    case .positive(let operand):
      return try plus(try defined(operand))
    case .and(let operands): return try evaluateChain(operands, until: false)
    case .or(let operands): return try evaluateChain(operands, until: true)
    case .arithmetic(let first, let steps):
      return try evaluateArithmetic(first, steps)
    case .concatenation(let operands):
      return try evaluateConcatenation(operands)
    case .comparison(let first, let steps): return try evaluateComparison(first, steps)
    case .conditional(let value, let condition, let otherwise):
      if try evaluate(condition).isTrue { return try evaluate(value) }
      guard let otherwise else { return .undefined }
      return try evaluate(otherwise)
    case .postfix(let base, let steps): return try evaluatePostfix(base, steps)
    }
  }

  // Each of these is a function of its own, never folded into the switch above, to keep that one's stack frame small.

  @inline(never)
  private func plus(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    guard let number = value.number else { throw TemplateOperators.wrongOperand("+", value) }
    if case .int(let whole) = number { return .int(whole) }
    return value
  }

  @inline(never)
  private func evaluateArithmetic(
    _ first: TemplateExpression, _ steps: [(symbol: TemplateSymbol, operand: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var value = try defined(first)
    for step in steps { value = try arithmetic(value, step.symbol, try defined(step.operand)) }
    return value
  }

  @inline(never)
  private func evaluateConcatenation(_ operands: [TemplateExpression]) throws(TemplateError) -> TemplateValue {
    var text = ""
    for operand in operands {
      text += try self.text(of: try evaluate(operand))
      try charge(text: text)
    }
    return .string(text)
  }

  @inline(never)
  func evaluateAll(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  /// The value of an operand that has to exist.
  @inline(never)
  private func defined(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
    let value = try evaluate(expression)
    if value.isUndefined { throw undefined(expression).located(offset: expression.offset, in: source) }
    return value
  }

  /// `and` gives its first false operand, `or` its first true one, else the last.
  @inline(never)
  private func evaluateChain(
    _ operands: [TemplateExpression], until stop: Bool
  ) throws(TemplateError) -> TemplateValue {
    var value = TemplateValue.undefined
    for operand in operands {
      value = try evaluate(operand)
      if value.isTrue == stop { break }
    }
    return value
  }

  @inline(never)
  private func evaluateMap(
    _ entries: [(key: TemplateExpression, value: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var map = TemplateMap()
    for entry in entries {
      let key = try evaluate(entry.key)
      guard key.canBeKey else {
        throw TemplateError(.wrongType, "A value of type \(key.typeName) cannot be a key")
          .located(offset: entry.key.offset, in: source)
      }
      map[key] = try evaluate(entry.value)
    }
    return try check(.map(map))
  }

  @inline(never)
  private func evaluateComparison(
    _ first: TemplateExpression, _ steps: [(comparison: TemplateComparison, operand: TemplateExpression)]
  ) throws(TemplateError) -> TemplateValue {
    var left = try evaluate(first)
    var leftExpression = first
    for step in steps {
      let right = try evaluate(step.operand)
      let holds: Bool
      switch step.comparison {
      case .equal: holds = try equal(left, right)
      case .notEqual: holds = !(try equal(left, right))
      case .contained: holds = try contains(right, left)
      case .notContained: holds = !(try contains(right, left))
      case .less, .lessOrEqual, .greater, .greaterOrEqual:
        if left.isUndefined { throw undefined(leftExpression) }
        if right.isUndefined { throw undefined(step.operand) }
        holds = try compare(left, step.comparison, right)
      }
      guard holds else { return .bool(false) }
      left = right
      leftExpression = step.operand
    }
    return .bool(true)
  }

  // MARK: Attributes, calls, filters and tests after a value

  @inline(never)
  private func evaluatePostfix(
    _ base: TemplateExpression, _ steps: [TemplatePostfix]
  ) throws(TemplateError) -> TemplateValue {
    var value = try evaluate(base)
    var index = 0
    while index < steps.count {
      let step = steps[index]
      do throws(TemplateError) {
        if case .attribute(let name) = step.kind, index + 1 < steps.count,
          case .call(let arguments) = steps[index + 1].kind,
          isMethod(name, of: value)
        {
          value = try callMethod(name, of: value, try evaluate(arguments))
          index += 2
          continue
        }
        if value.isUndefined, needsValue(step) { throw undefined(base, steps[..<index]) }
        value = try evaluate(step, on: value)
        index += 1
      } catch {
        throw error.located(offset: step.offset, in: source)
      }
    }
    return value
  }

  private func needsValue(_ step: TemplatePostfix) -> Bool {
    switch step.kind {
    case .attribute, .item, .slice, .call: true
    case .filter, .test, .unknownTest: false
    }
  }

  private func evaluate(_ step: TemplatePostfix, on value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch step.kind {
    case .attribute(let name): return try attribute(name, of: value)
    case .item(let index): return try item(try evaluate(index), of: value)
    case .slice(let from, let to, let step):
      return try slice(
        value, from: try sliceBound(from), to: try sliceBound(to), step: try sliceBound(step) ?? 1)
    case .call(let arguments): return try call(value, try evaluate(arguments))
    case .filter(let filter): return try apply(filter, to: value)
    case .test(let test, let isNegated, let arguments):
      return .bool(try holds(test, of: value, try evaluate(arguments)) != isNegated)
    case .unknownTest(let name): throw TemplateTest.unknown(name)
    }
  }

  func apply(_ filter: TemplateFilterCall, to value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch filter.name {
    case .known(let name): return try check(try apply(name, to: value, try evaluate(filter.arguments)))
    case .unknown(let name): throw TemplateFilter.unknown(name)
    }
  }

  private func sliceBound(_ expression: TemplateExpression?) throws(TemplateError) -> Int? {
    guard let expression else { return nil }
    let value = try evaluate(expression)
    if value.isNone { return nil }
    guard let number = value.wholeNumber else {
      throw TemplateError(
        .wrongType, "A slice is given by whole numbers", expected: "a whole number", found: value.typeName)
    }
    return number
  }

  func evaluate(_ call: TemplateCallArguments) throws(TemplateError) -> TemplateArguments {
    var arguments = TemplateArguments(positional: try evaluateAll(call.positional))
    for argument in call.named { arguments.named.append((argument.name, try evaluate(argument.value))) }
    if let expansion = call.positionalExpansion {
      let values = try elements(of: try evaluate(expansion))
      try charge(values.count)
      arguments.positional += values
    }
    if let expansion = call.namedExpansion {
      guard case .map(let map) = try evaluate(expansion) else {
        throw TemplateError(.wrongType, "'**' takes a map")
      }
      for entry in map.entries {
        guard case .string(let name) = entry.key else {
          throw TemplateError(.wrongType, "'**' takes a map whose keys are strings")
        }
        arguments.named.append((name, entry.value))
      }
    }
    return arguments
  }

  // MARK: Messages about what does not exist

  /// Names the expression that has no value, as far as its text is simple.
  private func undefined(_ base: TemplateExpression, _ steps: ArraySlice<TemplatePostfix> = []) -> TemplateError {
    var path: String
    switch base.kind {
    case .name(let name): path = name
    case .postfix(let inner, let steps) where !steps.isEmpty: return undefined(inner, steps[...])
    default: path = "this value"
    }
    for step in steps {
      switch step.kind {
      case .attribute(let name): path += "." + name
      case .item(let index):
        if case .literal(let key) = index.kind {
          var text = ""
          key.appendRepresentation(to: &text)
          path += "[" + text + "]"
        } else {
          path += "[…]"
        }
      case .slice: path += "[:]"
      case .call: path += "()"
      case .filter, .test, .unknownTest: path += " | …"
      }
    }
    return TemplateError(.undefinedValue, "'\(path)' is undefined", hint: "Test it with 'is defined' first")
  }
}
