/// Which two neighbouring tokens may become one, and how early.
///
/// Open addressing with linear probing over pairs of words: the packed key (left, right), then the packed value
/// (rank, merged token). A lower rank is applied first.
struct MergeTable: Sendable {
  private var entries: [UInt64]
  private let shift: UInt64
  private(set) var count = 0

  /// The value of a pair that does not merge: later than every rank.
  static let none = UInt64.max

  init(capacityFor count: Int) {
    var capacity = 16
    while capacity < count * 2 { capacity *= 2 }
    entries = [UInt64](repeating: .max, count: capacity * 2)
    shift = UInt64(64 - capacity.trailingZeroBitCount)
  }

  @inline(__always)
  private static func hash(_ key: UInt64) -> UInt64 {
    let mixed = key &* 0x9E37_79B9_7F4A_7C15
    return (mixed ^ (mixed >> 29)) &* 0xD6E8_FEB8_6659_FD93
  }

  @inline(__always)
  static func key(_ left: TokenID, _ right: TokenID) -> UInt64 {
    UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
  }

  /// Adds a merge; a pair that is given again takes the later rank, as the reference library does.
  mutating func insert(left: TokenID, right: TokenID, rank: Int, merged: TokenID) {
    let key = Self.key(left, right)
    let mask = entries.count / 2 - 1
    var slot = Int(truncatingIfNeeded: Self.hash(key) &>> shift)
    while entries[slot * 2] != .max && entries[slot * 2] != key { slot = (slot + 1) & mask }
    if entries[slot * 2] == .max { count += 1 }
    entries[slot * 2] = key
    entries[slot * 2 + 1] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: merged))
  }

  /// Rank (high half) and merged token (low half) of a pair, or `none`.
  @inline(__always)
  func value(_ left: TokenID, _ right: TokenID) -> UInt64 {
    let key = Self.key(left, right)
    let span = entries.span
    let mask = span.count &- 1
    var index = Int(truncatingIfNeeded: Self.hash(key) &>> shift) &* 2
    while true {
      // The index is masked to the table and even, so both words of the entry are inside.
      let found = span[unchecked: index]
      if found == key { return span[unchecked: index &+ 1] }
      if found == .max { return Self.none }
      index = (index &+ 2) & mask
    }
  }

  /// All merges, those of a lower rank first.
  var inOrder: [(left: TokenID, right: TokenID)] {
    var found: [(key: UInt64, rank: UInt64)] = []
    found.reserveCapacity(count)
    for slot in stride(from: 0, to: entries.count, by: 2) where entries[slot] != .max {
      found.append((entries[slot], entries[slot + 1] >> 32))
    }
    found.sort { ($0.rank, $0.key) < ($1.rank, $1.key) }
    return found.map { (TokenID(truncatingIfNeeded: $0.key >> 32), TokenID(truncatingIfNeeded: $0.key)) }
  }
}
