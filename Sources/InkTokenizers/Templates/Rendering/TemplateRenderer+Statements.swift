extension TemplateRenderer {
  func execute(_ statements: [TemplateStatement]) throws(TemplateError) -> Flow {
    try enter()
    defer { leave() }
    for statement in statements {
      let flow = try execute(statement)
      if flow != .normal { return flow }
    }
    return .normal
  }

  private func execute(_ statement: TemplateStatement) throws(TemplateError) -> Flow {
    switch statement {
    case .text(let text): try emit(text)
    case .output(let expression):
      let value = try evaluate(expression)
      if case .string(let text) = value { try emit(text) } else { try emit(try text(of: value)) }
    case .conditional(let branches, let otherwise):
      for branch in branches where try evaluate(branch.condition).isTrue { return try execute(branch.body) }
      return try execute(otherwise)
    case .loop(let loop): try run(loop, over: try evaluate(loop.sequence), depth: 0)
    case .set(let target, let expression): try assign(try evaluate(expression), to: target, at: expression.offset)
    case .setBlock(let target, let filters, let body, let offset):
      let (text, flow) = try captured { () throws(TemplateError) in
        try scoped(in: scope) { () throws(TemplateError) in try execute(body) }
      }
      try assign(try apply(filters, to: .string(text), at: offset), to: target, at: offset)
      return flow
    case .macro(let node):
      try charge(4)
      macros.append((node, scope))
      scope.set(node.name, .runtime(TemplateRuntimeObject(kind: .macro(macros.count - 1))))
    case .callBlock(let node, let call): try runCallBlock(node, call)
    case .filterBlock(let filters, let body, let offset):
      let (text, flow) = try captured { () throws(TemplateError) in
        try scoped(in: scope) { () throws(TemplateError) in try execute(body) }
      }
      try emit(try self.text(of: try apply(filters, to: .string(text), at: offset)))
      return flow
    case .with(let assignments, let body):
      return try runWith(assignments, body)
    case .generation(let body): try runGeneration(body)
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .normal
  }

  /// Python's `str` of a value, paid for by its size.
  func text(of value: TemplateValue) throws(TemplateError) -> String {
    try check(value)
    let text = value.text
    try charge(text: text)
    return text
  }

  private func apply(
    _ filters: [TemplateFilterCall], to value: TemplateValue, at offset: Int
  ) throws(TemplateError) -> TemplateValue {
    var value = value
    for filter in filters {
      do throws(TemplateError) {
        value = try apply(filter, to: value)
      } catch {
        throw error.located(offset: offset, in: source)
      }
    }
    return value
  }

  private func runWith(
    _ assignments: [(target: TemplateTarget, value: TemplateExpression)], _ body: [TemplateStatement]
  ) throws(TemplateError) -> Flow {
    var values: [TemplateValue] = []
    for assignment in assignments { values.append(try evaluate(assignment.value)) }
    return try scoped(in: scope) { () throws(TemplateError) in
      for (assignment, value) in zip(assignments, values) {
        try assign(value, to: assignment.target, at: assignment.value.offset)
      }
      return try execute(body)
    }
  }

  /// The range is counted from the start of the final output, also when the block runs inside a macro, whose text
  /// joins the output later; this is how transformers counts it.
  private func runGeneration(_ body: [TemplateStatement]) throws(TemplateError) {
    let (text, _) = try captured { () throws(TemplateError) in
      try scoped(in: scope) { () throws(TemplateError) in try execute(body) }
    }
    let start = scalarPosition()
    assistantRanges.append(start..<start + text.unicodeScalars.count)
    try emit(text)
  }

  func assign(_ value: TemplateValue, to target: TemplateTarget, at offset: Int) throws(TemplateError) {
    switch target {
    case .name(let name): scope.set(name, value)
    case .namespaceAttribute(let name, let attribute):
      guard case .runtime(let object)? = scope.value(of: name), case .namespace(let index) = object.kind else {
        throw TemplateError(
          .wrongType, "'\(name).\(attribute)' cannot be assigned to because '\(name)' is not a namespace",
          hint: "Make one with '{% set \(name) = namespace(\(attribute)=…) %}'"
        ).located(offset: offset, in: source)
      }
      namespaces[index][attribute] = value
    case .group(let targets):
      let values: [TemplateValue]
      do throws(TemplateError) {
        values = try elements(of: value)
      } catch {
        throw error.located(offset: offset, in: source)
      }
      guard values.count == targets.count else {
        throw TemplateError(
          .invalidValue, "A group of names takes a value of as many elements", expected: "\(targets.count)",
          found: "\(values.count)"
        ).located(offset: offset, in: source)
      }
      for (target, value) in zip(targets, values) { try assign(value, to: target, at: offset) }
    }
  }

  /// One `for` block, or one call of a recursive one.
  func run(_ node: TemplateLoop, over sequence: TemplateValue, depth: Int) throws(TemplateError) {
    let outer = scope
    var elements: [TemplateValue]
    do throws(TemplateError) {
      elements = try self.elements(of: sequence)
    } catch {
      throw error.located(offset: node.sequence.offset, in: source)
    }
    if let condition = node.condition {
      var kept: [TemplateValue] = []
      for element in elements {
        scope = TemplateScope(parent: outer)
        try assign(element, to: node.target, at: node.offset)
        if try evaluate(condition).isTrue { kept.append(element) }
      }
      scope = outer
      elements = kept
    }
    if elements.isEmpty {
      _ = try scoped(in: outer) { () throws(TemplateError) in try execute(node.otherwise) }
      return
    }
    try charge(4)
    let index = loops.count
    loops.append(Loop(node: node, elements: elements, depth: depth, scope: outer))
    let object = TemplateValue.runtime(TemplateRuntimeObject(kind: .loop(index)))
    for (position, element) in elements.enumerated() {
      loops[index].index = position
      scope = TemplateScope(parent: outer)
      scope.set("loop", object)
      try assign(element, to: node.target, at: node.offset)
      if try execute(node.body) == .breakLoop { break }
    }
    scope = outer
  }
}
