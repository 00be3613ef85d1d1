/// Which headings a place of a document stands under.
struct HeadingPath: Sendable {
  private let starts: [Int]
  private let paths: [[String]]

  init(_ document: ExtractedText) {
    var open: [(level: Int, title: String)] = []
    var starts: [Int] = []
    var paths: [[String]] = []
    for heading in document.headings.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      while let last = open.last, last.level >= heading.level { open.removeLast() }
      // Levels are the document's own; a path of a hundred would say nothing.
      if open.count < 32 { open.append((heading.level, heading.title)) }
      starts.append(heading.range.lowerBound)
      paths.append(open.map(\.title))
    }
    self.starts = starts
    self.paths = paths
  }

  /// Titles of the headings over an offset, the highest first; a heading stands under itself.
  func titles(at offset: Int) -> [String] {
    var (low, high) = (0, starts.count)
    while low < high {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? [] : paths[low - 1]
  }
}
