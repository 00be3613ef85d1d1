/// Something that finds pieces of documents that help with a question.
public protocol Retriever: Sendable {
  /// The pieces that fit best, the best first.
  ///
  /// - Parameters:
  ///   - query: the question or a text like what is looked for.
  ///   - count: the most pieces to find; at least 1.
  func retrieve(_ query: String, count: Int) async throws(RetrievalError) -> [ScoredPiece]
}
