/// Cuts pieces further, according to a list of matches.
enum PieceSplitter {
  /// Applies one split to the piece `start..<end`; `matches` are inside it, in order.
  static func split(
    start: Int, end: Int, matches: [Range<Int>], _ behavior: PreTokenizerStep.SplitBehavior,
    _ selection: PreTokenizerStep.SplitSelection
  ) -> [Range<Int>] {
    // All stretches in order, with whether they are delimiters.
    var stretches: [(range: Range<Int>, isMatch: Bool)] = []
    var at = start
    for match in matches {
      if at < match.lowerBound { stretches.append((at..<match.lowerBound, selection == .betweenMatches)) }
      stretches.append((match, selection == .matches))
      at = match.upperBound
    }
    if at < end { stretches.append((at..<end, selection == .betweenMatches)) }
    switch behavior {
    case .isolated: return stretches.map(\.range)
    case .removed: return stretches.filter { !$0.isMatch }.map(\.range)
    case .contiguous: return joined(stretches) { $0 == $1 }
    case .mergedWithPrevious: return joined(stretches) { previous, current in current && !previous }
    case .mergedWithNext: return mergedWithNext(stretches)
    }
  }

  private static func joined(
    _ stretches: [(range: Range<Int>, isMatch: Bool)], _ joins: (Bool, Bool) -> Bool
  ) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var previous: Bool?
    for stretch in stretches {
      if let last = previous, let range = result.last, joins(last, stretch.isMatch) {
        result[result.count - 1] = range.lowerBound..<stretch.range.upperBound
      } else {
        result.append(stretch.range)
      }
      previous = stretch.isMatch
    }
    return result
  }

  private static func mergedWithNext(_ stretches: [(range: Range<Int>, isMatch: Bool)]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var previous: Bool?
    for stretch in stretches.reversed() {
      if stretch.isMatch, previous == false, let range = result.last {
        result[result.count - 1] = stretch.range.lowerBound..<range.upperBound
      } else {
        result.append(stretch.range)
      }
      previous = stretch.isMatch
    }
    return result.reversed()
  }
}
