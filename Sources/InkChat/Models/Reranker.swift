/// Something that tells how well documents answer a query.
public protocol Reranker: Sendable {
  /// One score for each document, in order; higher is better. Scores of different queries need not be comparable.
  func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float]
}
