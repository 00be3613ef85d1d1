/// Looks for rules that call themselves before any byte was read.
struct LeftRecursion {
  private let network: TransitionNetwork
  private let names: [Int32: String]

  init(_ network: TransitionNetwork, _ names: [Int32: String]) {
    self.network = network
    self.names = names
  }

  /// - Throws: `GrammarError` that names the rules of a circle.
  func check() throws(GrammarError) {
    var isDone: Set<Int32> = []
    for entry in names.keys.sorted() where !isDone.contains(entry) {
      // Depth first with a stack of its own: rules may be chained deeper than the thread's stack allows.
      var path: [(entry: Int32, called: [Int32])] = [(entry, firstCalls(of: entry))]
      var isOnPath: Set<Int32> = [entry]
      while let (current, called) = path.last {
        guard let next = called.last else {
          path.removeLast()
          isOnPath.remove(current)
          isDone.insert(current)
          continue
        }
        path[path.count - 1].called.removeLast()
        if isOnPath.contains(next) { throw error(path.map(\.entry), next) }
        guard !isDone.contains(next) else { continue }
        path.append((next, firstCalls(of: next)))
        isOnPath.insert(next)
      }
    }
  }

  /// The rules that a rule may call before it has read a byte.
  private func firstCalls(of entry: Int32) -> [Int32] {
    var seen: Set<Int32> = [entry]
    var waiting = [entry]
    var called: Set<Int32> = []
    while let state = waiting.popLast() {
      for index in network.callRange(state) {
        let call = network.calls[index]
        called.insert(call.entry)
        guard network.distance[Int(call.entry)] == 0, call.back != TransitionNetwork.tail else { continue }
        if seen.insert(call.back).inserted { waiting.append(call.back) }
      }
    }
    return called.sorted()
  }

  private func error(_ path: [Int32], _ repeated: Int32) -> GrammarError {
    let circle = (path.drop { $0 != repeated } + [repeated]).map { names[$0] ?? "?" }
    let shown = circle.count > 8 ? circle.prefix(4) + ["…"] + circle.suffix(3) : circle[...]
    return GrammarError(
      .leftRecursion, in: circle.first ?? "grammar", expected: "a rule that reads something before it calls itself",
      found: shown.joined(separator: " → "),
      hint: "Write repetitions with * or +, or put the recursive part last.")
  }
}
