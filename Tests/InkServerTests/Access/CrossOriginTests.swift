import HTTPTypes
import HummingbirdTesting
import InkServer
import InkTesting
import Testing

@Suite("Pages of other sites")
struct CrossOriginTests {
  private func preflight(_ rule: CrossOriginRule, from origin: String) async throws -> TestResponse {
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.settings.crossOrigin = rule
    return try await server.test { client in
      try await client.execute(
        uri: "/v1/chat/completions", method: .options,
        headers: [.origin: origin, .accessControlRequestMethod: "POST"], body: nil
      ) { $0 }
    }
  }

  @Test("without a rule the server says nothing about other origins")
  func off() async throws {
    let response = try await preflight(.off, from: "https://a.example")
    #expect(response.code == 405)
    #expect(response.header("access-control-allow-origin") == nil)
  }

  @Test("an origin of the list is let in, another is not")
  func listed() async throws {
    let rule = CrossOriginRule.origins(["https://a.example"])
    let known = try await preflight(rule, from: "https://a.example")
    #expect(known.code == 204)
    #expect(known.header("access-control-allow-origin") == "https://a.example")
    #expect(known.header("access-control-allow-headers")?.contains("authorization") == true)
    #expect(known.header("vary") == "Origin")
    #expect(try await preflight(rule, from: "https://b.example").header("access-control-allow-origin") == nil)
  }

  @Test("errors carry the headers too, so that the page can read them")
  func errors() async throws {
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.settings.crossOrigin = .any
    let response = try await server.test { try await $0.get("/nothing", headers: [.origin: "https://a.example"]) }
    #expect(response.code == 404)
    #expect(response.header("access-control-allow-origin") == "*")
  }
}
