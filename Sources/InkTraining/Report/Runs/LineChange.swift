/// A line that two texts do not share.
public enum LineChange: Sendable, Hashable, CustomStringConvertible {
  /// A line of the first text only, with its number from 1.
  case first(line: Int, String)
  /// A line of the second text only, with its number from 1.
  case second(line: Int, String)

  /// `-` or `+`, the number, and the line: as comparisons of texts show it.
  public var description: String {
    switch self {
    case .first(let line, let text): "- \(line): \(text)"
    case .second(let line, let text): "+ \(line): \(text)"
    }
  }

  /// The lines that differ, in the order of the texts: those of the first before those of the second at the same place.
  ///
  /// - Parameters:
  ///   - first: lines.
  ///   - second: lines.
  static func between(_ first: [Substring], _ second: [Substring]) -> [LineChange] {
    let difference = second.difference(from: first)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in difference {
      switch change {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): inserted.insert(offset)
      }
    }
    var changes: [LineChange] = []
    var (left, right) = (0, 0)
    while left < first.count || right < second.count {
      if removed.contains(left) {
        changes.append(.first(line: left + 1, String(first[left])))
        left += 1
      } else if inserted.contains(right) {
        changes.append(.second(line: right + 1, String(second[right])))
        right += 1
      } else {
        left += 1
        right += 1
      }
    }
    return changes
  }
}
