public import InkChat

/// A reranker whose scores are computed by a closure; a pair has as many tokens as it has words.
public struct ScriptedReranker: Reranker {
  private let score: @Sendable (_ document: String, _ query: String) -> Float

  /// A reranker.
  public init(score: @escaping @Sendable (_ document: String, _ query: String) -> Float) {
    self.score = score
  }

  public func tokenCount(of document: String, for query: String) -> Int? {
    (document + " " + query).split(separator: " ").count
  }

  public func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float] {
    documents.map { score($0, query) }
  }
}
