import InkRetrieval

extension PlacedModels {
  /// A base ready to add to, with the embedder it was made with.
  func base(_ store: any KnowledgeStore) async throws -> KnowledgeBase {
    let settings = store.settings
    let embedder = try await embedder(settings.embedder)
    try await store.check(embedder)
    return try KnowledgeBase(
      store: store, embedder: embedder, embedderName: settings.embedder, extractor: DocumentReader(),
      splitter: try SplitterChoice.splitter(for: settings, embedder: embedder))
  }
}
