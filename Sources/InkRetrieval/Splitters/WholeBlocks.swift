/// The rows of tables and the blocks of code that fit a piece and so stay whole.
struct WholeBlocks {
  /// Where each begins, and where it ends.
  private(set) var ends: [Int: Int] = [:]
  private var ranges: [Range<Int>] = []

  init(_ document: ExtractedText, source: TextBytes, size: PieceSize) {
    let available = size.limit - size.length.overhead
    let candidates = document.blocks.filter { block in
      switch block.kind {
      case .code, .tableRow: true
      case .table, .list, .quote: false
      }
    }
    var last = 0
    for range in candidates.map(\.range).sorted(by: {
      ($0.lowerBound, -$0.upperBound) < ($1.lowerBound, -$1.upperBound)
    }) {
      // What a document says of itself may come from anywhere, so its ranges are looked at before they are used.
      guard range.lowerBound >= last, range.upperBound <= source.count, !range.isEmpty,
        source.isBoundary(range.lowerBound), source.isBoundary(range.upperBound),
        range.count <= size.length.certainBytes(available),
        size.length.measure(String(source.substring(range))) <= size.limit
      else { continue }
      ranges.append(range)
      ends[range.lowerBound] = range.upperBound
      last = range.upperBound
    }
  }

  /// The boundaries without those inside the blocks, and with the blocks' own ends.
  func applied(to boundaries: [Boundary]) -> [Boundary] {
    guard !ranges.isEmpty else { return boundaries }
    var result: [Boundary] = []
    result.reserveCapacity(boundaries.count + 2 * ranges.count)
    var index = 0
    func keep(_ offset: Int) {
      if let last = result.last, last.offset == offset {
        result[result.count - 1].strength = min(last.strength, .line)
      } else if offset > 0 {
        result.append(Boundary(offset: offset, strength: .line))
      }
    }
    for range in ranges {
      while index < boundaries.count, boundaries[index].offset <= range.lowerBound {
        if result.last?.offset != boundaries[index].offset { result.append(boundaries[index]) }
        index += 1
      }
      keep(range.lowerBound)
      while index < boundaries.count, boundaries[index].offset < range.upperBound { index += 1 }
      if index < boundaries.count, boundaries[index].offset == range.upperBound {
        result.append(boundaries[index])
        index += 1
      }
      keep(range.upperBound)
    }
    return result + boundaries[index...]
  }
}
