import InkChat
package import InkIndex

/// The speed of keyword search over a collection of terms.
package struct KeywordReport: Sendable {
  private let result: KeywordBenchmark.Result

  /// A report of what was measured.
  package init(_ result: KeywordBenchmark.Result) { self.result = result }

  /// The JSON object; the scores are those of the best documents of each query.
  package var json: Report {
    [
      "documents": .whole(result.documentCount), "queries": .whole(result.queryCount),
      "index_seconds": Samples(result.indexing).json,
      "first_search_seconds": Samples(result.firstSearching).json, "search_seconds": Samples(result.searching).json,
      "scores": .array(result.found.map { .array($0.map { .number($0.score) }) }),
    ]
  }

  /// A table for a person.
  package var lines: [String] {
    let indexing = result.indexing.min() ?? .infinity
    let first = result.firstSearching.min() ?? .infinity
    let searching = result.searching.min() ?? .infinity
    return TextTable.lines(
      [
        ["indexing", Amount.decimal(Double(result.documentCount) / indexing, digits: 0), "documents/s"],
        ["search, first time", Amount.decimal(Double(result.queryCount) / first, digits: 0), "queries/s"],
        ["search", Amount.decimal(Double(result.queryCount) / searching, digits: 0), "queries/s"],
      ], alignments: [.left, .right, .left])
  }
}
