/// Follows a network byte by byte, along all its paths at once.
///
/// A situation is the set of all states that the text so far may have led to, each with the stacks of returns below it;
/// `StackStore` gives it a number. From a situation and a byte the next situation follows, which is computed for all
/// bytes at once when it is first needed: the machine is a deterministic automaton that is built where texts go.
struct ParseMachine {
  typealias Situation = StackStore.Node

  /// No text of the grammar begins like that.
  static let dead: Situation = -1

  /// The text is complete and nothing can follow.
  static let finished: Situation = StackStore.emptyStack

  let network: TransitionNetwork
  private(set) var stacks: StackStore
  private let isMissing: [Bool]
  /// The situation before the first byte.
  private(set) var start: Situation = dead
  /// Where the row of a situation lies in `rows`, in rows; -1 if it was not computed.
  private var rowNumbers: [Int32] = []
  private var rows: [Situation] = []
  private var work = 0
  private var workLimit = ParseMachine.workPerCall

  /// How many rows of 256 situations are kept.
  private static let rowLimit = 1 << 14
  /// How many comparisons and steps one call may cost.
  static let workPerCall = 4_000_000
  /// How many pairs of state and stack may be stored.
  private static let pairLimit = 1 << 23

  /// Begins to follow a network.
  ///
  /// - Parameter isMissing: the bytes that completions avoid where they can, by value.
  init(_ network: TransitionNetwork, avoiding isMissing: [Bool] = [Bool](repeating: false, count: 256)) {
    self.network = network
    self.isMissing = isMissing
    stacks = StackStore(network)
    start = closed([StackStore.pair(network.start, StackStore.emptyStack)])
  }

  /// Whether so much is stored that a new machine should take over.
  var isLarge: Bool { stacks.pairCount > Self.pairLimit / 2 }

  /// Whether a text may end here.
  func isComplete(_ situation: Situation) -> Bool {
    situation >= 0 && stacks.holdsEmptyStack(situation)
  }

  /// Whether nothing can follow.
  func isFinished(_ situation: Situation) -> Bool { situation == Self.finished }

  /// The fewest bytes that complete the text.
  @inline(__always)
  func leastBytes(_ situation: Situation) -> Int { Int(stacks.leastBytes[Int(situation)]) }

  /// Begins to count the work of a call.
  mutating func beginCall() { workLimit = work + Self.workPerCall }

  /// - Throws: `GrammarError` if the last steps were cut short because they cost too much.
  func checkWork() throws(GrammarError) {
    guard work >= workLimit || stacks.pairCount >= Self.pairLimit else { return }
    throw GrammarError(
      .tooLarge, in: "grammar", expected: "a grammar with fewer ways to read the same text",
      found: "more ways than can be followed",
      hint: "Write alternatives so that they begin differently, and avoid repetitions inside repetitions.")
  }

  /// The situation after one more byte.
  @inline(__always)
  mutating func next(_ situation: Situation, _ byte: UInt8) -> Situation {
    if situation < 0 { return Self.dead }
    if Int(situation) < rowNumbers.count {
      let row = rowNumbers[Int(situation)]
      if row >= 0 { return rows[Int(row) << 8 | Int(byte)] }
    }
    return rows[computeRow(situation) << 8 | Int(byte)]
  }

  // MARK: States alone

  /// The states of a situation with the stacks below each; the end of the text is not among them.
  func heads(of situation: Situation) -> [(state: Int32, below: StackStore.Node)] {
    stacks.range(situation).map { stacks.pair(at: $0) }.filter { $0 != StackStore.bottom }
      .map { (StackStore.state($0), StackStore.below($0)) }
  }

  /// The situation of a state as if the text ended with its rule.
  mutating func alone(_ state: Int32) -> Situation {
    stacks.node(of: [StackStore.pair(state, StackStore.emptyStack)])
  }

  /// The situation after a rule has ended.
  mutating func returned(to below: StackStore.Node) -> Situation {
    closed(stacks.range(below).map { stacks.pair(at: $0) })
  }

  /// How many bytes may follow a state.
  func breadth(of state: Int32) -> Int {
    network.edgeRange(state).reduce(0) { $0 + Int(network.edges[$1].high) - Int(network.edges[$1].low) + 1 }
  }

  // MARK: Rows

  private struct Step {
    let low: Int
    let high: Int
    let target: Int32
    let below: StackStore.Node
  }

  /// Computes where all bytes lead, stretch by stretch of bytes that lead to the same states.
  @inline(never)
  private mutating func computeRow(_ situation: Situation) -> Int {
    var steps: [Step] = []
    var isBoundary = [Bool](repeating: false, count: 257)
    for index in stacks.range(situation) {
      let pair = stacks.pair(at: index)
      guard pair != StackStore.bottom else { continue }
      for edge in network.edgeRange(StackStore.state(pair)) {
        let edge = network.edges[edge]
        steps.append(
          Step(low: Int(edge.low), high: Int(edge.high), target: edge.target, below: StackStore.below(pair)))
        isBoundary[Int(edge.low)] = true
        isBoundary[Int(edge.high) + 1] = true
      }
    }
    if rows.count >= Self.rowLimit << 8 {
      rows.removeAll(keepingCapacity: true)
      rowNumbers.removeAll(keepingCapacity: true)
    }
    let row = rows.count >> 8
    rows.append(contentsOf: repeatElement(Self.dead, count: 256))
    var known: [[StackStore.Pair]: Situation] = [:]
    var from = 0
    while from < 256 {
      var to = from + 1
      while to < 256, !isBoundary[to] { to += 1 }
      let seeds = steps.filter { $0.low <= from && from <= $0.high }.map { StackStore.pair($0.target, $0.below) }
      if !seeds.isEmpty {
        let next = known[seeds] ?? closed(seeds)
        known[seeds] = next
        for byte in from..<to { rows[row << 8 | byte] = next }
      }
      from = to
    }
    let missing = Int(situation) + 1 - rowNumbers.count
    if missing > 0 { rowNumbers.append(contentsOf: repeatElement(-1, count: missing)) }
    rowNumbers[Int(situation)] = Int32(row)
    return row
  }

  /// The situation that states with stacks stand for: calls are entered, ends of rules returned from.
  ///
  /// It ends because no rule calls itself without reading (`LeftRecursion`) and a state is only taken up again when its
  /// set of stacks has grown.
  private mutating func closed(_ seeds: [StackStore.Pair]) -> Situation {
    var reached: [Int32: StackStore.Node] = [:]
    var waiting = seeds
    var isComplete = false
    while let pair = waiting.popLast() {
      work += 1
      guard work < workLimit, stacks.pairCount < Self.pairLimit else { break }
      guard pair != StackStore.bottom else {
        isComplete = true
        continue
      }
      let (state, below) = (StackStore.state(pair), StackStore.below(pair))
      if let known = reached[state] {
        let merged = stacks.union(known, below, &work)
        guard merged != known else { continue }
        reached[state] = merged
      } else {
        reached[state] = below
      }
      for index in network.callRange(state) {
        let call = network.calls[index]
        let inner = call.back == TransitionNetwork.tail ? below : stacks.push(call.back, on: below)
        waiting.append(StackStore.pair(call.entry, inner))
      }
      if network.isFinal[Int(state)] {
        for index in stacks.range(below) { waiting.append(stacks.pair(at: index)) }
      }
    }
    var pairs: [StackStore.Pair] = []
    for (state, below) in reached where !network.edgeRange(state).isEmpty {
      pairs.append(StackStore.pair(state, below))
    }
    pairs.sort()
    if isComplete { pairs.append(StackStore.bottom) }
    return pairs.isEmpty ? Self.dead : stacks.node(of: pairs)
  }

  // MARK: The shortest completion

  /// The shortest bytes that complete the text; of several, always the same.
  func shortestCompletion(of situation: Situation) -> [UInt8] {
    guard situation >= 0 else { return [] }
    var bytes: [UInt8] = []
    // States that are still to be finished, the next one last, above the stacks of `below`.
    var states: [Int32] = []
    var below = situation
    while true {
      guard let state = states.popLast() else {
        let best = stacks.range(below).map { stacks.pair(at: $0) }.min {
          stacks.bytes(toFinish: $0) < stacks.bytes(toFinish: $1)
        }
        guard let best, best != StackStore.bottom else { return bytes }
        states.append(StackStore.state(best))
        below = StackStore.below(best)
        continue
      }
      let distance = network.distance[Int(state)]
      if distance == 0 { continue }
      switch completionStep(from: state) {
      case .byte(let byte, let target):
        bytes.append(byte)
        states.append(target)
      case .call(let call):
        if call.back != TransitionNetwork.tail { states.append(call.back) }
        states.append(call.entry)
      case .none: return bytes
      }
    }
  }

  private enum CompletionStep {
    case byte(UInt8, target: Int32)
    case call(TransitionNetwork.Call)
  }

  /// The first step on a shortest way from a state to the end of its rule, without a missing byte if there is one.
  private func completionStep(from state: Int32) -> CompletionStep? {
    let distance = network.distance[Int(state)]
    var unavoidable: CompletionStep?
    for index in network.edgeRange(state) {
      let edge = network.edges[index]
      guard network.distance[Int(edge.target)] + 1 == distance else { continue }
      for byte in edge.low...edge.high where !isMissing[Int(byte)] { return .byte(byte, target: edge.target) }
      unavoidable = .byte(edge.low, target: edge.target)
    }
    for index in network.callRange(state) {
      let call = network.calls[index]
      let behind = call.back == TransitionNetwork.tail ? 0 : network.distance[Int(call.back)]
      if network.distance[Int(call.entry)] + behind == distance { return .call(call) }
    }
    return unavoidable
  }

  /// Whether all shortest completions do without missing bytes.
  var avoidsMissingBytes: Bool {
    guard isMissing.contains(true) else { return true }
    for state in 0..<Int32(network.stateCount) {
      let distance = network.distance[Int(state)]
      guard distance > 0, distance <= TransitionNetwork.distanceLimit else { continue }
      if case .byte(let byte, _)? = completionStep(from: state), isMissing[Int(byte)] { return false }
    }
    return true
  }
}
