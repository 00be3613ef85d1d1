/// Searches one segment.
///
/// Documents are taken in windows. In each, the terms whose greatest worth there does not reach the threshold even
/// together are set aside (MaxScore: Turtle and Flood, 1995; by blocks: Ding and Suel, "Faster Top-k Document Retrieval
/// Using Block-Max Indexes", 2011). The others are added up for the whole window; only documents that can still reach the
/// threshold are looked up in those set aside. What is found is what adding up everything finds, to the bit.
struct SegmentSearch {
  private let segment: KeywordSegment
  /// The documents that may be found; nil for all.
  private let allowed: DocumentBits?
  private var cursors: [PostingCursor] = []
  private var sums = WindowSums()

  init(
    _ segment: KeywordSegment, terms: [WeightedTerm], _ curve: FrequencyCurve, allowed: DocumentBits?, _ bytes: RawSpan
  ) throws(IndexError) {
    self.segment = segment
    self.allowed = allowed
    for term in terms {
      guard let number = try segment.term(term.text, bytes) else { continue }
      cursors.append(try PostingCursor(segment, term: number, weight: term.weight, curve, bytes))
    }
  }

  /// Offers every document that may belong to the best.
  mutating func run(into best: inout BestMatches, _ bytes: RawSpan) throws(IndexError) {
    var start = 0
    while let next = cursors.compactMap(\.nextPossible).min() {
      start = max(start, next)
      guard start < segment.layout.documentCount else { return }
      let window = start..<min(start + WindowSums.width, segment.layout.documentCount)
      try searchWindow(window, into: &best, bytes)
      start = window.upperBound
      for index in cursors.indices { cursors[index].enter(start..<start, bytes) }
    }
  }

  private mutating func searchWindow(
    _ window: Range<Int>, into best: inout BestMatches, _ bytes: RawSpan
  ) throws(IndexError) {
    for index in cursors.indices { cursors[index].enter(window, bytes) }
    cursors.sort { $0.windowBound < $1.windowBound }
    var bounds: [Int64] = [0]  // what the first terms are worth together
    for cursor in cursors { bounds.append(bounds[bounds.count - 1] + cursor.windowBound) }
    let total = bounds[cursors.count]
    guard total >= best.threshold else { return }
    var aside = 0
    while aside < cursors.count, bounds[aside + 1] < best.threshold { aside += 1 }
    sums.begin(window)
    for index in aside..<cursors.count {
      try cursors[index].add(
        to: &sums, others: total - cursors[index].windowBound, threshold: best.threshold, bytes)
    }
    try finish(aside, bounds, into: &best, bytes)
  }

  /// Looks the documents of the window up in the terms that were set aside.
  private mutating func finish(
    _ aside: Int, _ bounds: [Int64], into best: inout BestMatches, _ bytes: RawSpan
  ) throws(IndexError) {
    var word = 0
    nextDocument: while let (document, part) = sums.takeNext(&word) {
      var sum = part
      guard sum + bounds[aside] >= best.threshold, allowed?.contains(document) != false else { continue }
      for index in stride(from: aside - 1, through: 0, by: -1) {
        sum += try cursors[index].worth(of: document, bytes)
        if sum + bounds[index] < best.threshold { continue nextDocument }
      }
      best.offer(sum, segment.identifier(document, bytes))
    }
  }
}
