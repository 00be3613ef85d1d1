import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("GET /openapi.json")
struct OpenAPITests {
  private static func document(_ keys: [AccessKey] = []) async throws -> JSONValue {
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.settings.keys = keys
    server.settings.page = ["/app.js": PageFile(bytes: [], mediaType: "text/javascript")]
    return try await server.test { try await $0.get("/openapi.json").json }
  }

  @Test("every route is described, by a summary of its own and what it answers")
  func routes() async throws {
    let document = try await Self.document()
    #expect(document["openapi"] == "3.1.0")
    let paths = try #require(document["paths"])
    for path in [
      "/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/models", "/v1/models/{id}", "/v1/rerank",
      "/rerank", "/v2/rerank", "/v1/score", "/score", "/tokenize", "/detokenize", "/apply-template", "/health",
      "/livez", "/readyz", "/version", "/metrics", "/openapi.json",
    ] {
      #expect(paths[path] != nil, "\(path)")
    }
    // Files of the page are no interface.
    #expect(paths["/app.js"] == nil)
    for path in paths.names {
      for method in paths[path]?.names ?? [] {
        let operation = try #require(paths[path]?[method])
        #expect(operation["summary"]?.string?.isEmpty == false, "\(method) \(path)")
        #expect(operation.at("responses")?.names == ["200", "4XX", "5XX"])
      }
    }
  }

  @Test("every reference of the document leads somewhere")
  func references() async throws {
    let document = try await Self.document()
    var references: Set<String> = []
    func collect(_ value: JSONValue) {
      switch value {
      case .object(let members):
        for member in members {
          if member.name == "$ref", let target = member.value.string { references.insert(target) }
          collect(member.value)
        }
      case .array(let elements): for element in elements { collect(element) }
      case .null, .boolean, .integer, .number, .string: break
      }
    }
    collect(document)
    #expect(references.count > 3)
    for reference in references {
      #expect(document.at(reference.dropFirst(2).replacing("/", with: ".")) != nil, "\(reference)")
    }
  }

  @Test("a key is asked for where the server has keys")
  func keys() async throws {
    let open = try await Self.document()
    #expect(open.at("components.securitySchemes") == nil)
    let closed = try await Self.document([AccessKey(secret: "s", name: "a")])
    #expect(closed.at("components.securitySchemes.key.scheme") == "bearer")
    #expect(closed["paths"]?["/v1/models"]?["get"]?["security"] == [["key": []]])
    #expect(closed["paths"]?["/health"]?["get"]?["security"] == nil)
  }
}
