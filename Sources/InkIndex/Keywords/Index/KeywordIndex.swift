/// Finds documents by their words, ranked by BM25.
///
/// A value: whoever holds a copy searches what the index was when it was copied, from any thread, while one writer goes
/// on with its own. Copies share what did not change, and copying costs nothing worth counting. To share one among tasks,
/// keep it in an actor or a mutex and copy it out to search.
///
/// Inside are segments that never change, each with a record of which of its documents were removed. What is added
/// becomes a new segment; segments of like size are merged by fours, so that a document is written again only a
/// logarithm of times.
///
/// What the terms of queries are worth is kept until the next change, in at most 128 MiB for each index that differs.
///
/// Methods throw `damaged` when the bytes of a file turn out to be others than those written; the index is then to be
/// built anew.
public struct KeywordIndex: Sendable {
  /// What takes texts apart.
  public let analyzer: TextAnalyzer
  /// How documents are ranked; may be changed at any time.
  public var ranking: KeywordRanking { didSet { scores = scores.emptied() } }
  /// A number of the owner's that is stored with the index, such as the last change that it has seen.
  public var mark: Int64 = 0
  var parts: [IndexPart] = [] { didSet { scores = scores.emptied() } }
  /// What terms are worth in the documents as they are; shared by copies until they change.
  private(set) var scores = ScoreCache()

  /// An empty index.
  public init(analyzer: TextAnalyzer = TextAnalyzer(), ranking: KeywordRanking = KeywordRanking()) {
    self.analyzer = analyzer
    self.ranking = ranking
  }

  /// The number of documents.
  public var documentCount: Int { parts.reduce(0) { $0 + $1.documentCount } }

  /// Terms of a document, on average.
  public var averageLength: Double {
    let count = documentCount
    // Sums stay below 2^56 a part.
    return count == 0 ? 0 : parts.reduce(0) { $0 + Double($1.totalLength) } / Double(count)
  }

  /// How many documents hold a term.
  public func documentFrequency(of term: String) throws(IndexError) -> Int { try holding(Array(term.utf8)) }

  func holding(_ term: [UInt8]) throws(IndexError) -> Int {
    var sum = 0
    for part in parts {
      sum += try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        try part.segment.term(term, bytes).map { part.documentFrequency(of: $0, bytes) } ?? 0
      }
    }
    return sum
  }

  /// Whether there is a document of this number.
  public func contains(_ id: Int64) throws(IndexError) -> Bool {
    for part in parts where try part.contains(id) { return true }
    return false
  }

  /// The numbers of all documents, ascending.
  public func documentIDs() throws(IndexError) -> [Int64] {
    var identifiers: [Int64] = []
    for part in parts {
      try part.segment.withBytes { (bytes: RawSpan) throws(IndexError) in
        for document in 0..<part.segment.layout.documentCount where !part.isRemoved(document) {
          identifiers.append(part.segment.identifier(document, bytes))
        }
      }
    }
    return identifiers.sorted()
  }
}
