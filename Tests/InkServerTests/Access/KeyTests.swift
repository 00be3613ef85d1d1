import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("Keys and limits")
struct KeyTests {
  private static let body = #"{"messages":[{"role":"user","content":"hi"}]}"#

  private func server(_ keys: [AccessKey], _ model: ScriptedChatModel = ScriptedChatModel("x")) -> TestServer {
    var server = TestServer(chat: model)
    server.settings.keys = keys
    return server
  }

  @Test("only who has a key is answered; health is open")
  func keys() async throws {
    let apiKey = try #require(HTTPField.Name("x-api-key"))
    try await server([AccessKey(secret: "sk-1", name: "a"), AccessKey(secret: "sk-2", name: "b")]).test { client in
      for headers: HTTPFields in [
        [:], [.authorization: "Bearer sk-3"], [.authorization: "Bearer "], [.authorization: "sk-1"],
        [.authorization: "Basic sk-1"], [apiKey: "sk"],
      ] {
        let response = try await client.post("/v1/chat/completions", Self.body, headers: headers)
        #expect(response.code == 401)
        #expect(try response.json.at("error.code") == "invalid_api_key")
        #expect(try response.json.at("error.type") == "authentication_error")
        #expect(response.header("www-authenticate") == "Bearer")
      }
      for headers: HTTPFields in [[.authorization: "Bearer sk-1"], [.authorization: "bearer sk-2"], [apiKey: "sk-2"]] {
        #expect(try await client.post("/v1/chat/completions", Self.body, headers: headers).code == 200)
      }
      for path in ["/health", "/livez", "/readyz", "/version", "/openapi.json"] {
        #expect(try await client.get(path).code == 200)
      }
      #expect(try await client.get("/metrics").code == 401)
      #expect(try await client.get("/v1/models").code == 401)
    }
  }

  @Test("the engine is told whose request it is")
  func client() async throws {
    let seen = Mutex<[String]>([])
    let model = ScriptedChatModel { _, options in
      seen.withLock { $0.append(options.urgency.client) }
      return [.finish()]
    }
    try await server([AccessKey(secret: "s", name: "ada")], model).test { client in
      _ = try await client.post("/v1/chat/completions", Self.body, headers: [.authorization: "Bearer s"])
    }
    #expect(seen.withLock { $0 } == ["ada"])
  }

  @Test("a key that asks too often is told when to come back, and others are not kept waiting")
  func rate() async throws {
    let time = ManualTime()
    var server = server([
      AccessKey(secret: "s", name: "a", requestsPerMinute: 2), AccessKey(secret: "t", name: "b"),
    ])
    server.clock = time.clock
    try await server.test { client in
      let headers: HTTPFields = [.authorization: "Bearer s"]
      let first = try await client.get("/v1/models", headers: headers)
      #expect(first.code == 200)
      #expect(first.header("x-ratelimit-limit-requests") == "2")
      #expect(first.header("x-ratelimit-remaining-requests") == "1")
      #expect(first.header("x-ratelimit-reset-requests") == "30s")
      #expect(try await client.get("/v1/models", headers: headers).code == 200)
      let refused = try await client.get("/v1/models", headers: headers)
      #expect(refused.code == 429)
      #expect(refused.header("retry-after") == "30")
      #expect(refused.header("x-ratelimit-remaining-requests") == "0")
      #expect(try refused.json.at("error.type") == "rate_limit_error")
      #expect(try await client.get("/v1/models", headers: [.authorization: "Bearer t"]).code == 200)
      time.advance(by: .seconds(30))
      #expect(try await client.get("/v1/models", headers: headers).code == 200)
    }
  }

  @Test("a stream counts as running until its last byte")
  func concurrency() async throws {
    let proceed = Signal()
    let model = ScriptedChatModel { messages, _ in
      messages.last?.content.text == "wait" ? [.text("a"), .wait { await proceed.wait() }, .finish()] : [.finish()]
    }
    try await server([AccessKey(secret: "s", name: "a", concurrentRequests: 1)], model).test(.live) { client in
      let port = try #require(client.port)
      let headers: HTTPFields = [.authorization: "Bearer s"]
      try await RawConnection.with(port: port) { connection in
        let body = #"{"messages":[{"role":"user","content":"wait"}],"stream":true}"#
        try await connection.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer s\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        _ = try #require(try await connection.read(until: #""content":"a""#))
        let refused = try await client.post("/v1/chat/completions", Self.body, headers: headers)
        #expect(refused.code == 429)
        #expect(refused.header("retry-after") == "1")
        #expect(try refused.json.at("error.code") == "concurrency_limit_exceeded")
        proceed.fire()
        _ = try #require(try await connection.read(until: "\r\n0\r\n\r\n"))
      }
      // The last byte is out before the server has counted down.
      var code = 429
      while code == 429 {
        code = try await client.post("/v1/chat/completions", Self.body, headers: headers).code
        try await Task.sleep(for: .milliseconds(2))
      }
      #expect(code == 200)
    }
  }
}
