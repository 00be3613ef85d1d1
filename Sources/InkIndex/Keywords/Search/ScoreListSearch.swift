internal import InkTensor

/// Searches one segment by lists of scores that were worked out before.
///
/// Documents are taken in windows. The lists are added up from the one with the greatest score on, until a document that
/// was not met so far cannot reach the threshold by those that are left (MaxScore: Turtle and Flood, 1995); those left
/// are looked up for the documents that still can. A score that as many documents reach as are asked for, be it in
/// one list or in the sums so far, is a threshold, since sums only grow. What is found is what adding up everything
/// finds, to the bit.
struct ScoreListSearch {
  private let segment: KeywordSegment
  /// By their greatest scores, the best first, and what those from a place on are worth together at most.
  private let lists: [ScoreList]
  private let rest: [Int64]
  private let allowed: [UInt64]?
  /// For each list the places of its postings in the window.
  private var places: [Range<Int>]

  /// - Parameter allowed: the documents that may be found; nil for all.
  init(_ segment: KeywordSegment, lists: [ScoreList], allowed: DocumentBits?) {
    self.segment = segment
    let lists = lists.sorted { ($0.greatest, $1.count) > ($1.greatest, $0.count) }
    self.lists = lists
    self.allowed = allowed?.words
    var rest = [Int64](repeating: 0, count: lists.count + 1)
    for place in lists.indices.reversed() { rest[place] = rest[place + 1] + lists[place].greatest }
    self.rest = rest
    places = Array(repeating: 0..<0, count: lists.count)
  }

  /// Offers every document that may belong to the best.
  mutating func run(into best: inout BestMatches, _ window: ScoreWindow, _ bytes: RawSpan) {
    var threshold: Int64 = 1
    if allowed == nil {
      for list in lists { threshold = max(threshold, list.score(ofRank: best.capacity)) }
    }
    var start = 0
    while start < segment.layout.documentCount {
      threshold = max(threshold, best.threshold)
      if rest[0] < threshold { return }
      let range = start..<min(start + ScoreWindow.capacity, segment.layout.documentCount)
      for index in lists.indices {
        places[index] = lists[index].places(from: places[index].upperBound, below: range.upperBound)
      }
      window.begin(range)
      search(window, threshold, into: &best, bytes)
      window.end()
      start = range.upperBound
    }
  }

  private func search(
    _ window: ScoreWindow, _ first: Int64, into best: inout BestMatches, _ bytes: RawSpan
  ) {
    var threshold = first
    var added = 0
    while true {
      if added < lists.count, rest[added] >= threshold, !isWorthPicking(added, window) {
        window.add(lists[added], places[added])
        added += 1
        continue
      }
      window.pick(reaching: max(threshold - rest[added], 1), among: allowed)
      threshold = max(threshold, window.score(ofRank: best.capacity))
      guard added < lists.count else { break }
      guard rest[added] >= threshold || isCheaperAdded(added, window) else { break }
      window.add(lists[added], places[added])
      added += 1
    }
    for place in added..<lists.count {
      window.keep(reaching: max(threshold - rest[place], 1))
      window.lookUp(lists[place], reaching: max(threshold - rest[place + 1], 1))
      threshold = max(threshold, window.score(ofRank: best.capacity))
    }
    for place in 0..<window.count {
      let (document, score) = window.picked(place)
      if score >= threshold { best.offer(score, segment.identifier(document, bytes)) }
    }
  }

  /// Whether to look at the sums of the lists before one may save adding that one: their threshold can lie above what is
  /// left, and it costs less.
  private func isWorthPicking(_ added: Int, _ window: ScoreWindow) -> Bool {
    added > 0 && rest[0] - rest[added] > rest[added] && places[added].count > window.effort
  }

  /// Whether the documents picked are so many that adding a list and picking again takes less time than looking them up.
  private func isCheaperAdded(_ added: Int, _ window: ScoreWindow) -> Bool {
    window.count * 3 > places[added].count + window.effort
  }
}
