import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InkRetrieval
import InkServer
import InkTesting
import Logging
import NIOCore
import Testing

@Suite("Names of documents over HTTP") struct KnowledgeDocumentNameTests {
  @Test(
    "a name that an address cannot carry is refused, and the base stays",
    arguments: [".", "..", "", "a\\u0000b", String(repeating: "n", count: 1025)])
  func unreachable(name: String) async throws {
    try await withBase { client in
      let answer = try await client.post("/v1/knowledge/docs/documents", #"{"name": "\#(name)", "text": "ink"}"#)
      #expect(answer.code == 400)
      #expect(answer.text.contains("name"))
      #expect(try await client.get("/v1/knowledge/docs").text.contains(#""documents":0"#))
    }
  }

  @Test(
    "a document of any other name is added, read and removed under it",
    arguments: ["a.md", "...", "../notes/砚台 1.md", "100%2F.md", "?#&.md"])
  func reachable(name: String) async throws {
    try await withBase { client in
      let added = try await client.post("/v1/knowledge/docs/documents", #"{"name": "\#(name)", "text": "ink"}"#)
      #expect(added.code == 200, "\(added.text)")
      let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_."))
      let encoded = try #require(name.addingPercentEncoding(withAllowedCharacters: allowed))
      let place = "/v1/knowledge/docs/documents/\(encoded)"
      #expect(try await client.get(place + "/text").text == "ink")
      #expect(try await client.delete(place).code == 200)
      #expect(try await client.get(place).code == 404)
    }
  }

  /// A server with an empty base `docs` in a folder of its own.
  private func withBase(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("ink-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let desk = KnowledgeDesk(KnowledgeCatalog(folder: folder.path), defaultEmbedder: "words") { _ in
      ScriptedEmbedder(dimension: 2) { text, _ in [Float(text.utf8.count), 1] }
    }
    let server = InkstoneServer(
      settings: ServerSettings(), models: TestServer(chat: ScriptedChatModel("ink")).models, knowledge: desk,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    try await server.application().test(.router) { client in
      let made = try await client.post("/v1/knowledge", #"{"name": "docs"}"#)
      #expect(made.code == 201, "\(made.text)")
      try await body(client)
    }
  }
}
