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
  static let workPerCall = 20_000_000
  /// How many pairs of state and stack may be stored.
  private static let pairLimit = 1 << 23

  init(_ network: TransitionNetwork) {
    self.network = network
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
      if let edge = network.edgeRange(state).map({ network.edges[$0] }).first(where: {
        network.distance[Int($0.target)] + 1 == distance
      }) {
        bytes.append(edge.low)
        states.append(edge.target)
        continue
      }
      let call = network.callRange(state).map { network.calls[$0] }.first {
        let behind = $0.back == TransitionNetwork.tail ? 0 : network.distance[Int($0.back)]
        return network.distance[Int($0.entry)] + behind == distance
      }
      guard let call else { return bytes }
      if call.back != TransitionNetwork.tail { states.append(call.back) }
      states.append(call.entry)
    }
  }
}
