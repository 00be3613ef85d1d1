/// Something that finds pieces for a question: a search over a knowledge base, or a script in a test.
public protocol Retriever: Sendable {
  /// The pieces that fit best, best first, at most `count`.
  func retrieve(_ query: String, count: Int) async throws(RetrievalError) -> [ScoredPiece]
}
