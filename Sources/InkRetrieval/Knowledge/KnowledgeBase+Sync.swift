extension KnowledgeBase {
  /// Brings the base to the state of a folder: adds what is new, replaces what changed, removes the documents of files
  /// that are no longer in it or are empty now. Documents from elsewhere stay.
  ///
  /// - Parameters: as of ``add(_:prefix:metadata:report:)``.
  /// - Throws: `notFound` when the folder is missing, so that nothing is removed then; else as adding does.
  public func sync(
    _ folder: String, prefix: String = "", metadata: [String: String] = [:],
    report: @escaping @Sendable (IngestionEvent) -> Void = { _ in }
  ) async throws(RetrievalError) -> IngestionReport {
    let path = DocumentPath.absolute(folder)
    let scan = try scan(path)
    return try await sync(path, scan, scan.files, prefix: prefix, metadata: metadata, report: report)
  }

  /// - Parameter changed: the files of the scan that may be new or changed.
  func sync(
    _ folder: String, _ scan: FolderScan, _ changed: [FolderScan.File], prefix: String, metadata: [String: String],
    report: @escaping @Sendable (IngestionEvent) -> Void
  ) async throws(RetrievalError) -> IngestionReport {
    for outcome in scan.others { report(.finished(outcome)) }
    let vanished = try await vanished(from: folder, scan)
    // A file that was moved is not embedded again: what is known of it is kept in mind while it is in no store.
    let remembered = changed.isEmpty ? [:] : try await vectors(of: vanished)
    // First, so that a file that was moved finds its name free.
    let removed = try await store.remove(documents: vanished.map(\.source.name))
    var outcomes = scan.others
    for document in vanished where removed.contains(document.source.name) {
      let outcome = DocumentOutcome(
        name: document.source.name, path: document.source.path, result: .removed, pieces: document.pieceCount)
      outcomes.append(outcome)
      report(.finished(outcome))
    }
    let incoming = changed.map { file in
      IncomingFile(prefix: prefix, name: file.name, content: .disk(path: file.path), metadata: metadata)
    }
    return IngestionReport(outcomes + (try await ingest(incoming, remembered: remembered, report: report)))
  }

  /// The vectors of documents by the hash of what was embedded, as far as they are few enough to be kept in mind.
  private func vectors(of documents: [StoredDocument]) async throws(RetrievalError) -> [String: [Float]] {
    let mostPieces = 50_000
    var vectors: [String: [Float]] = [:]
    for document in documents where vectors.count + document.pieceCount <= mostPieces {
      let pieces = try await store.pieces(ofDocument: document.id, at: 0..<document.pieceCount)
      for (piece, vector) in zip(pieces, try await store.vectors(pieces.map(\.id))) {
        vectors[EmbeddedPiece.hash(of: store.settings.searchedText(of: piece.piece))] = vector
      }
    }
    return vectors
  }

  /// The documents whose files were in a folder and are not any more, or hold nothing any more. What is there but could
  /// not be read this time, a folder among it, is not taken for gone.
  private func vanished(from folder: String, _ scan: FolderScan) async throws(RetrievalError) -> [StoredDocument] {
    let present = Set(scan.files.map(\.path)).union(scan.others.filter(mayHoldDocument).compactMap(\.path))
    let unread = scan.others.compactMap { outcome -> String? in
      guard case .failed = outcome.result else { return nil }
      return outcome.path.map { $0 + "/" }
    }
    let inside = folder.hasSuffix("/") ? folder : folder + "/"
    return try await store.documents(matching: nil).filter { document in
      guard let path = document.source.path, path.hasPrefix(inside), !present.contains(path) else { return false }
      return !unread.contains { path.hasPrefix($0) }
    }
  }

  /// Whether a document of what was left alone in a folder may still say what its file says.
  private func mayHoldDocument(_ outcome: DocumentOutcome) -> Bool {
    switch outcome.result {
    case .skipped(.empty), .skipped(.link), .skipped(.notAFile), .skipped(.hidden): false
    case .skipped(.oversized), .skipped(.unknownFormat), .failed: true
    case .added, .replaced, .unchanged, .removed: true
    }
  }
}
