/// Sets of stacks of return states, each set stored once.
///
/// A set is a list of pairs in ascending order: a state that lies on top, and the set of what may lie below it. No state
/// occurs twice, so that a set is a graph that is deterministic from the top: stacks that share a beginning or a rest
/// share its nodes, however many there are, and equal sets have equal numbers. Unlike the stacks of a generalized LR
/// parser the nodes carry no position, so that the same situation later in the text is the same node.
struct StackStore {
  typealias Node = Int32

  /// A state on top (high half) and the set below it (low half).
  typealias Pair = UInt64

  /// The pair of the stack that is empty; it sorts last.
  static let bottom = Pair.max
  /// The set of the empty stack alone.
  static let emptyStack: Node = 0

  private var starts: [Int32] = [0]
  private var pairs: [Pair] = []
  /// The fewest bytes that finish one of the stacks.
  private(set) var leastBytes: [Int32] = []
  /// The first node with a hash, and the next one with the same.
  private var firstNode: [UInt64: Node] = [:]
  private var nextNode: [Node] = []
  private var unions: [UInt64: Node] = [:]
  private let distance: [Int32]

  /// How many unions are remembered.
  private static let unionLimit = 1 << 18

  init(_ network: TransitionNetwork) {
    distance = network.distance
    _ = node(of: [Self.bottom])
  }

  @inline(__always)
  static func pair(_ state: Int32, _ below: Node) -> Pair {
    UInt64(UInt32(bitPattern: state)) << 32 | UInt64(UInt32(bitPattern: below))
  }

  @inline(__always)
  static func state(_ pair: Pair) -> Int32 { Int32(truncatingIfNeeded: pair >> 32) }

  @inline(__always)
  static func below(_ pair: Pair) -> Node { Int32(truncatingIfNeeded: pair) }

  var nodeCount: Int { leastBytes.count }
  var pairCount: Int { pairs.count }

  @inline(__always)
  func range(_ node: Node) -> Range<Int> { Int(starts[Int(node)])..<Int(starts[Int(node) + 1]) }

  @inline(__always)
  func pair(at index: Int) -> Pair { pairs[index] }

  /// Whether the empty stack is one of the set.
  func holdsEmptyStack(_ node: Node) -> Bool { pairs[Int(starts[Int(node) + 1]) - 1] == Self.bottom }

  /// The fewest bytes that finish the stack with `state` on top.
  @inline(__always)
  func bytes(toFinish pair: Pair) -> Int32 {
    if pair == Self.bottom { return 0 }
    // Both are at most a limit far below the largest number, and so is a sum that is cut there.
    return min(distance[Int(Self.state(pair))] + leastBytes[Int(Self.below(pair))], Int32.max / 4)
  }

  /// The node of a list of pairs in ascending order.
  mutating func node(of list: [Pair]) -> Node {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for pair in list { hash = (hash ^ pair &* 0xFF51_AFD7_ED55_8CCD).byteSwapped &* 0xC4CE_B9FE_1A85_EC53 }
    let first = firstNode[hash]
    var known = first ?? -1
    while known >= 0 {
      let range = range(known)
      if range.count == list.count, pairs[range].elementsEqual(list) { return known }
      known = nextNode[Int(known)]
    }
    let node = Node(leastBytes.count)
    pairs += list
    starts.append(Int32(pairs.count))
    leastBytes.append(list.reduce(.max) { min($0, bytes(toFinish: $1)) })
    nextNode.append(first ?? -1)
    firstNode[hash] = node
    return node
  }

  /// The set with one more state on top of each stack.
  mutating func push(_ state: Int32, on below: Node) -> Node { node(of: [Self.pair(state, below)]) }

  // MARK: Unions

  private struct UnionFrame {
    let left: Node
    let right: Node
    var leftIndex: Int
    var rightIndex: Int
    var merged: [Pair] = []
  }

  /// The union of two sets. Stacks may be deep, so the way down is kept in a list and not in the thread's stack.
  ///
  /// - Parameter work: grows by what was compared.
  mutating func union(_ left: Node, _ right: Node, _ work: inout Int) -> Node {
    if left == right { return left }
    var frames = [frame(left, right)]
    var result = left
    while var frame = frames.popLast() {
      if let inner = merge(&frame, &work) {
        frames.append(frame)
        frames.append(inner)
        continue
      }
      result = node(of: frame.merged)
      if unions.count >= Self.unionLimit { unions.removeAll(keepingCapacity: true) }
      unions[Self.key(frame.left, frame.right)] = result
    }
    return result
  }

  private func frame(_ left: Node, _ right: Node) -> UnionFrame {
    UnionFrame(
      left: left, right: right, leftIndex: range(left).lowerBound, rightIndex: range(right).lowerBound)
  }

  private static func key(_ left: Node, _ right: Node) -> UInt64 {
    pair(min(left, right), max(left, right))
  }

  /// Merges on; returns the pair of sets whose union is needed first, nil at the end.
  private mutating func merge(_ frame: inout UnionFrame, _ work: inout Int) -> UnionFrame? {
    let (leftEnd, rightEnd) = (range(frame.left).upperBound, range(frame.right).upperBound)
    while frame.leftIndex < leftEnd || frame.rightIndex < rightEnd {
      work += 1
      guard frame.leftIndex < leftEnd else {
        frame.merged += pairs[frame.rightIndex..<rightEnd]
        break
      }
      guard frame.rightIndex < rightEnd else {
        frame.merged += pairs[frame.leftIndex..<leftEnd]
        break
      }
      let (left, right) = (pairs[frame.leftIndex], pairs[frame.rightIndex])
      if left == right {
        frame.merged.append(left)
      } else if left >> 32 == right >> 32 {
        let (below, other) = (Self.below(left), Self.below(right))
        guard let known = unions[Self.key(below, other)] else { return self.frame(below, other) }
        frame.merged.append(Self.pair(Self.state(left), known))
      } else if left < right {
        frame.merged.append(left)
        frame.leftIndex += 1
        continue
      } else {
        frame.merged.append(right)
        frame.rightIndex += 1
        continue
      }
      frame.leftIndex += 1
      frame.rightIndex += 1
    }
    return nil
  }
}
