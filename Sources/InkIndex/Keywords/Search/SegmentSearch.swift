/// Searches one segment.
///
/// Documents are taken in windows. In each, the terms whose greatest worth there does not reach the threshold even
/// together are set aside (MaxScore: Turtle and Flood, 1995; by blocks: Ding and Suel, "Faster Top-k Document Retrieval
/// Using Block-Max Indexes", 2011). The others are added up for the whole window; only documents that can still reach the
/// threshold are looked up in those set aside. What is found is what adding up everything finds, to the bit.
struct SegmentSearch {
  private let segment: KeywordSegment
  private let curve: FrequencyCurve
  /// The documents that may be found; nil for all.
  private let allowed: DocumentBits?
  private var cursors: [PostingCursor] = []
  /// The cursors by their worth in the window, the least first, and what the first of them are worth together.
  private var order: [Int] = []
  private var bounds: [Int64] = []
  private var sums = WindowSums()

  init(
    _ segment: KeywordSegment, terms: [WeightedTerm], _ curve: FrequencyCurve, allowed: DocumentBits?, _ bytes: RawSpan
  ) throws(IndexError) {
    self.segment = segment
    self.curve = curve
    self.allowed = allowed
    for term in terms {
      guard let number = try segment.term(term.text, bytes) else { continue }
      cursors.append(try PostingCursor(segment, term: number, weight: term.weight, times: term.times, bytes))
    }
    order = Array(cursors.indices)
    bounds = Array(repeating: 0, count: cursors.count + 1)
  }

  /// Offers every document that may belong to the best.
  mutating func run(into best: inout BestMatches, _ bytes: RawSpan) throws(IndexError) {
    var start = 0
    var width = WindowSums.firstWidth
    while let next = nextDocument(from: start), next < segment.layout.documentCount {
      let window = next..<min(next + width, segment.layout.documentCount)
      try searchWindow(window, into: &best, bytes)
      start = window.upperBound
      width = min(width * 2, WindowSums.width)
    }
  }

  private func nextDocument(from start: Int) -> Int? {
    var next: Int?
    for index in cursors.indices {
      if let possible = cursors[index].nextPossible(from: start) { next = min(next ?? possible, possible) }
    }
    return next
  }

  private mutating func searchWindow(
    _ window: Range<Int>, into best: inout BestMatches, _ bytes: RawSpan
  ) throws(IndexError) {
    // Taken out once, so that nothing of them is copied for each posting.
    let segment = segment
    let curve = curve
    for index in cursors.indices { cursors[index].enter(window, curve, segment, bytes) }
    sortOrder()
    for (place, index) in order.enumerated() { bounds[place + 1] = bounds[place] + cursors[index].windowBound }
    let total = bounds[order.count]
    guard total >= best.threshold else { return }
    var aside = 0
    while aside < order.count, bounds[aside + 1] < best.threshold { aside += 1 }
    sums.begin(window)
    for index in order[aside...] {
      try cursors[index].add(
        to: &sums, others: total - cursors[index].windowBound, threshold: best.threshold, curve, segment, bytes)
    }
    // Those set aside are looked up for the documents that can still reach the threshold.
    var word = 0
    nextDocument: while let (document, part) = sums.takeNext(&word) {
      var sum = part
      if sum + bounds[aside] < best.threshold { continue }
      if let allowed, !allowed.contains(document) { continue }
      var place = aside
      while place > 0 {
        place -= 1
        let threshold = best.threshold
        // Without a threshold nothing is set aside, so the difference cannot overflow.
        sum += try cursors[order[place]].worth(
          of: document, needed: threshold - sum - bounds[place], curve, segment, bytes)
        if sum + bounds[place] < threshold { continue nextDocument }
      }
      best.offer(sum, segment.identifier(document, bytes))
    }
  }

  /// By insertion: there are few, and their order changes little from window to window.
  private mutating func sortOrder() {
    for end in order.indices.dropFirst() {
      let index = order[end]
      var place = end
      while place > 0, cursors[order[place - 1]].windowBound > cursors[index].windowBound {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = index
    }
  }
}
