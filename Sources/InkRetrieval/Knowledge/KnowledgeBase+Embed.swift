internal import InkChat

extension KnowledgeBase {
  /// Vectors of texts of documents.
  ///
  /// - Throws: `invalidDocument` when a text is what the embedder refuses; `model` when the embedder fails as such.
  func embed(_ texts: [String]) async throws(RetrievalError) -> [[Float]] {
    let vectors: [[Float]]
    do { vectors = try await embedder.embed(texts, as: .document) } catch {
      switch error.code {
      case .cancelled: throw RetrievalError(.cancelled, context: "embedding")
      case .invalidInput, .contextExceeded, .numericalFailure:
        throw RetrievalError(
          .invalidDocument, context: "embedding with \(store.settings.embedder)", found: error.publicDescription,
          privateDetail: error.privateDetail)
      case _:
        throw RetrievalError(
          .model, context: "embedding with \(store.settings.embedder)", found: error.publicDescription,
          hint: "What was stored before is kept; add the same paths again to go on.",
          privateDetail: error.privateDetail)
      }
    }
    let dimension = store.settings.dimension
    guard vectors.count == texts.count, vectors.allSatisfy({ $0.count == dimension }) else {
      throw RetrievalError(
        .model, context: "embedding with \(store.settings.embedder)",
        expected: "\(texts.count) vectors of \(dimension) elements",
        found: "\(vectors.count) of \(Set(vectors.map(\.count)).sorted())")
    }
    guard vectors.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw RetrievalError(
        .invalidDocument, context: "embedding with \(store.settings.embedder)", found: "a vector of no numbers")
    }
    return vectors
  }
}
