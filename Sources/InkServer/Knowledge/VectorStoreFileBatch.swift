/// Files that were attached to a vector store by one request.
struct VectorStoreFileBatch: Sendable {
  /// The batch's identifier.
  var identifier: String
  /// The store.
  var store: String
  /// Seconds since 1970.
  var created: Int
  /// Identifiers of the files that are documents now.
  var completed: [String] = []
  /// How many could not be read.
  var failed = 0
}

/// The batches that a server remembers: the newest ones, until it ends.
struct VectorStoreFileBatches: Sendable {
  private static let most = 1_000

  private var batches: [VectorStoreFileBatch] = []

  mutating func add(_ batch: VectorStoreFileBatch) {
    if batches.count >= Self.most { batches.removeFirst() }
    batches.append(batch)
  }

  func batch(_ identifier: String, of store: String) -> VectorStoreFileBatch? {
    batches.last { $0.identifier == identifier && $0.store == store }
  }
}
