extension KnowledgeBase {
  /// Reads, cuts, embeds and stores files in their order: reading and cutting run ahead of embedding by a few files, so
  /// that memory is bounded and numbers are the same on any number of threads.
  ///
  /// - Parameter remembered: vectors that are in no store any more, by the hash of what was embedded.
  /// - Returns: the outcomes in the order of the files; one that is given twice has one.
  func ingest(
    _ files: [IncomingFile], remembered: [String: [Float]] = [:], report: @escaping @Sendable (IngestionEvent) -> Void
  ) async throws(RetrievalError) -> [DocumentOutcome] {
    guard !files.isEmpty else {
      report(.found(files: 0))
      return []
    }
    let documents = try await store.documents(matching: nil)
    var names = DocumentNames(documents)
    let named = names.assign(files)
    report(.found(files: named.count))
    let known = Dictionary(documents.map { ($0.source.name, $0) }) { first, _ in first }
    let work = Ingestion(base: self, known: known, remembered: remembered, report: report)
    let outcomes = try await work.run(named)
    try await store.settle()
    return outcomes
  }
}
