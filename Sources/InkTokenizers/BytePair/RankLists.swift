/// Words of a rank above and a place below, smallest first: a list of places for each rank, and a heap of the ranks.
///
/// Merging goes through the places of a rank from left to right, and so does what it adds to other ranks: most places are
/// put behind the last one of their list. Those that are not wait in a heap of their own.
struct RankLists: Sendable {
  private struct List: Sendable {
    /// Rising places, of which those before `next` are taken.
    var places: [UInt32] = []
    var next = 0
    var others = MergeHeap<UInt64>()

    var byteCount: Int { places.capacity * 4 + others.byteCount }

    mutating func append(_ place: UInt32) {
      if next == places.count {
        places.removeAll(keepingCapacity: true)
        next = 0
      }
      if let last = places.last, place < last { others.push(UInt64(place)) } else { places.append(place) }
    }

    mutating func removeFirst() -> UInt32? {
      if let other = others.first, next == places.count || other < UInt64(places[next]) {
        _ = others.pop()
        return UInt32(truncatingIfNeeded: other)
      }
      guard next < places.count else { return nil }
      next += 1
      return places[next - 1]
    }
  }

  private var lists: [List] = []
  private var numberOfRank: [UInt32: Int] = [:]
  /// Lists without a rank.
  private var unused: [Int] = []
  /// A rank above, the number of its list below.
  private var ranks = MergeHeap<UInt64>()
  /// The list that was pushed to last: it is mostly the next one too.
  private var latest: (rank: UInt32, number: Int)?

  /// The memory of the lists.
  var byteCount: Int { lists.reduce(ranks.byteCount) { $0 + $1.byteCount } }

  mutating func push(_ value: UInt64) {
    let rank = UInt32(truncatingIfNeeded: value >> 32)
    lists[number(of: rank)].append(UInt32(truncatingIfNeeded: value))
  }

  private mutating func number(of rank: UInt32) -> Int {
    if let latest, latest.rank == rank { return latest.number }
    let number: Int
    if let known = numberOfRank[rank] {
      number = known
    } else {
      number = unused.popLast() ?? lists.count
      if number == lists.count { lists.append(List()) }
      numberOfRank[rank] = number
      ranks.push(UInt64(rank) << 32 | UInt64(number))
    }
    latest = (rank, number)
    return number
  }

  mutating func pop() -> UInt64? {
    while let top = ranks.first {
      let number = Int(top & 0xFFFF_FFFF)
      if let place = lists[number].removeFirst() { return (top & ~0xFFFF_FFFF) | UInt64(place) }
      // A rank whose places are all taken gives its list away; it gets another one when it comes again.
      _ = ranks.pop()
      numberOfRank[UInt32(truncatingIfNeeded: top >> 32)] = nil
      unused.append(number)
      if latest?.number == number { latest = nil }
    }
    return nil
  }
}
