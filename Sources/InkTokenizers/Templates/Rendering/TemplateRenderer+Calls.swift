extension TemplateRenderer {
  func call(_ callee: TemplateValue, _ arguments: TemplateArguments) throws(TemplateError) -> TemplateValue {
    guard case .runtime(let object) = callee else {
      throw TemplateError(.wrongType, "A value of type \(callee.typeName) cannot be called")
    }
    switch object.kind {
    case .function(let function): return try check(try call(function, arguments))
    case .macro(let index): return .string(try callMacro(index, arguments, caller: nil))
    case .method(let index): return try callMethod(methods[index].name, of: methods[index].receiver, arguments)
    case .loop(let index): return .string(try callLoop(index, arguments))
    case .joiner(let index):
      _ = try arguments.bound(to: [], of: "joiner")
      guard joiners[index].isUsed else {
        joiners[index].isUsed = true
        return ""
      }
      return .string(joiners[index].separator)
    case .namespace, .cycler:
      throw TemplateError(.wrongType, "A value of type \(callee.typeName) cannot be called")
    }
  }

  private func call(
    _ function: TemplateFunction, _ arguments: TemplateArguments
  ) throws(TemplateError) -> TemplateValue {
    let name = function.rawValue
    switch function {
    case .range: return try range(arguments)
    case .dict: return .map(try map(from: arguments, of: name))
    case .namespace:
      try charge(4)
      namespaces.append(try map(from: arguments, of: name))
      return .runtime(TemplateRuntimeObject(kind: .namespace(namespaces.count - 1)))
    case .cycler:
      guard !arguments.positional.isEmpty, arguments.named.isEmpty else {
        throw TemplateError(.wrongType, "'cycler' needs values to go through")
      }
      try charge(4)
      cyclers.append((arguments.positional, 0))
      return .runtime(TemplateRuntimeObject(kind: .cycler(cyclers.count - 1)))
    case .joiner:
      let bound = try arguments.bound(to: ["sep"], of: name)
      try charge(4)
      joiners.append((try TemplateParameter(callee: name, name: "sep").text(bound[0]) ?? ", ", false))
      return .runtime(TemplateRuntimeObject(kind: .joiner(joiners.count - 1)))
    case .raiseException:
      let bound = try arguments.bound(to: ["message"], of: name)
      throw TemplateError(.raised, try text(of: bound[0] ?? .undefined))
    case .formatNow:
      let bound = try arguments.bound(to: ["format"], of: name)
      let format = try TemplateParameter(callee: name, name: "format").requiredText(bound[0])
      try charge(format.utf8.count)
      return .string(now.formatted(format))
    }
  }

  /// `dict(…)` and `namespace(…)`: a map or a list of pairs, then names.
  private func map(from arguments: TemplateArguments, of callee: String) throws(TemplateError) -> TemplateMap {
    var map = TemplateMap()
    guard arguments.positional.count <= 1 else {
      throw TemplateError(.wrongType, "'\(callee)' takes at most one map and then named values")
    }
    switch arguments.positional.first {
    case nil: break
    case .map(let given)?: map = given
    case let other?:
      for pair in try elements(of: other) {
        let pair = try elements(of: pair)
        guard pair.count == 2, pair[0].canBeKey else {
          throw TemplateError(.wrongType, "'\(callee)' takes a map or a list of pairs")
        }
        map[pair[0]] = pair[1]
      }
    }
    for argument in arguments.named { map[argument.name] = argument.value }
    try charge(map.count)
    return map
  }

  private func range(_ arguments: TemplateArguments) throws(TemplateError) -> TemplateValue {
    guard (1...3).contains(arguments.positional.count), arguments.named.isEmpty else {
      throw TemplateError(.wrongType, "'range' takes one to three whole numbers")
    }
    var bounds: [Int] = []
    for value in arguments.positional {
      guard let bound = try TemplateParameter(callee: "range", name: "bounds").whole(value) else { continue }
      bounds.append(bound)
    }
    let start = bounds.count > 1 ? bounds[0] : 0
    let stop = bounds.count > 1 ? bounds[1] : bounds[0]
    let step = bounds.count > 2 ? bounds[2] : 1
    guard step != 0 else { throw TemplateError(.invalidValue, "The step of a range cannot be zero") }
    var numbers: [TemplateValue] = []
    var current = start
    while step > 0 ? current < stop : current > stop {
      guard numbers.count < TemplateLimits.rangeLength else {
        throw TemplateError(.limitExceeded, "A range has more than \(TemplateLimits.rangeLength) numbers")
      }
      numbers.append(.int(current))
      let (next, overflows) = current.addingReportingOverflow(step)
      if overflows { break }
      current = next
    }
    return .list(numbers)
  }

  private func callLoop(_ index: Int, _ arguments: TemplateArguments) throws(TemplateError) -> String {
    let loop = loops[index]
    guard loop.node.isRecursive else {
      throw TemplateError(
        .wrongType, "The loop cannot be called", hint: "Write 'recursive' at the end of its 'for' tag")
    }
    let bound = try arguments.bound(to: ["iterable"], of: "loop")
    guard let sequence = bound[0] else { throw TemplateParameter(callee: "loop", name: "iterable").missing() }
    return try called { () throws(TemplateError) in
      let outer = scope
      scope = loop.scope
      try run(loop.node, over: sequence, depth: loop.depth + 1)
      scope = outer
      return .normal
    }
  }

  /// Runs the body of something called and gives its output.
  private func called(_ body: () throws(TemplateError) -> Flow) throws(TemplateError) -> String {
    guard callDepth < limits.callDepth else {
      throw TemplateError(
        .limitExceeded, "Macros and recursive loops call one another more than \(limits.callDepth) levels deep",
        hint: "Look for a macro that calls itself without end")
    }
    callDepth += 1
    let (text, _) = try captured(body)
    callDepth -= 1
    return text
  }

  func callMacro(
    _ index: Int, _ arguments: TemplateArguments, caller: TemplateValue?
  ) throws(TemplateError) -> String {
    let (node, closure) = macros[index]
    return try called { () throws(TemplateError) in
      try scoped(in: closure) { () throws(TemplateError) in
        try bind(arguments, to: node, caller: caller)
        return try execute(node.body)
      }
    }
  }

  private func bind(
    _ arguments: TemplateArguments, to node: TemplateMacro, caller: TemplateValue?
  ) throws(TemplateError) {
    let names = node.parameters.map(\.name)
    let surplus = arguments.positional.dropFirst(names.count)
    guard surplus.isEmpty || node.takesSurplus else {
      throw TemplateError(
        .wrongType, "The macro '\(node.name)' was given too many arguments", expected: "at most \(names.count)",
        found: "\(arguments.positional.count)")
    }
    var caller = caller
    var namedSurplus = TemplateMap()
    var given = TemplateArguments(positional: Array(arguments.positional.prefix(names.count)))
    for argument in arguments.named {
      if names.contains(argument.name) {
        given.named.append(argument)
      } else if argument.name == "caller", node.usesCaller {
        caller = argument.value
      } else if node.takesNamedSurplus {
        namedSurplus[argument.name] = argument.value
      } else {
        throw arguments.unexpected(argument.name, of: node.name, parameters: names)
      }
    }
    let values = try given.bound(to: names, of: node.name)
    if node.usesCaller { scope.set("caller", caller ?? .undefined) }
    for (parameter, value) in zip(node.parameters, values) {
      if let value {
        scope.set(parameter.name, value)
      } else if let defaultValue = parameter.defaultValue {
        scope.set(parameter.name, try evaluate(defaultValue))
      } else {
        scope.set(parameter.name, .undefined)
      }
    }
    if node.takesSurplus { scope.set("varargs", try check(.tuple(Array(surplus)))) }
    if node.takesNamedSurplus { scope.set("kwargs", try check(.map(namedSurplus))) }
  }

  /// `{% call macro(…) %}body{% endcall %}`: the body becomes the macro's `caller`.
  func runCallBlock(_ node: TemplateMacro, _ expression: TemplateExpression) throws(TemplateError) {
    guard case .postfix(let base, let steps) = expression.kind, let last = steps.last,
      case .call(let call) = last.kind
    else { return }
    try charge(4)
    macros.append((node, scope))
    let caller = TemplateValue.runtime(TemplateRuntimeObject(kind: .macro(macros.count - 1)))
    let calleeExpression =
      steps.count == 1
      ? base : TemplateExpression(offset: expression.offset, kind: .postfix(base, steps.dropLast()))
    let callee = try evaluate(calleeExpression)
    do throws(TemplateError) {
      guard case .runtime(let object) = callee, case .macro(let index) = object.kind else {
        throw TemplateError(.wrongType, "A call block calls a macro", found: callee.typeName)
      }
      guard macros[index].node.usesCaller else {
        throw TemplateError(.wrongType, "The macro '\(macros[index].node.name)' does not use 'caller'")
      }
      try emit(try callMacro(index, try evaluate(call), caller: caller))
    } catch {
      throw error.located(offset: last.offset, in: source)
    }
  }
}
