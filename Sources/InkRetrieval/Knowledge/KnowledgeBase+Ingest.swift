extension KnowledgeBase {
  /// Reads, cuts, embeds and stores files in their order: reading and cutting run ahead of embedding by a few files, so
  /// that memory is bounded and numbers are the same on any number of threads.
  ///
  /// - Returns: the outcomes in the order of the files.
  func ingest(
    _ files: [IncomingFile], report: @escaping @Sendable (IngestionEvent) -> Void
  ) async throws(RetrievalError) -> [DocumentOutcome] {
    report(.found(files: files.count))
    guard !files.isEmpty else { return [] }
    let known = KnownDocuments(try await store.documents(matching: nil))
    let work = Ingestion(base: self, known: known, report: report)
    let outcomes = try await work.run(files)
    try await store.settle()
    return outcomes
  }
}
