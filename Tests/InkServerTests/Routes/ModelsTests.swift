import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Models, health and the page")
struct ModelsTests {
  private func server(_ state: ModelListing.State = .loaded) -> TestServer {
    let listing = ModelListing(
      id: "org/name", aliases: ["short"], created: 7, owner: "someone", state: state, abilities: [.chat],
      contextLength: 99, facts: [ModelListing.Fact("architecture", "llama")])
    return TestServer(FixedModels([(listing, ServedModel(chat: ScriptedChatModel("x")))]))
  }

  private static let told: JSONValue = [
    "id": "org/name", "object": "model", "created": 7, "owned_by": "someone",
    "meta": [
      "status": "loaded", "aliases": ["short"], "abilities": ["chat"], "context_length": 99, "architecture": "llama",
    ],
  ]

  @Test("models are listed, and found by their name with its slash and by their alias")
  func models() async throws {
    try await server().test { client in
      #expect(try await client.get("/v1/models").json == ["object": "list", "data": [Self.told]])
      for path in ["org/name", "org%2Fname", "short"] {
        #expect(try await client.get("/v1/models/" + path).json == Self.told)
      }
      let missing = try await client.get("/v1/models/other")
      #expect(missing.code == 404)
      #expect(try missing.json.at("error.code") == "model_not_found")
    }
  }

  @Test("a server is ready unless all its models are being loaded", arguments: [
    (ModelListing.State.loaded, 200), (.unloaded, 200), (.loading, 503),
  ])
  func readiness(state: ModelListing.State, code: Int) async throws {
    try await server(state).test { client in
      for path in ["/health", "/readyz"] {
        let response = try await client.get(path)
        #expect(response.code == code)
        if code == 503 { #expect(try response.json.at("error.type") == "unavailable_error") }
      }
      #expect(try await client.get("/livez").code == 200)
    }
  }

  @Test("the page's files are served as they are, and HEAD tells of them")
  func page() async throws {
    var server = server()
    server.settings.page = ["/": PageFile(bytes: Array("<p>字</p>".utf8), mediaType: "text/html; charset=utf-8")]
    try await server.test { client in
      let response = try await client.get("/")
      #expect(response.text == "<p>字</p>")
      #expect(response.header("content-type") == "text/html; charset=utf-8")
      #expect(response.header("x-content-type-options") == "nosniff")
      let head = try await client.execute(uri: "/", method: .head, headers: [:], body: nil) { $0 }
      #expect(head.code == 200)
      #expect(head.body.readableBytes == 0)
    }
  }
}
