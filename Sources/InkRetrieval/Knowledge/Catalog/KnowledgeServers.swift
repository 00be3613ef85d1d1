public import InkIndex

/// Servers that keep knowledge bases, as a catalog sees them. What connects to one is a target of its own.
public protocol KnowledgeServers: Sendable {
  /// An address in the form in which a catalog keeps it.
  ///
  /// - Throws: `invalidSetting` for an address that is none, or that holds a password: those are never written down.
  func address(_ text: String) throws(RetrievalError) -> String

  /// Makes a base.
  ///
  /// - Parameter analyzer: what takes texts apart into words; the same for everybody who uses the base.
  /// - Throws: `alreadyExists`; `unreachable` when no server answers; `store` with the cure.
  func create(
    _ name: KnowledgeName, settings: KnowledgeSettings, at address: String, analyzer: TextAnalyzer
  ) async throws(RetrievalError) -> any KnowledgeStore

  /// Opens a base.
  ///
  /// - Throws: `notFound`; `unreachable` when no server answers; `store` with the cure.
  func open(
    _ name: KnowledgeName, at address: String, analyzer: TextAnalyzer
  ) async throws(RetrievalError) -> any KnowledgeStore

  /// Deletes a base with everything in it.
  ///
  /// - Throws: `notFound`; `unreachable` when no server answers; `store` with the cure.
  func delete(_ name: KnowledgeName, at address: String) async throws(RetrievalError)
}
