/// A document that a keyword search found.
public struct KeywordMatch: Sendable, Hashable {
  /// The document's number.
  public var id: Int64
  /// Its BM25 score; higher is better.
  public var score: Double

  /// A found document.
  public init(id: Int64, score: Double) {
    self.id = id
    self.score = score
  }
}
