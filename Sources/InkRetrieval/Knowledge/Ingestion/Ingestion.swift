/// One call of adding: files come in order, are prepared ahead of embedding, and are embedded in batches that reach over
/// small documents.
struct Ingestion: Sendable {
  /// Bytes of text that wait for a full batch at most.
  private static let waitingBytes = 16 << 20

  let base: KnowledgeBase
  /// What the base holds when adding begins, by name, for telling what is new.
  let known: [String: StoredDocument]
  /// Vectors that are in no store any more, by the hash of what was embedded.
  let remembered: [String: [Float]]
  let report: @Sendable (IngestionEvent) -> Void

  func run(_ files: [IncomingFile]) async throws(RetrievalError) -> [DocumentOutcome] {
    let ahead = base.limits.readers
    do {
      return try await withThrowingTaskGroup(of: (index: Int, file: PreparedFile).self) { group in
        var state = State()
        var arrived: [Int: PreparedFile] = [:]
        var started = 0
        func start() {
          let index = started
          let file = files[index]
          group.addTask { (index, await base.prepare(file, known: known)) }
          started += 1
        }
        for index in files.indices {
          while started < files.count, started < index + ahead { start() }
          while arrived[index] == nil {
            guard let next = try await group.next() else { break }
            arrived[next.index] = next.file
          }
          try Task.checkCancellation()
          if let file = arrived.removeValue(forKey: index) { try await take(file, &state) }
        }
        try await flush(&state)
        return state.outcomes
      }
    } catch let error as RetrievalError {
      throw error
    } catch {
      throw RetrievalError(.cancelled, context: "adding documents")
    }
  }

  /// What has been done, and what waits for a full batch.
  private struct State {
    var outcomes: [DocumentOutcome] = []
    /// Outcomes wait behind documents, so that they come in the order of the files.
    var waiting: [PreparedFile] = []
    var waitingPieces = 0
    var waitingBytes = 0
    var embeddedPieces = 0
  }

  private func take(_ file: PreparedFile, _ state: inout State) async throws(RetrievalError) {
    switch file {
    case .done(let outcome):
      if state.waiting.isEmpty { finish(outcome, &state) } else { state.waiting.append(file) }
    case .ready(let document):
      report(.cut(name: document.source.name, pieces: document.pieces.count))
      state.waiting.append(file)
      state.waitingPieces += document.pieces.count
      state.waitingBytes += document.text.text.utf8.count
      if state.waitingPieces >= base.limits.batch || state.waitingBytes >= Self.waitingBytes {
        try await flush(&state)
      }
    }
  }

  private func finish(_ outcome: DocumentOutcome, _ state: inout State) {
    state.outcomes.append(outcome)
    report(.finished(outcome))
  }

  private func flush(_ state: inout State) async throws(RetrievalError) {
    let files = state.waiting
    (state.waiting, state.waitingPieces, state.waitingBytes) = ([], 0, 0)
    let documents = files.compactMap { file -> PreparedDocument? in
      switch file {
      case .done: nil
      case .ready(let document): document
      }
    }
    let together: Embedded?
    do throws(RetrievalError) { together = try await embed(documents, &state) } catch {
      // One text that the embedder refuses spoils the batch it is in; by themselves the other documents go on.
      guard error.code == .invalidDocument else { throw error }
      together = nil
    }
    for file in files {
      switch file {
      case .done(let outcome): finish(outcome, &state)
      case .ready(let document):
        let outcome: DocumentOutcome
        do throws(RetrievalError) {
          let embedded: Embedded
          if let together { embedded = together } else { embedded = try await embed([document], &state) }
          outcome = try await store(document, embedded)
        } catch {
          guard error.code == .invalidDocument else { throw error }
          outcome = DocumentOutcome(
            name: document.source.name, path: document.source.path, result: .failed(error))
        }
        finish(outcome, &state)
      }
    }
  }

  /// Vectors by the hash of what was embedded.
  private struct Embedded {
    var vectors: [String: [Float]]
    /// Those that were not known before, by the first document that needs them.
    var new: [String: String] = [:]
  }

  /// Embeds what is new of some documents together.
  private func embed(
    _ documents: [PreparedDocument], _ state: inout State
  ) async throws(RetrievalError) -> Embedded {
    var result = Embedded(vectors: try await base.store.knownVectors(documents.flatMap(\.hashes)))
    for hash in documents.flatMap(\.hashes) where result.vectors[hash] == nil {
      result.vectors[hash] = remembered[hash]
    }
    var missing: [(hash: String, text: String)] = []
    for document in documents {
      for (hash, text) in zip(document.hashes, document.embeddedTexts)
      where result.vectors[hash] == nil && result.new[hash] == nil {
        missing.append((hash, text))
        result.new[hash] = document.source.name
      }
    }
    for start in stride(from: 0, to: missing.count, by: base.limits.batch) {
      let batch = missing[start..<min(start + base.limits.batch, missing.count)]
      let made = try await base.embed(batch.map(\.text))
      for (entry, vector) in zip(batch, made) { result.vectors[entry.hash] = vector }
      state.embeddedPieces += batch.count
      report(.embedded(pieces: state.embeddedPieces))
    }
    return result
  }

  private func store(
    _ document: PreparedDocument, _ embedded: Embedded
  ) async throws(RetrievalError) -> DocumentOutcome {
    var pieces: [EmbeddedPiece] = []
    for (piece, hash) in zip(document.pieces, document.hashes) {
      guard let vector = embedded.vectors[hash] else {
        throw RetrievalError(.model, context: document.source.name, found: "a piece without a vector")
      }
      pieces.append(EmbeddedPiece(piece, hash: hash, vector: vector))
    }
    let stored = try await base.store.put(
      document.source, text: document.text, bytes: document.bytes, metadata: document.metadata, pieces: pieces)
    let result: DocumentOutcome.Result =
      switch document.replaces {
      case .earlier: .replaced
      case .nothing: .added
      }
    return DocumentOutcome(
      name: stored.source.name, path: stored.source.path, result: result, pieces: pieces.count,
      embedded: Set(document.hashes).count { embedded.new[$0] == document.source.name }, warnings: stored.warnings)
  }
}
