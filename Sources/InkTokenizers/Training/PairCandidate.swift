/// A pair of neighbouring tokens that may become the next merge.
struct PairCandidate: Sendable, Comparable {
  /// How often the pair occurred when this was written down; it may occur less often by now.
  var count: Int
  /// The left id above, the right id below.
  var pair: UInt64
  /// Which list of words belongs to it.
  var entry: Int

  /// The pair that comes first: more frequent, then with the smaller ids, then noted earlier.
  static func < (one: PairCandidate, other: PairCandidate) -> Bool {
    if one.count != other.count { return one.count > other.count }
    if one.pair != other.pair { return one.pair < other.pair }
    return one.entry < other.entry
  }
}
