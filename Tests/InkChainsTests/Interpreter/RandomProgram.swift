/// Programs that nobody would write: most of them can be read, many do something that cannot be done.
struct RandomProgram {
  private var random: SeededRandom
  private var depth = 0
  /// How deep expressions are; of shallow ones some can be done, deep ones end at their first fault.
  private var deepest = 7
  private static let names = ["a", "b", "c", "f", "g", "x"]
  private static let numbers = [
    "0", "1", "2", "-1", "7", "63", "64", "100", "65536", "4611686018427387904", "9223372036854775807", "1e308",
    "0.5", "1e-300", "2.0",
  ]
  private static let texts = [
    "''", "'a'", "'abc'", "'砚台 ink'", "'e\\\\'", "'\\n'", "\"'\"", "'aaaaaaaaaaaaaaaa'", "'👩‍👩‍👧'",
  ]
  private static let operators = [
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", ">=", "in", "not in", "and", "or",
  ]
  private static let functions = [
    "len", "range", "str", "int", "float", "bool", "abs", "min", "max", "sum", "round", "sorted", "reversed",
    "enumerate", "list", "format", "print", "f", "g",
  ]
  private static let methods = [
    "append", "pop", "sort", "index", "count", "keys", "values", "items", "get", "upper", "lower", "strip", "split",
    "join", "replace", "startswith", "endswith", "find",
  ]

  init(seed: UInt64) { random = SeededRandom(seed) }

  /// A program.
  mutating func text() -> String {
    deepest = Int.random(in: 2...7, using: &random)
    // Names that mean something, or most programs would end at their first one.
    var lines = [
      "a = 2", "b = 'abc'", "c = [1, 2, 3]", "x = {'a': 1}", "f = 0.5", "g = [b, 'ink']", "def f(a): return a",
      "def g(a, b):", "  return [a, b]",
    ]
    for _ in 0..<Int.random(in: 1...8, using: &random) { lines += statement() }
    if random.once(in: 8) { lines += ["while True:", "  c.append(a)"] }
    var text = lines.joined(separator: "\n")
    if random.once(in: 5) { text = damaged(text) }
    return text
  }

  private mutating func damaged(_ text: String) -> String {
    var characters = Array(text)
    for _ in 0..<Int.random(in: 1...3, using: &random) where !characters.isEmpty {
      let place = Int.random(in: 0..<characters.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: characters.remove(at: place)
      case 1: characters.insert(random.pick(Array("()[]{}:,.'\"\\\n\t =#f")), at: place)
      default: characters[place] = random.pick(Array("()[]{}:,.'\"\\\n\t =#0é"))
      }
    }
    return String(characters)
  }

  private mutating func statement() -> [String] {
    depth += 1
    defer { depth -= 1 }
    let kind = depth > 3 ? Int.random(in: 0..<5, using: &random) : Int.random(in: 0..<11, using: &random)
    switch kind {
    case 0, 1: return ["\(name) = \(expression())"]
    case 2: return ["\(name) \(random.pick(["+=", "-=", "*=", "/="])) \(expression())"]
    case 3: return [expression()]
    case 4: return ["\(name)[\(expression())] = \(expression())"]
    case 5: return ["for \(name) in \(expression()):"] + block()
    case 6: return ["while \(expression()):"] + block()
    case 7: return ["if \(expression()):"] + block() + ["else:"] + block()
    case 8: return ["def \(random.pick(["f", "g"]))(\(random.pick(["", "a", "a, b"]))):"] + block()
    case 9: return ["\(name), \(name) = \(expression()), \(expression())"]
    default: return [random.pick(["break", "continue", "pass", "return \(name)"])]
    }
  }

  private mutating func block() -> [String] {
    var lines: [String] = []
    for _ in 0..<Int.random(in: 1...3, using: &random) { lines += statement() }
    return lines.map { "  " + $0 }
  }

  private var name: String { mutating get { random.pick(Self.names) } }

  private mutating func expression() -> String {
    depth += 1
    defer { depth -= 1 }
    guard depth < deepest else { return random.pick(Self.names + Self.numbers + Self.texts) }
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1: return name
    case 2, 3: return random.pick(Self.numbers)
    case 4: return random.pick(Self.texts)
    case 5, 6, 7: return "(\(expression()) \(random.pick(Self.operators)) \(expression()))"
    case 8: return "[\(expression()), \(expression())]"
    case 9: return "{\(expression()): \(expression())}"
    case 10: return "\(expression())[\(expression())]"
    case 11: return "\(expression())[\(expression()):\(random.once(in: 2) ? "" : expression())]"
    case 12: return "\(random.pick(Self.functions))(\(arguments()))"
    case 13: return "\(name).\(random.pick(Self.methods))(\(arguments()))"
    case 14: return "[\(expression()) for \(name) in \(expression()) if \(expression())]"
    default: return "(\(expression()) if \(expression()) else \(random.pick(["not ", "-", ""]))\(expression()))"
    }
  }

  private mutating func arguments() -> String {
    var arguments: [String] = []
    for _ in 0..<Int.random(in: 0...3, using: &random) { arguments.append(expression()) }
    return arguments.joined(separator: ", ")
  }
}
