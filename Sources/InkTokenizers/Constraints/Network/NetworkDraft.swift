/// The automata of a grammar while they are drawn: Thompson's construction, with empty steps.
struct NetworkDraft {
  struct Edge {
    var from: Int32
    var low: UInt8
    var high: UInt8
    var to: Int32
  }

  struct Call {
    var from: Int32
    var rule: Int
    var to: Int32
  }

  private(set) var rules: [(name: String, body: GrammarExpression)]
  private(set) var stateCount: Int32 = 0
  private(set) var edges: [Edge] = []
  private(set) var epsilons: [(from: Int32, to: Int32)] = []
  private(set) var calls: [Call] = []
  /// First and last state of each rule; -1 while nobody has called it.
  private(set) var entries: [Int32]
  private(set) var exits: [Int32]
  private var waiting: [Int] = []

  /// The most states that a draft may have.
  static let stateLimit: Int32 = 2_000_000
  /// The most times that something may be repeated by count.
  static let repetitionLimit = 50_000
  /// Repetitions that would take more states than this call a rule of their own instead of being copied.
  private static let copyLimit = 4096

  init(_ builder: GrammarBuilder) {
    rules = builder.rules
    entries = [Int32](repeating: -1, count: builder.rules.count)
    exits = entries
  }

  /// Draws a rule and all that it calls.
  mutating func draw(_ rule: Int) throws(GrammarError) {
    try reach(rule)
    while let next = waiting.popLast() {
      try add(rules[next].body, from: entries[next], to: exits[next])
    }
  }

  /// Adds a rule of the draft's own.
  mutating func addRule(_ name: String, _ body: GrammarExpression) -> Int {
    rules.append((name, body))
    entries.append(-1)
    exits.append(-1)
    return rules.count - 1
  }

  private mutating func reach(_ rule: Int) throws(GrammarError) {
    guard entries[rule] < 0 else { return }
    entries[rule] = try state()
    exits[rule] = try state()
    waiting.append(rule)
  }

  private mutating func state() throws(GrammarError) -> Int32 {
    guard stateCount < Self.stateLimit else { throw Self.tooLarge("more than \(Self.stateLimit) states") }
    stateCount += 1
    return stateCount - 1
  }

  static func tooLarge(_ found: String) -> GrammarError {
    GrammarError(
      .tooLarge, in: "grammar", expected: "a grammar within the limits", found: found,
      hint: "Use smaller counts, fewer alternatives or fewer nested repetitions.")
  }

  /// Draws an expression between two states. Nothing ever leads into `from` or out of `to` from inside.
  private mutating func add(_ expression: GrammarExpression, from: Int32, to: Int32) throws(GrammarError) {
    switch expression {
    case .empty: epsilons.append((from, to))
    case .bytes(let bytes): try add(bytes, from: from, to: to)
    case .characters(let set): try add(set, from: from, to: to)
    case .sequence(let parts):
      guard let last = parts.last else { return epsilons.append((from, to)) }
      var at = from
      for part in parts.dropLast() {
        let next = try state()
        try add(part, from: at, to: next)
        at = next
      }
      try add(last, from: at, to: to)
    case .choice(let branches): for branch in branches { try add(branch, from: from, to: to) }
    case .repetition(let part, let least, let most): try addRepetition(part, least, most, from: from, to: to)
    case .rule(let rule):
      try reach(rule)
      calls.append(Call(from: from, rule: rule, to: to))
    }
  }

  private mutating func add(_ bytes: [UInt8], from: Int32, to: Int32) throws(GrammarError) {
    guard let last = bytes.last else { return epsilons.append((from, to)) }
    var at = from
    for byte in bytes.dropLast() {
      let next = try state()
      edges.append(Edge(from: at, low: byte, high: byte, to: next))
      at = next
    }
    edges.append(Edge(from: at, low: last, high: last, to: to))
  }

  /// Draws a set of characters; sequences share the states of equal endings.
  private mutating func add(_ set: CodePointSet, from: Int32, to: Int32) throws(GrammarError) {
    var known: [TransitionNetwork.ByteEdge: Int32] = [:]
    for sequence in set.byteSequences {
      guard let first = sequence.first else { continue }
      var target = to
      for range in sequence.dropFirst().reversed() {
        let key = TransitionNetwork.ByteEdge(low: range.lowerBound, high: range.upperBound, target: target)
        if let state = known[key] {
          target = state
        } else {
          let state = try state()
          edges.append(Edge(from: state, low: range.lowerBound, high: range.upperBound, to: target))
          known[key] = state
          target = state
        }
      }
      edges.append(Edge(from: from, low: first.lowerBound, high: first.upperBound, to: target))
    }
  }

  private mutating func addRepetition(
    _ part: GrammarExpression, _ least: Int, _ most: Int?, from: Int32, to: Int32
  ) throws(GrammarError) {
    let count = max(least, most ?? least)
    guard least >= 0, count >= least, count <= Self.repetitionLimit else {
      throw Self.tooLarge("a repetition \(least) to \(most ?? least) times; the limit is \(Self.repetitionLimit)")
    }
    var item = part
    if count > 1, Self.size(part).multipliedReportingOverflow(by: count) > Self.copyLimit {
      item = .rule(addRule("a repeated part", part))
    }
    var at = from
    for _ in 0..<least {
      let next = try state()
      try add(item, from: at, to: next)
      at = next
    }
    if let most {
      for _ in least..<most {
        epsilons.append((at, to))
        let next = try state()
        try add(item, from: at, to: next)
        at = next
      }
      epsilons.append((at, to))
    } else {
      let (inside, behind) = (try state(), try state())
      epsilons.append((at, inside))
      try add(item, from: inside, to: behind)
      epsilons.append((behind, inside))
      epsilons.append((inside, to))
    }
  }

  /// About how many states an expression takes, without those of repetitions inside that get rules of their own.
  private static func size(_ expression: GrammarExpression) -> Int {
    switch expression {
    case .empty: 1
    case .bytes(let bytes): bytes.count
    case .characters(let set): set.ranges.count == 1 && (set.ranges.first?.upperBound ?? 0) < 0x80 ? 1 : 12
    case .sequence(let parts), .choice(let parts): parts.reduce(1) { min($0 + size($1), copyLimit + 1) }
    case .repetition(let part, let least, let most):
      min(size(part).multipliedReportingOverflow(by: max(1, least, most ?? 1)), copyLimit + 1)
    case .rule: 1
    }
  }
}

extension Int {
  /// The product, or the largest number where it does not fit.
  fileprivate func multipliedReportingOverflow(by other: Int) -> Int {
    let (product, overflows) = multipliedReportingOverflow(by: other) as (partialValue: Int, overflow: Bool)
    return overflows ? .max : product
  }
}
