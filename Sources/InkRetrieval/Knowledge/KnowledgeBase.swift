public import InkChat

/// A knowledge base at work: its store, and what turns files into pieces with vectors.
///
/// ```swift
/// let base = try KnowledgeBase(
///   store: catalog.open(KnowledgeName("handbook")), embedder: embedder, embedderName: "minilm",
///   extractor: DocumentReader(), splitter: splitter)
/// let report = try await base.add(["guide", "faq.pdf"])
/// ```
public struct KnowledgeBase: Sendable {
  /// Where everything is kept.
  public let store: any KnowledgeStore
  /// What turns pieces and questions into vectors.
  public let embedder: any Embedder
  /// What takes texts out of files.
  public let extractor: any DocumentExtractor
  /// What cuts texts into pieces.
  public let splitter: any TextSplitter
  /// Where files lie.
  public let disk: any DocumentFiles
  /// What adding may cost.
  public let limits: IngestionLimits

  /// A base at work.
  ///
  /// - Parameter embedderName: the embedder's reference, as the base's settings name it.
  /// - Throws: `invalidSetting` for another embedder than the one the base was made with, whose vectors would mean
  ///   nothing to it, and for limits that cannot be.
  public init(
    store: any KnowledgeStore, embedder: any Embedder, embedderName: String, extractor: any DocumentExtractor,
    splitter: any TextSplitter, disk: any DocumentFiles = DiskFiles(), limits: IngestionLimits = IngestionLimits()
  ) throws(RetrievalError) {
    let settings = store.settings
    guard embedderName == settings.embedder, embedder.dimension == settings.dimension else {
      throw RetrievalError(
        .invalidSetting, context: "embedder",
        expected: "\(settings.embedder) with vectors of \(settings.dimension) elements, which the base was made with",
        found: "\(embedderName) with \(embedder.dimension)",
        hint: "Use the base's embedder, or make a new base for the other one.")
    }
    try limits.check()
    self.store = store
    self.embedder = embedder
    self.extractor = extractor
    self.splitter = splitter
    self.disk = disk
    self.limits = limits
  }

  /// The documents in the order of their names.
  public func documents(matching filter: MetadataFilter? = nil) async throws(RetrievalError) -> [StoredDocument] {
    try await store.documents(matching: filter)
  }

  /// Removes documents and every trace of them.
  ///
  /// - Returns: the names of those that were there.
  @discardableResult
  public func remove(_ names: [String]) async throws(RetrievalError) -> [String] {
    try await store.remove(documents: names)
  }
}
