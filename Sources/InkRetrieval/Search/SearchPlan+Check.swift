extension SearchPlan {
  /// Refuses numbers that no search can go by.
  ///
  /// - Throws: `invalidSetting` with the number's name and range.
  func check() throws(RetrievalError) {
    try SearchPlan.check("results", count, in: 1...10_000)
    try SearchPlan.check("candidates", candidates, in: 1...100_000)
    try SearchPlan.check("widening", widening, in: 0...PassageReader.widest)
    if let threshold { try SearchPlan.check("threshold", threshold, in: -1...1) }
    if let diversity { try SearchPlan.check("diversity", diversity.balance, in: 0...1) }
    if let decay {
      try SearchPlan.check("half-life in days", decay.halfLifeDays, in: .leastNormalMagnitude...1e9)
      try SearchPlan.check("weight of decay", decay.weight, in: 0...1)
    }
    switch reranking {
    case .none: break
    case .scored(_, let candidates, let weight):
      try SearchPlan.check("candidates of reranking", candidates, in: 1...100_000)
      try SearchPlan.check("weight of reranking", weight, in: 0...1)
    }
  }

  private static func check<Value: Comparable>(
    _ name: String, _ value: Value, in range: ClosedRange<Value>
  ) throws(RetrievalError) {
    guard range.contains(value) else {
      throw RetrievalError(
        .invalidSetting, context: "search, \(name)", expected: "\(range.lowerBound) to \(range.upperBound)",
        found: "\(value)")
    }
  }
}
