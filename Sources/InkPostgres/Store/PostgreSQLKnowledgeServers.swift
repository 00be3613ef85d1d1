public import InkIndex
public import InkRetrieval

/// Opens the bases of a catalog that are in PostgreSQL databases.
///
/// ```swift
/// let servers = PostgreSQLKnowledgeServers(passwords: PasswordSource(environment: environment))
/// let catalog = KnowledgeCatalog(folder: folder, servers: servers)
/// let store = try await catalog.create(
///   KnowledgeName("shared"), settings: settings, in: .server("postgresql://reader@db.example/library"))
/// ```
public struct PostgreSQLKnowledgeServers: KnowledgeServers {
  private let passwords: PasswordSource
  private let options: PostgreSQLOptions

  /// - Parameter options: how bases are used by this process; words are cut as the catalog says.
  public init(passwords: PasswordSource, options: PostgreSQLOptions = PostgreSQLOptions()) {
    self.passwords = passwords
    self.options = options
  }

  public func address(_ text: String) throws(RetrievalError) -> String {
    let address = try PostgreSQLAddress(text)
    guard address.password == nil else {
      throw RetrievalError(
        .invalidSetting, context: address.description, expected: "an address without a password", found: "one with it",
        hint: "Leave it out: it is taken from PGPASSWORD or the passfile (~/.pgpass), and never written down.")
    }
    return address.text
  }

  public func create(
    _ name: KnowledgeName, settings: KnowledgeSettings, at address: String, analyzer: TextAnalyzer
  ) async throws(RetrievalError) -> any KnowledgeStore {
    try await PostgreSQLKnowledgeStore.create(
      name, settings: settings, at: try full(address), options: options(analyzer))
  }

  public func open(
    _ name: KnowledgeName, at address: String, analyzer: TextAnalyzer
  ) async throws(RetrievalError) -> any KnowledgeStore {
    try await PostgreSQLKnowledgeStore.open(name, at: try full(address), options: options(analyzer))
  }

  public func delete(_ name: KnowledgeName, at address: String) async throws(RetrievalError) {
    try await PostgreSQLKnowledgeStore.delete(name, at: try full(address), options: options)
  }

  private func options(_ analyzer: TextAnalyzer) -> PostgreSQLOptions {
    var options = options
    options.analyzer = analyzer
    return options
  }

  /// The address with its password.
  private func full(_ text: String) throws(RetrievalError) -> PostgreSQLAddress {
    var address = try PostgreSQLAddress(text)
    if address.password == nil { address.password = try passwords.password(for: address) }
    return address
  }
}
