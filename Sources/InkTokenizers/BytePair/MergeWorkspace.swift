/// The arrays in which one piece is merged; kept between pieces so that merging allocates nothing.
struct MergeWorkspace: Sendable {
  /// The symbols of the piece, after merging its tokens.
  private(set) var ids: [TokenID] = []
  /// Where each symbol begins, in bytes from the start of the piece.
  private(set) var starts: [UInt32] = []
  /// For each symbol the merge with its right neighbour, or `MergeTable.none`.
  private var values: [UInt64] = []
  private(set) var count = 0
  private var previous: [Int32] = []
  private var next: [Int32] = []
  /// Rank above, place below, so that ties go to the left.
  private var queue = MergeQueue()
  /// The symbols of a model by scores.
  var symbols = ScoredPairModel.Symbols()
  /// The paths of a unigram model.
  var paths = UnigramModel.Paths()

  /// The symbols of the longest piece there is room for.
  var symbolCapacity: Int { ids.count }

  /// The memory of all arrays.
  var byteCount: Int {
    let own = ids.capacity * 4 + starts.capacity * 4 + values.capacity * 8 + previous.capacity * 4 + next.capacity * 4
    return own + queue.byteCount + symbols.byteCount + paths.byteCount
  }

  /// From how many symbols on a queue is faster than looking through all pairs again after each merge.
  private static let queueThreshold = 192

  /// Empties the workspace for a piece of at most `symbols` symbols.
  @inline(__always)
  mutating func begin(symbols: Int) {
    count = 0
    if ids.count < symbols {
      let size = max(symbols, 256)
      ids = [TokenID](repeating: 0, count: size)
      starts = [UInt32](repeating: 0, count: size)
      values = [UInt64](repeating: 0, count: size)
    }
  }

  @inline(__always)
  mutating func append(_ id: TokenID, start: Int) {
    ids[count] = id
    starts[count] = UInt32(truncatingIfNeeded: start)
    count &+= 1
  }

  /// Applies merges, lowest rank first and leftmost first within a rank, until none is left.
  mutating func merge(_ merges: MergeTable) {
    if count < 2 { return }
    if count > Self.queueThreshold {
      mergeWithQueue(merges)
    } else {
      Self.mergeByScan(&ids, &starts, &values, &count, merges)
    }
  }

  private static func mergeByScan(
    _ idArray: inout [TokenID], _ startArray: inout [UInt32], _ valueArray: inout [UInt64], _ count: inout Int,
    _ merges: MergeTable
  ) {
    var ids = idArray.mutableSpan
    var starts = startArray.mutableSpan
    var values = valueArray.mutableSpan
    var n = count
    // Every index below stays under n, and n never exceeds the size that `begin` made.
    for i in 0..<(n &- 1) { values[unchecked: i] = merges.value(ids[unchecked: i], ids[unchecked: i &+ 1]) }
    while n > 1 {
      var best = MergeTable.none
      var at = 0
      for i in 0..<(n &- 1) where values[unchecked: i] < best {
        best = values[unchecked: i]
        at = i
      }
      if best == MergeTable.none { break }
      ids[unchecked: at] = TokenID(truncatingIfNeeded: best)
      n &-= 1
      var i = at &+ 1
      while i < n {
        ids[unchecked: i] = ids[unchecked: i &+ 1]
        starts[unchecked: i] = starts[unchecked: i &+ 1]
        values[unchecked: i] = values[unchecked: i &+ 1]
        i &+= 1
      }
      if at > 0 { values[unchecked: at &- 1] = merges.value(ids[unchecked: at &- 1], ids[unchecked: at]) }
      if at &+ 1 < n { values[unchecked: at] = merges.value(ids[unchecked: at], ids[unchecked: at &+ 1]) }
    }
    count = n
  }

  private mutating func mergeWithQueue(_ merges: MergeTable) {
    let n = count
    previous = (0..<Int32(n)).map { $0 - 1 }
    next = (1...Int32(n)).map { $0 }
    queue.removeAll()
    for i in 0..<(n - 1) {
      values[i] = merges.value(ids[i], ids[i + 1])
      if values[i] != MergeTable.none { queue.push(values[i] & ~0xFFFF_FFFF | UInt64(i)) }
    }
    values[n - 1] = MergeTable.none
    while let entry = queue.pop() {
      let at = Int(entry & 0xFFFF_FFFF)
      // An entry whose pair has changed since is stale: its rank is no longer the one stored for the place.
      guard values[at] != MergeTable.none, values[at] >> 32 == entry >> 32 else { continue }
      let right = Int(next[at])
      ids[at] = TokenID(truncatingIfNeeded: values[at])
      let after = Int(next[right])
      next[at] = Int32(after)
      values[right] = MergeTable.none
      if after < n {
        previous[after] = Int32(at)
        refresh(at, after, merges)
      } else {
        values[at] = MergeTable.none
      }
      let before = Int(previous[at])
      if before >= 0 { refresh(before, at, merges) }
    }
    var kept = 0
    var index = 0
    while index < n {
      ids[kept] = ids[index]
      starts[kept] = starts[index]
      kept += 1
      index = Int(next[index])
    }
    count = kept
  }

  private mutating func refresh(_ left: Int, _ right: Int, _ merges: MergeTable) {
    let value = merges.value(ids[left], ids[right])
    values[left] = value
    if value != MergeTable.none { queue.push(value & ~0xFFFF_FFFF | UInt64(left)) }
  }
}
