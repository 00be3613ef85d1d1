/// Something that tells how well documents answer a query.
public protocol Reranker: Sendable {
  /// Tokens that a query and a document have together; nil when the model's side does not tell.
  func tokenCount(of document: String, for query: String) -> Int?

  /// One score for each document, in order; higher is better. Scores of different queries need not be comparable.
  func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float]
}
