import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Errors")
struct ErrorTests {
  private struct FailingRoute: ServerRoute {
    struct Secret: Error {}

    func register(on routes: ServerRoutes) {
      routes.on(.get, "/fails") { _, _ in throw Secret() }
      routes.on(.get, "/http") { _, _ in throw HTTPError(.forbidden, message: "not you") }
      routes.on(.get, "/busy") { _, _ in throw ServerError(.unavailable(retryAfter: 7), "later") }
    }
  }

  private var server: TestServer {
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.routes = [FailingRoute()]
    return server
  }

  @Test(
    "unknown routes are 404 and unknown methods 405, in OpenAI's shape",
    arguments: [
      ("/nothing", HTTPRequest.Method.get, 404), ("/v1", .get, 404), ("/v1/chat/completions/x", .post, 404),
      ("/v1/chat/completions", .get, 405), ("/health", .post, 405), ("/v1/models/a/b", .delete, 405), ("/", .get, 404),
      ("/../../etc/passwd", .get, 404), ("/%2e%2e/%2e%2e/etc/passwd", .get, 404), ("/v1/models", .trace, 405),
    ])
  func unknown(path: String, method: HTTPRequest.Method, status: Int) async throws {
    let response = try await server.test { client in
      try await client.execute(uri: path, method: method, headers: [:], body: nil) { $0 }
    }
    #expect(response.code == status)
    #expect(response.header("content-type") == "application/json")
    #expect(try response.json["error"]?.names == ["message", "type", "param", "code"])
    #expect((response.header("allow") != nil) == (status == 405))
  }

  @Test(
    "what the server knows and does not do is 501 in OpenAI's shape, with the reason",
    arguments: [
      ("/v1/moderations", HTTPRequest.Method.post), ("/v1/fine_tuning/jobs", .post), ("/v1/fine_tuning/jobs", .get),
      ("/v1/fine_tuning/jobs/ftjob-1/events", .get), ("/v1/fine_tuning/jobs/ftjob-1/cancel", .post),
      ("/v1/audio/transcriptions", .post), ("/v1/audio/speech", .post), ("/v1/images/generations", .post),
    ])
  func notThere(path: String, method: HTTPRequest.Method) async throws {
    let response = try await server.test { client in
      try await client.execute(uri: path, method: method, headers: [:], body: nil) { $0 }
    }
    #expect(response.code == 501)
    #expect(try response.json["error"]?.names == ["message", "type", "param", "code"])
    #expect(try response.json.at("error.code") == "not_implemented")
  }

  @Test("an error that is not meant for clients stays inside")
  func inside() async throws {
    let response = try await server.test { try await $0.get("/fails") }
    #expect(response.code == 500)
    #expect(try response.json.at("error.code") == "internal_error")
    #expect(!response.text.contains("Secret"))
  }

  @Test("an error of the framework gets the shape too, and a busy server says when to come back")
  func shapes() async throws {
    try await server.test { client in
      let forbidden = try await client.get("/http")
      #expect(forbidden.code == 403)
      #expect(try forbidden.json.at("error.type") == "permission_error")
      let busy = try await client.get("/busy")
      #expect(busy.code == 503)
      #expect(busy.header("retry-after") == "7")
    }
  }

  @Test("every answer names its request, the client's own way if it can be")
  func identifiers() async throws {
    try await server.test { client in
      let name = try #require(HTTPField.Name("x-request-id"))
      #expect(try await client.get("/health", headers: [name: "abc-1"]).header("x-request-id") == "abc-1")
      #expect(try await client.get("/nothing").header("x-request-id")?.hasPrefix("req_") == true)
      let long = String(repeating: "a", count: 200)
      #expect(try await client.get("/health", headers: [name: long]).header("x-request-id")?.hasPrefix("req_") == true)
    }
  }
}
