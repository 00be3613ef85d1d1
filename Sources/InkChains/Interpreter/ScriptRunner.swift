/// Runs a program, counting all it does.
final class ScriptRunner {
  /// What a statement does to those behind it.
  private enum Flow { case on, leave, again, give(ScriptValue) }
  /// Expressions, statements and calls inside each other. Each takes some of the thread's stack.
  private static let deepest = 220

  private let limits: Script.Limits
  private var steps = 0
  private var memory = 0
  private var depth = 0
  private(set) var line = 1
  private var output = ""
  private var functions: [String: ScriptFunction] = [:]
  private var globals: [String: ScriptValue] = [:]
  private var locals: [[String: ScriptValue]] = []
  // Lists can hold themselves; they are emptied at the end, or they would never be freed.
  private var lists: [ScriptList] = []
  private var dictionaries: [ScriptDictionary] = []

  init(_ limits: Script.Limits) { self.limits = limits }

  func run(_ program: [ScriptStatement]) throws(ChainError) -> Script.Result {
    var last = ScriptValue.none
    for (number, statement) in program.enumerated() {
      if number == program.count - 1, case .expression(let expression) = statement.kind {
        line = statement.line
        last = try evaluate(expression)
        break
      }
      switch try follow(statement) {
      case .on: break
      case .leave, .again, .give: throw error(expected: "break, continue and return inside a loop or a function")
      }
    }
    if case .none = last { return Script.Result(output: output, value: nil) }
    return Script.Result(output: output, value: try text(of: last))
  }

  /// Breaks up what may hold itself.
  func releaseValues() {
    for list in lists { list.elements = [] }
    for dictionary in dictionaries { dictionary.removeAll() }
  }

  // MARK: Limits

  func error(expected: String = "", found: String = "", hint: String = "") -> ChainError {
    // What was found can be a value of the program, as long as the program likes.
    let cut = found.prefix(120)
    return Script.error(
      line, expected: expected, found: cut.endIndex == found.endIndex ? found : cut + "…", hint: hint)
  }

  /// Counts work.
  func count(_ more: Int = 1) throws(ChainError) {
    steps += more
    guard steps <= limits.steps else {
      throw ChainError(
        .budget, context: "program, line \(line)", expected: "at most \(limits.steps) steps", found: "more")
    }
    if steps & 0xFFF < more, Task.isCancelled { throw ChainError(.cancelled, context: "program") }
  }

  /// Counts elements and bytes before they are made.
  func allocate(_ size: Int) throws(ChainError) {
    let (sum, overflow) = memory.addingReportingOverflow(size)
    guard !overflow, sum <= limits.memory else {
      throw ChainError(
        .budget, context: "program, line \(line)", expected: "at most \(limits.memory) elements and bytes",
        found: "more")
    }
    memory = sum
    try count(size / 64 + 1)
  }

  func makeList(_ elements: [ScriptValue]) throws(ChainError) -> ScriptValue {
    try allocate(elements.count + 1)
    let list = ScriptList(elements)
    lists.append(list)
    return .list(list)
  }

  func makeString(_ text: String) throws(ChainError) -> ScriptValue {
    try allocate(text.utf8.count)
    return .string(text)
  }

  /// Writes words with a space between them and a line feed behind. Each is counted before the next is made.
  func print(_ values: [ScriptValue]) throws(ChainError) {
    for (place, value) in values.enumerated() {
      if place > 0 { try write(" ") }
      try write(try text(of: value))
    }
    try write("\n")
  }

  private func write(_ text: String) throws(ChainError) {
    guard output.utf8.count + text.utf8.count <= limits.output else {
      throw ChainError(
        .budget, context: "program, line \(line)", expected: "at most \(limits.output) bytes of output", found: "more")
    }
    output += text
  }

  private func deeper<Value>(_ work: () throws(ChainError) -> Value) throws(ChainError) -> Value {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw ChainError(
        .budget, context: "program, line \(line)", expected: "at most \(Self.deepest) levels of calls and operations",
        found: "more", hint: "Use a loop in place of recursion.")
    }
    return try work()
  }

  // MARK: Statements

  private func follow(_ block: [ScriptStatement]) throws(ChainError) -> Flow {
    for statement in block {
      let flow = try follow(statement)
      if case .on = flow { continue }
      return flow
    }
    return .on
  }

  private func follow(_ statement: ScriptStatement) throws(ChainError) -> Flow {
    line = statement.line
    try count()
    switch statement.kind {
    case .pass: return .on
    case .leave: return .leave
    case .again: return .again
    case .give(let value): return .give(try value.map { value throws(ChainError) in try evaluate(value) } ?? .none)
    case .expression(let expression):
      _ = try evaluate(expression)
      return .on
    case .function(let function):
      functions[function.name] = function
      return .on
    case .assign(let targets, let value):
      try assign(try evaluate(value), to: targets)
      return .on
    case .change(let target, let sign, let value):
      // The right side first, then the place: reading it again costs little and keeps this short.
      let change = try evaluate(value)
      try assign(try arithmetic(sign, try evaluate(target), change), to: [target])
      return .on
    case .branch(let branches):
      for branch in branches {
        guard let condition = branch.condition else {
          return try deeper { () throws(ChainError) in try follow(branch.body) }
        }
        if try evaluate(condition).isTrue { return try deeper { () throws(ChainError) in try follow(branch.body) } }
      }
      return .on
    case .loop(let condition, let body):
      while try evaluate(condition).isTrue {
        try count()
        switch try deeper({ () throws(ChainError) in try follow(body) }) {
        case .on, .again: break
        case .leave: return .on
        case .give(let value): return .give(value)
        }
      }
      return .on
    case .each(let names, let source, let body):
      for element in try elements(of: try evaluate(source)) {
        try count()
        try assign(element, to: names.map { .name($0) })
        switch try deeper({ () throws(ChainError) in try follow(body) }) {
        case .on, .again: break
        case .leave: return .on
        case .give(let value): return .give(value)
        }
      }
      return .on
    }
  }

  private func assign(_ value: ScriptValue, to targets: [ScriptExpression]) throws(ChainError) {
    if targets.count > 1 {
      let values = try elements(of: value)
      guard values.count == targets.count else {
        throw error(expected: "\(targets.count) values", found: "\(values.count)")
      }
      for (target, value) in zip(targets, values) { try assign(value, to: [target]) }
      return
    }
    switch targets.first {
    case .name(let name):
      if locals.isEmpty { globals[name] = value } else { locals[locals.count - 1][name] = value }
    case .index(let owner, let index):
      let owner = try evaluate(owner)
      let index = try evaluate(index)
      switch owner {
      case .list(let list): list.elements[try position(index, in: list.elements.count)] = value
      case .dictionary(let dictionary):
        if dictionary[try key(index)] == nil { try allocate(2) }
        dictionary[try key(index)] = value
      case .none, .boolean, .integer, .number, .string:
        throw error(expected: "a list or a dictionary before [", found: owner.kind)
      }
    default: throw error(expected: "a name or an element before =")
    }
  }

  // MARK: Expressions

  func evaluate(_ expression: ScriptExpression) throws(ChainError) -> ScriptValue {
    try count()
    return try deeper { () throws(ChainError) in try value(of: expression) }
  }

  private func value(of expression: ScriptExpression) throws(ChainError) -> ScriptValue {
    switch expression {
    case .literal(let value): return value
    case .name(let name): return try variable(name)
    case .list(let elements): return try makeList(try all(elements))
    case .dictionary(let members): return try dictionary(members)
    case .negative(let operand): return try negative(try evaluate(operand))
    case .not(let operand): return .boolean(!(try evaluate(operand).isTrue))
    case .and(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? try evaluate(right) : value
    case .or(let left, let right):
      let value = try evaluate(left)
      return value.isTrue ? value : try evaluate(right)
    case .arithmetic(let sign, let left, let right):
      return try arithmetic(sign, try evaluate(left), try evaluate(right))
    case .comparison(let first, let others): return try comparison(first, others)
    case .conditional(let condition, let then, let otherwise):
      return try evaluate(try evaluate(condition).isTrue ? then : otherwise)
    case .call(let name, let arguments): return try call(name, try all(arguments))
    case .method(let owner, let name, let arguments):
      return try method(name, of: try evaluate(owner), try all(arguments))
    case .index(let owner, let index): return try element(try evaluate(index), of: try evaluate(owner))
    case .slice(let owner, let from, let to): return try slice(owner, from, to)
    case .comprehension(let element, let names, let source, let condition):
      return try comprehension(element, names, source, condition)
    }
  }

  private func all(_ expressions: [ScriptExpression]) throws(ChainError) -> [ScriptValue] {
    var values: [ScriptValue] = []
    for expression in expressions { values.append(try evaluate(expression)) }
    return values
  }

  private func variable(_ name: String) throws(ChainError) -> ScriptValue {
    if let value = locals.last?[name] ?? globals[name] { return value }
    throw error(expected: "a name that was given a value", found: "\"\(name)\"")
  }

  private func dictionary(
    _ members: [(key: ScriptExpression, value: ScriptExpression)]
  ) throws(ChainError) -> ScriptValue {
    let dictionary = ScriptDictionary()
    dictionaries.append(dictionary)
    for member in members {
      try allocate(2)
      dictionary[try key(try evaluate(member.key))] = try evaluate(member.value)
    }
    return .dictionary(dictionary)
  }

  private func comparison(
    _ first: ScriptExpression, _ others: [(ScriptComparison, ScriptExpression)]
  ) throws(ChainError) -> ScriptValue {
    var left = try evaluate(first)
    for (comparison, expression) in others {
      let right = try evaluate(expression)
      guard try compare(left, comparison, right) else { return .boolean(false) }
      left = right
    }
    return .boolean(true)
  }

  private func slice(
    _ owner: ScriptExpression, _ from: ScriptExpression?, _ to: ScriptExpression?
  ) throws(ChainError) -> ScriptValue {
    let owner = try evaluate(owner)
    let from = try from.map { bound throws(ChainError) in try evaluate(bound) }
    let to = try to.map { bound throws(ChainError) in try evaluate(bound) }
    switch owner {
    case .list(let list): return try makeList(Array(list.elements[try bounds(from, to, list.elements.count)]))
    case .string(let text):
      try count(text.utf8.count / 64)
      let characters = Array(text)
      return try makeString(String(characters[try bounds(from, to, characters.count)]))
    case .none, .boolean, .integer, .number, .dictionary:
      throw error(expected: "a list or a text before [", found: owner.kind)
    }
  }

  private func comprehension(
    _ element: ScriptExpression, _ names: [String], _ source: ScriptExpression, _ condition: ScriptExpression?
  ) throws(ChainError) -> ScriptValue {
    var values: [ScriptValue] = []
    for item in try elements(of: try evaluate(source)) {
      try assign(item, to: names.map { .name($0) })
      if let condition, !(try evaluate(condition).isTrue) { continue }
      try allocate(1)
      values.append(try evaluate(element))
    }
    return try makeList(values)
  }

  private func call(_ name: String, _ arguments: [ScriptValue]) throws(ChainError) -> ScriptValue {
    guard let function = functions[name] else { return try builtin(name, arguments) }
    guard function.parameters.count == arguments.count else {
      throw error(
        expected: "\(function.parameters.count) arguments of \(name)", found: "\(arguments.count)")
    }
    let caller = line
    locals.append(Dictionary(zip(function.parameters, arguments), uniquingKeysWith: { $1 }))
    defer {
      locals.removeLast()
      line = caller
    }
    switch try deeper({ () throws(ChainError) in try follow(function.body) }) {
    case .give(let value): return value
    case .on: return .none
    case .leave, .again: throw error(expected: "break and continue inside a loop")
    }
  }
}
