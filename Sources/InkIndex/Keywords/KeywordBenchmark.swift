/// Indexing and searching a collection whose terms are given, so that other libraries can be measured with the same.
package struct KeywordBenchmark: Sendable {
  private let documents: [KeywordDocument]
  private let queries: [KeywordQuery]
  private let ranking: KeywordRanking

  /// - Parameters:
  ///   - documents: a line a document, its terms divided by spaces; numbered from 0.
  ///   - queries: a line a query, in the same form.
  package init(documents: String, queries: String, ranking: KeywordRanking) {
    self.documents = KeywordBenchmark.lines(documents).enumerated().map {
      KeywordDocument(id: Int64($0.offset), content: .terms($0.element))
    }
    self.queries = KeywordBenchmark.lines(queries).map { KeywordQuery(terms: $0) }
    self.ranking = ranking
  }

  private static func lines(_ text: String) -> [[String]] {
    text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  /// What was measured and found.
  package struct Result: Sendable {
    /// Seconds of each time that everything was indexed.
    package var indexing: [Double] = []
    /// Seconds of each time that all queries were searched in a new index, which works out what terms are worth.
    package var firstSearching: [Double] = []
    /// Seconds of each time that they were searched again.
    package var searching: [Double] = []
    /// For each query the best documents.
    package var found: [[KeywordMatch]] = []
    package var documentCount = 0
    package var queryCount = 0
  }

  /// Does everything so many times, each time in a new index.
  ///
  /// - Parameter clock: the seconds since some moment.
  package func run(repeat count: Int, top: Int, clock: () -> Double) throws(IndexError) -> Result {
    var result = Result(documentCount: documents.count, queryCount: queries.count)
    for _ in 0..<max(count, 1) {
      var index = KeywordIndex(ranking: ranking)
      let start = clock()
      try index.add(documents)
      let indexed = clock()
      let first = try search(index, top: top)
      let searched = clock()
      result.found = try search(index, top: top)
      result.searching.append(clock() - searched)
      result.firstSearching.append(searched - indexed)
      result.indexing.append(indexed - start)
      guard first == result.found else {
        throw IndexError(
          .damaged, context: "keyword search", expected: "the same documents each time", found: "others")
      }
    }
    return result
  }

  private func search(_ index: KeywordIndex, top: Int) throws(IndexError) -> [[KeywordMatch]] {
    var found: [[KeywordMatch]] = []
    found.reserveCapacity(queries.count)
    for query in queries { found.append(try index.search(query, count: top)) }
    return found
  }
}
