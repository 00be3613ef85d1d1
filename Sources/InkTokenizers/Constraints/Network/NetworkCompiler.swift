/// Turns drawn automata into a network: no empty steps, no dead ends, no left recursion.
struct NetworkCompiler {
  private let draft: NetworkDraft
  /// The new number of a state of the draft, -1 if it is left out.
  private var numbers: [Int32]
  private var order: [Int32] = []
  private var network = TransitionNetwork()

  /// The most edges that a network may have.
  private static let edgeLimit = 4_000_000

  /// Compiles the rules that a root expression needs.
  static func network(
    of builder: GrammarBuilder, root: GrammarExpression
  ) throws(GrammarError) -> TransitionNetwork {
    var draft = NetworkDraft(builder)
    let rule = draft.addRule("the whole answer", root)
    try draft.draw(rule)
    var compiler = NetworkCompiler(draft)
    try compiler.removeEmptySteps()
    let start = compiler.numbers[Int(draft.entries[rule])]
    compiler.network.start = start
    compiler.network.distance = ShortestDistances(compiler.network).distances
    try compiler.checkRoot()
    compiler.removeDeadEnds()
    try LeftRecursion(compiler.network, compiler.ruleNames).check()
    return compiler.network
  }

  private init(_ draft: NetworkDraft) {
    self.draft = draft
    numbers = [Int32](repeating: -1, count: Int(draft.stateCount))
  }

  /// The names of rules by their first states.
  private var ruleNames: [Int32: String] {
    var names: [Int32: String] = [:]
    for (rule, entry) in zip(draft.rules, draft.entries) where entry >= 0 { names[numbers[Int(entry)]] = rule.name }
    return names
  }

  // MARK: Empty steps

  /// Keeps the states that something leads to and gives each what its empty steps reach.
  private mutating func removeEmptySteps() throws(GrammarError) {
    for entry in draft.entries where entry >= 0 { number(entry) }
    for edge in draft.edges { number(edge.to) }
    for call in draft.calls { number(call.to) }
    let edges = Grouped(draft.edges.map(\.from), count: numbers.count)
    let calls = Grouped(draft.calls.map(\.from), count: numbers.count)
    let epsilons = Grouped(draft.epsilons.map(\.from), count: numbers.count)
    var isExit = [Bool](repeating: false, count: numbers.count)
    for exit in draft.exits where exit >= 0 { isExit[Int(exit)] = true }
    var seenFor = [Int32](repeating: -1, count: numbers.count)
    for (index, origin) in order.enumerated() {
      var reached = [origin]
      seenFor[Int(origin)] = Int32(index)
      var isFinal = false
      var next = 0
      while next < reached.count {
        let state = Int(reached[next])
        next += 1
        if isExit[state] { isFinal = true }
        for item in edges[state] {
          let edge = draft.edges[Int(item)]
          network.edges.append(.init(low: edge.low, high: edge.high, target: numbers[Int(edge.to)]))
        }
        for item in calls[state] {
          let call = draft.calls[Int(item)]
          let entry = numbers[Int(draft.entries[call.rule])]
          network.calls.append(.init(entry: entry, back: numbers[Int(call.to)]))
        }
        for item in epsilons[state] {
          let target = draft.epsilons[Int(item)].to
          guard seenFor[Int(target)] != Int32(index) else { continue }
          seenFor[Int(target)] = Int32(index)
          reached.append(target)
        }
      }
      guard network.edges.count + network.calls.count <= Self.edgeLimit else {
        throw NetworkDraft.tooLarge("more than \(Self.edgeLimit) edges")
      }
      closeState(isFinal: isFinal)
    }
  }

  private mutating func number(_ state: Int32) {
    guard numbers[Int(state)] < 0 else { return }
    numbers[Int(state)] = Int32(order.count)
    order.append(state)
  }

  private mutating func closeState(isFinal: Bool) {
    network.edgeStarts.append(Int32(network.edges.count))
    network.callStarts.append(Int32(network.calls.count))
    network.isFinal.append(isFinal)
  }

  // MARK: Dead ends

  private func checkRoot() throws(GrammarError) {
    let distance = network.distance[Int(network.start)]
    if distance == ShortestDistances.unreachable {
      throw GrammarError(
        .unsatisfiable, in: "grammar", expected: "at least one text that satisfies it", found: "none",
        hint: "Look for rules that only call each other, empty classes or demands that contradict each other.")
    }
    guard distance <= TransitionNetwork.distanceLimit else {
      throw NetworkDraft.tooLarge("a shortest text of more than \(TransitionNetwork.distanceLimit) bytes")
    }
  }

  /// Drops what cannot be finished, what is doubled, and what nobody needs to come back to.
  private mutating func removeDeadEnds() {
    let old = network
    network.edges = []
    network.calls = []
    network.edgeStarts = [0]
    network.callStarts = [0]
    network.isFinal = []
    let isDead = { (state: Int32) in old.distance[Int(state)] > TransitionNetwork.distanceLimit }
    for state in 0..<Int32(old.stateCount) {
      let edges = old.edgeRange(state).map { old.edges[$0] }.filter { !isDead($0.target) }
      let calls = old.callRange(state).map { old.calls[$0] }.filter { !isDead($0.entry) && !isDead($0.back) }
      network.edges += edges.count > 1 ? Self.unique(edges) : edges
      for call in calls.count > 1 ? Self.unique(calls) : calls {
        let isTail =
          old.isFinal[Int(call.back)] && old.edgeRange(call.back).isEmpty && old.callRange(call.back).isEmpty
        network.calls.append(.init(entry: call.entry, back: isTail ? TransitionNetwork.tail : call.back))
      }
      closeState(isFinal: old.isFinal[Int(state)])
    }
  }

  private static func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
  }
}

/// Indices of a list by a key from 0 up to a count.
struct Grouped {
  private var starts: [Int32]
  private var items: [Int32]

  init(_ keys: [Int32], count: Int) {
    starts = [Int32](repeating: 0, count: count + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for index in 0..<count { starts[index + 1] += starts[index] }
    var next = starts
    items = [Int32](repeating: 0, count: keys.count)
    for (index, key) in keys.enumerated() {
      items[Int(next[Int(key)])] = Int32(index)
      next[Int(key)] += 1
    }
  }

  subscript(key: Int) -> ArraySlice<Int32> { items[Int(starts[key])..<Int(starts[key + 1])] }
}
