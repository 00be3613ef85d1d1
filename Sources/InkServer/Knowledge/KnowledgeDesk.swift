public import InkChat
public import InkRetrieval

/// The knowledge bases that a server answers from. A base is opened at its first use and stays open.
public actor KnowledgeDesk {
  /// Gives the embedder of a reference, such as the one a base was made with.
  public typealias EmbedderSource = @Sendable (_ reference: String) async throws -> any Embedder

  /// Where the bases are.
  public nonisolated let catalog: KnowledgeCatalog
  /// The embedder of bases that are made without naming one.
  public nonisolated let defaultEmbedder: String
  /// The embedders that a client may name when it makes a base. A path of this machine is not a client's to name.
  private let offered: @Sendable () async -> [String]
  private let embedderSource: EmbedderSource
  private let extractor: any DocumentExtractor
  /// Where bases are kept that clients make.
  private let newBases: KnowledgePlace
  private var embedders: [String: Task<any Embedder, any Error>] = [:]
  private var bases: [KnowledgeName: KnowledgeBase] = [:]
  /// Stores on servers, whose sessions all requests share.
  private var shared: [KnowledgeName: (address: String, store: any KnowledgeStore)] = [:]
  private var fileBatches = VectorStoreFileBatches()

  /// The bases of a catalog.
  ///
  /// - Parameters:
  ///   - newBases: where bases are kept that clients make; a client cannot name another place.
  ///   - offered: the embedders besides the default one that a client may name when it makes a base.
  ///   - embedder: called once for each reference while it succeeds.
  public init(
    _ catalog: KnowledgeCatalog, defaultEmbedder: String, extractor: any DocumentExtractor = DocumentReader(),
    newBases: KnowledgePlace = .file, offered: @escaping @Sendable () async -> [String] = { [] },
    embedder: @escaping EmbedderSource
  ) {
    self.offered = offered
    self.catalog = catalog
    self.defaultEmbedder = defaultEmbedder
    self.extractor = extractor
    self.newBases = newBases
    embedderSource = embedder
  }

  /// A base ready to be asked and added to.
  func base(_ name: KnowledgeName) async throws -> KnowledgeBase {
    if let base = bases[name], catalog.contains(name), try isCurrent(base, name) { return base }
    bases[name] = nil
    let store = try await store(name)
    let embedder = try await embedder(store.settings.embedder)
    try await store.check(embedder)
    // Another request may have opened it meanwhile; two stores over one file are as good as one.
    let base = try KnowledgeBase(
      store: store, embedder: embedder, embedderName: store.settings.embedder, extractor: extractor,
      splitter: try SplitterChoice.splitter(for: store.settings, embedder: embedder))
    bases[name] = base
    return base
  }

  /// The store of a base. One on a server is opened once.
  func store(_ name: KnowledgeName) async throws(RetrievalError) -> any KnowledgeStore {
    guard case .server(let address) = try catalog.place(of: name) else { return try await catalog.open(name) }
    if let known = shared[name], known.address == address { return known.store }
    let store = try await catalog.open(name)
    // Another request may have been faster; its store stays, and this one's sessions end.
    if let known = shared[name], known.address == address {
      try? await store.close()
      return known.store
    }
    shared[name] = (address, store)
    return store
  }

  /// Whether a base is still kept where it was opened.
  private func isCurrent(_ base: KnowledgeBase, _ name: KnowledgeName) throws(RetrievalError) -> Bool {
    switch try catalog.place(of: name) {
    case .file: base.store is SQLiteKnowledgeStore
    case .server(let address): shared[name]?.address == address
    }
  }

  /// What a list tells of a base: what a body makes of its store, or why it cannot be opened, so that one that is
  /// damaged or whose server is gone is neither left out nor in the way of the others. Nil for one that was removed meanwhile.
  func listed(
    _ name: KnowledgeName, object: String, _ body: @Sendable (any KnowledgeStore) async throws -> JSONValue
  ) async throws -> JSONValue? {
    do { return try await body(try await store(name)) } catch let error as RetrievalError {
      switch error.code {
      case .notFound: if !catalog.contains(name) { return nil }
      case .cancelled: throw error
      case .file, .invalidDocument, .tooLarge, .invalidSetting, .alreadyExists, .store, .diskFull, .unreachable, .model,
        .budget,
        .changed, .unsupported:
        break
      }
      let shown = ServerError(error)
      return [
        "id": .string(name.description), "object": .string(object), "name": .string(name.description),
        "error": ["code": .string(shown.code ?? "storage_failure"), "message": .string(shown.message)],
      ]
    }
  }

  /// Makes a base.
  func create(
    _ name: KnowledgeName, embedder reference: String?, splitting: KnowledgeSettings.Splitting, pieceTokens: Int,
    overlapTokens: Int, vectors: KnowledgeSettings.Vectors = .float32
  ) async throws -> KnowledgeBase {
    let reference = reference ?? defaultEmbedder
    let names = [defaultEmbedder] + (await offered())
    guard names.contains(reference) else {
      throw RetrievalError(
        .invalidSetting, context: "embedder", expected: "one of \(names.joined(separator: ", "))",
        found: "\"\(reference.prefix(80))\"",
        hint: "Serve the model under a name, or make the base on the machine itself.")
    }
    let embedder = try await embedder(reference)
    let store = try await catalog.create(
      name,
      settings: KnowledgeSettings(
        embedder: reference, dimension: embedder.dimension, splitting: splitting, pieceTokens: pieceTokens,
        overlapTokens: overlapTokens, vectors: vectors), in: newBases)
    // It is opened again at its first use, and its sessions shared from then on.
    try? await store.close()
    return try await base(name)
  }

  /// Removes a base with everything in it.
  func delete(_ name: KnowledgeName) async throws {
    bases[name] = nil
    let store = shared.removeValue(forKey: name)?.store
    try? await store?.close()
    try await catalog.delete(name)
  }

  /// What checks citations of a base.
  func verifier(_ name: KnowledgeName) async throws -> CitationVerifier {
    CitationVerifier(try await store(name), extractor: extractor)
  }

  /// Keeps what became of files that came together.
  func remember(_ batch: VectorStoreFileBatch) { fileBatches.add(batch) }

  /// What became of files that came together; nil for a batch that nobody remembers.
  func fileBatch(_ identifier: String, of name: KnowledgeName) -> VectorStoreFileBatch? {
    fileBatches.batch(identifier, of: name.description)
  }

  private func embedder(_ reference: String) async throws -> any Embedder {
    let task = embedders[reference] ?? Task { [embedderSource] in try await embedderSource(reference) }
    embedders[reference] = task
    do { return try await task.value } catch {
      embedders[reference] = nil
      throw error
    }
  }
}
