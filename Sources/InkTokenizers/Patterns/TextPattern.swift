/// What a step looks for: given text or an expression.
enum TextPattern: Sendable {
  case literal([UInt8])
  case expression(Pattern)
  /// Runs of white space (`\\s+`).
  case whitespaceRuns

  /// All matches in `start..<end`, left to right, without overlap, none empty.
  func matches(
    _ text: Span<UInt8>, start: Int, end: Int, _ categories: inout CategoryTable
  ) -> [Range<Int>] {
    switch self {
    case .expression(let pattern): return pattern.matches(text, start: start, end: end, &categories)
    case .whitespaceRuns:
      var result: [Range<Int>] = []
      var index = start
      while index < end {
        let (value, width) = UTF8Reader.scalar(text, at: index, end: end)
        if categories.mask(value) & Scan.whitespace != 0 {
          if let last = result.last, last.upperBound == index {
            result[result.count - 1] = last.lowerBound..<index + width
          } else {
            result.append(index..<index + width)
          }
        }
        index += width
      }
      return result
    case .literal(let literal):
      guard !literal.isEmpty else { return [] }
      var result: [Range<Int>] = []
      var at = start
      while at + literal.count <= end {
        var length = 0
        while length < literal.count, text[at + length] == literal[length] { length += 1 }
        if length == literal.count {
          result.append(at..<at + length)
          at += length
        } else {
          at += 1
        }
      }
      return result
    }
  }
}
