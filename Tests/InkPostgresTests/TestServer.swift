import Foundation
import InkPostgres
import InkRetrieval

/// The server that `INKSTONE_TEST_POSTGRES` names by its address; `Scripts/postgres-server` starts one.
enum TestServer {
  static let variable = "INKSTONE_TEST_POSTGRES"
  static let isHere = ProcessInfo.processInfo.environment[variable]?.isEmpty == false

  static func address() throws -> PostgreSQLAddress {
    try PostgreSQLAddress(ProcessInfo.processInfo.environment[variable] ?? "")
  }

  /// A base of its own for a test, which is gone afterwards.
  static func withBase(
    _ settings: KnowledgeSettings = SampleDocument.settings, options: PostgreSQLOptions = PostgreSQLOptions(),
    _ body: (PostgreSQLKnowledgeStore, KnowledgeName) async throws -> Void
  ) async throws {
    let name = try KnowledgeName("test-\(UUID().uuidString)")
    let store = try await PostgreSQLKnowledgeStore.create(name, settings: settings, at: address(), options: options)
    do { try await body(store, name) } catch {
      await store.close()
      try await PostgreSQLKnowledgeStore.delete(name, at: address())
      throw error
    }
    await store.close()
    try await PostgreSQLKnowledgeStore.delete(name, at: address())
  }
}
