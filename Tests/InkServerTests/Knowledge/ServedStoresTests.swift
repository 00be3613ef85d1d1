import Foundation
import HummingbirdTesting
import InkChat
import InkIndex
import InkRetrieval
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("Knowledge bases that other servers keep")
struct ServedStoresTests {
  /// Keeps bases in files of a folder as if they were far away, counts how often they are opened, can be switched off.
  private final class FarServers: KnowledgeServers {
    private let folder: String
    private let state = Mutex((opened: 0, isUp: true))

    init(folder: String) { self.folder = folder }

    var opened: Int { state.withLock { $0.opened } }
    func switchOff() { state.withLock { $0.isUp = false } }

    func address(_ text: String) throws(RetrievalError) -> String { text }

    func create(
      _ name: KnowledgeName, settings: KnowledgeSettings, at address: String, analyzer: TextAnalyzer
    ) async throws(RetrievalError) -> any KnowledgeStore {
      try SQLiteKnowledgeStore.create(path(name), settings: settings)
    }

    func open(
      _ name: KnowledgeName, at address: String, analyzer: TextAnalyzer
    ) async throws(RetrievalError) -> any KnowledgeStore {
      let isUp = state.withLock { state in
        state.opened += 1
        return state.isUp
      }
      guard isUp else { throw RetrievalError(.unreachable, context: address) }
      return try SQLiteKnowledgeStore.open(path(name))
    }

    func delete(_ name: KnowledgeName, at address: String) async throws(RetrievalError) {
      try? FileManager.default.removeItem(atPath: path(name))
    }

    private func path(_ name: KnowledgeName) -> String { "\(folder)/far-\(name).sqlite" }
  }

  private func served(
    _ body: @escaping @Sendable (any TestClientProtocol, FarServers, KnowledgeCatalog) async throws -> Void
  ) async throws {
    let sample = try KnowledgeSample()
    let servers = FarServers(folder: sample.folder)
    let catalog = KnowledgeCatalog(folder: sample.folder + "/knowledge", servers: servers)
    let settings = KnowledgeSettings(embedder: "words", dimension: 128)
    try await catalog.create(KnowledgeName("far"), settings: settings, in: .server("test://far")).close()
    var server = sample.server("The router has a warranty of 24 months.")
    server.knowledge = KnowledgeDesk(catalog, defaultEmbedder: "words") { _ in KnowledgeSample.embedder }
    try await server.test(.live) { client in try await body(client, servers, catalog) }
  }

  @Test("they are filled, searched, asked and deleted by their names over sessions that all requests share")
  func wholeLife() async throws {
    try await served { client, servers, catalog in
      #expect(try await client.addText("router.md", KnowledgeSample.router, to: "far").code == 200)
      let found = try await client.post("/v1/knowledge/far/search", #"{"query":"router warranty"}"#)
      #expect(try found.json.at("results.0.document") == "router.md")
      let answer = try await client.post(
        "/v1/knowledge/far/ask", #"{"question":"What warranty has the router?","model":"m"}"#)
      #expect(try answer.json.at("citations.0.document") == "router.md")
      let list = try await client.get("/v1/knowledge").json
      #expect(list.at("data.0.id") == "far" && list.at("data.0.documents") == 1)
      #expect(try await client.get("/v1/knowledge/far/documents/router.md/text").text == KnowledgeSample.router)
      #expect(servers.opened == 1)
      #expect(try await client.delete("/v1/knowledge/far").code == 200)
      #expect(try catalog.names().isEmpty)
      #expect(try await client.get("/v1/knowledge/far").code == 404)
    }
  }

  @Test("one whose server is gone is answered by 503 and told of in the list, and others work")
  func gone() async throws {
    try await served { client, servers, _ in
      try await client.makeHome()
      servers.switchOff()
      let refused = try await client.post("/v1/knowledge/far/search", #"{"query":"router"}"#)
      #expect(refused.code == 503)
      #expect(try refused.json.at("error.code") == "knowledge_unreachable")
      let list = try await client.get("/v1/knowledge").json
      #expect(list.at("data.0.error.code") == "knowledge_unreachable")
      #expect(list.at("data.1.documents") == 2)
      let found = try await client.post("/v1/knowledge/home/search", #"{"query":"kettle"}"#)
      #expect(try found.json.at("results.0.document") == "kettle.txt")
    }
  }
}
