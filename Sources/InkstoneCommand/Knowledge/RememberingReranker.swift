package import InkChat
import Synchronization

/// A reranker whose scores are kept: several ways of using them cost one pass of the model over each pair.
package final class RememberingReranker: Reranker {
  private struct Pair: Hashable {
    let query: String
    let document: String
  }

  private let model: any Reranker
  private let known = Mutex<[Pair: Float]>([:])

  package init(_ model: any Reranker) {
    self.model = model
  }

  package func tokenCount(of document: String, for query: String) -> Int? { model.tokenCount(of: document, for: query) }

  package func scores(of documents: [String], for query: String) async throws(GenerationError) -> [Float] {
    let unknown = known.withLock { known in documents.filter { known[Pair(query: query, document: $0)] == nil } }
    let scores = unknown.isEmpty ? [] : try await model.scores(of: unknown, for: query)
    guard scores.count == unknown.count else { return scores }
    return known.withLock { known in
      for (document, score) in zip(unknown, scores) { known[Pair(query: query, document: document)] = score }
      return documents.compactMap { known[Pair(query: query, document: $0)] }
    }
  }
}
