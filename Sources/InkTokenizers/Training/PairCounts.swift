/// How often each pair of neighbouring tokens occurs: open addressing by the packed pair.
struct PairCounts: Sendable {
  private var slots = [Int32](repeating: -1, count: 1 << 12)
  /// The packed pairs, in the order in which they were first met.
  private(set) var pairs: [UInt64] = []
  /// The count of each of them.
  var counts: [Int] = []

  /// The number of a pair, which is new with a count of 0 if it was not met before.
  mutating func index(of pair: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(pair)) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if pairs[index] == pair { return index }
      slot = (slot + 1) & mask
    }
    slots[slot] = Int32(pairs.count)
    pairs.append(pair)
    counts.append(0)
    if pairs.count * 2 > slots.count { grow() }
    return pairs.count - 1
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    let mask = slots.count - 1
    for (index, pair) in pairs.enumerated() {
      var slot = Int(truncatingIfNeeded: Self.hash(pair)) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  private static func hash(_ pair: UInt64) -> UInt64 {
    let mixed = (pair ^ pair >> 32) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 32
  }
}
