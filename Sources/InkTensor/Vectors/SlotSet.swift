/// A set of slots, one bit each.
package struct SlotSet: Sendable, Hashable {
  /// The bits, 64 a word, the lowest slot in the lowest bit.
  package private(set) var words: [UInt64]
  /// The number of slots in the set.
  package private(set) var count = 0

  /// An empty set with room for slots below `capacity`.
  package init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

  /// A set of these bits; those at `capacity` and beyond are dropped.
  package init(words: [UInt64], capacity: Int) {
    self.words = Array(words.prefix((capacity + 63) / 64))
    if capacity % 64 != 0, let last = self.words.indices.last { self.words[last] &= (1 << UInt64(capacity % 64)) - 1 }
    count = self.words.reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// Makes room for slots below `capacity`.
  package mutating func reserve(capacity: Int) {
    let missing = (capacity + 63) / 64 - words.count
    if missing > 0 { words += Array(repeating: 0, count: missing) }
  }

  /// Whether a slot is in the set.
  package func contains(_ slot: Int) -> Bool {
    slot >= 0 && slot / 64 < words.count && words[slot / 64] >> UInt64(slot % 64) & 1 == 1
  }

  /// Takes a slot in, for which there is room.
  package mutating func insert(_ slot: Int) {
    guard !contains(slot) else { return }
    words[slot / 64] |= 1 << UInt64(slot % 64)
    count += 1
  }

  /// Takes a slot out.
  package mutating func remove(_ slot: Int) {
    guard contains(slot) else { return }
    words[slot / 64] &= ~(1 << UInt64(slot % 64))
    count -= 1
  }

  /// Calls `body` for each slot in the set, in rising order.
  package func forEach(_ body: (Int) -> Void) {
    for (index, word) in words.enumerated() {
      var bits = word
      while bits != 0 {
        body(index * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }
}
