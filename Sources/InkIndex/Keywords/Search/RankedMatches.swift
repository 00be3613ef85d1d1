internal import InkTensor

/// The best documents of several segments, the best first.
struct RankedMatches {
  private let capacity: Int
  private var entries: [BestMatches.Entry] = []

  /// - Parameter capacity: how many are kept, at least 1.
  init(capacity: Int) { self.capacity = capacity }

  /// What a document must reach to be kept; it may still lose against an equal one with a smaller number.
  var threshold: Int64 {
    guard let last = entries.last, entries.count == capacity else { return 1 }
    return last.score
  }

  /// Takes in what was found in a segment: both are in order, and numbers ascend with documents.
  mutating func merge(_ search: ScoreSearch, _ segment: KeywordSegment, _ bytes: RawSpan) {
    let before = entries
    var place = 0
    entries.removeAll(keepingCapacity: true)
    entries.reserveCapacity(min(before.count + search.count, capacity))
    search.forEachMatch { document, score in
      let entry = BestMatches.Entry(score: score, identifier: segment.identifier(document, bytes))
      while place < before.count, entry.isWorse(than: before[place]), entries.count < capacity {
        entries.append(before[place])
        place += 1
      }
      if entries.count < capacity { entries.append(entry) }
    }
    entries.append(contentsOf: before[place...].prefix(capacity - entries.count))
  }

  /// The matches.
  func matches(unit: Double) -> [KeywordMatch] {
    entries.map { KeywordMatch(id: $0.identifier, score: Double($0.score) / unit) }
  }
}
