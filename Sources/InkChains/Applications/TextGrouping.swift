/// Joins texts in order to groups of bounded length.
enum TextGrouping {
  /// - Throws: `invalidInput` for a text that alone is longer than the limit.
  static func groups(_ texts: [String], limit: Int, measure: TextMeasure) throws(ChainError) -> [[String]] {
    guard limit >= 1 else {
      throw ChainError(.invalidSetting, context: "tokens of a group", expected: "at least 1", found: "\(limit)")
    }
    var groups: [[String]] = []
    var length = 0
    for (position, text) in texts.enumerated() {
      let own = measure.tokens(text)
      guard own <= limit else {
        throw ChainError(
          .invalidInput, context: "text \(position + 1) of \(texts.count)", expected: "at most \(limit) tokens",
          found: "\(own)", hint: "Split it into smaller pieces, or allow more tokens.")
      }
      if groups.isEmpty || length + own > limit {
        groups.append([])
        length = 0
      }
      groups[groups.count - 1].append(text)
      length += own
    }
    return groups
  }
}
