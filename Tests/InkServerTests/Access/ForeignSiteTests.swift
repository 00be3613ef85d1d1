import HummingbirdTesting
import InkServer
import InkTesting
import Testing

@Suite("Pages of other sites and a server without keys")
struct ForeignSiteTests {
  /// Posts as a browser does for a page that asks nobody before (a simple request of CORS): what the server answers.
  private func ask(
    host: String?, origin: String? = nil, listening: String = "127.0.0.1", rule: CrossOriginRule = .off,
    keys: [AccessKey] = [], method: String = "POST"
  ) async throws -> String {
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.settings.host = listening
    server.settings.crossOrigin = rule
    server.settings.keys = keys
    let body = #"{"messages":[{"role":"user","content":"x"}]}"#
    var lines = ["\(method) /v1/\(method == "GET" ? "models" : "chat/completions") HTTP/1.1", "Connection: close"]
    if let host { lines.append("Host: \(host)") }
    if let origin { lines.append("Origin: \(origin)") }
    if let key = keys.first { lines.append("Authorization: Bearer \(key.secret)") }
    if method == "POST" { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
    let request = (lines + ["", method == "POST" ? body : ""]).joined(separator: "\r\n")
    return try await server.test(.live) { client in
      try await RawConnection.with(port: try #require(client.port)) { connection in
        try await connection.send(request)
        return await connection.readToEnd()
      }
    }
  }

  @Test(
    "on loopback a name that others can let point here is refused, whatever is asked",
    arguments: ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "Evil.Example."])
  func rebinding(host: String) async throws {
    for method in ["GET", "POST"] {
      let answer = try await ask(host: host, origin: "http://\(host)", method: method)
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(answer)")
      #expect(answer.contains(#""code":"foreign_host""#))
      #expect(answer.contains("--allow-origin"))
    }
  }

  @Test(
    "names and addresses of this machine and its network are served",
    arguments: [
      nil, "localhost", "LOCALHOST:1", "app.localhost:8080", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:8080",
      "192.168.1.9:8080", "workstation", "workstation.local", "chat.internal",
    ])
  func own(host: String?) async throws {
    // HTTP/1.1 asks for the field; without it the server of today answers all the same or refuses in its own words.
    let answer = try await ask(host: host)
    #expect(!answer.contains("foreign_host"), "\(answer)")
    if host != nil { #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)") }
  }

  @Test("a server for others is reached by any name, and one with keys by who has one")
  func elsewhere() async throws {
    #expect(try await ask(host: "chat.example", listening: "0.0.0.0").hasPrefix("HTTP/1.1 200"))
    let key = AccessKey(secret: "a-long-secret", name: "a")
    #expect(try await ask(host: "chat.example", keys: [key]).hasPrefix("HTTP/1.1 200"))
    #expect(try await ask(host: "a.example", origin: "https://b.example", keys: [key]).hasPrefix("HTTP/1.1 200"))
  }

  @Test(
    "a page of another origin may not post",
    arguments: [
      "https://evil.example", "http://localhost:3000", "http://127.0.0.1", "null", "https://localhost.evil.example",
    ])
  func otherPages(origin: String) async throws {
    for listening in ["127.0.0.1", "0.0.0.0"] {
      let answer = try await ask(host: "localhost:8080", origin: origin, listening: listening)
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(answer)")
      #expect(answer.contains(#""code":"foreign_origin""#))
    }
    // It reads nothing by getting: the browser keeps the answer from it.
    #expect(try await ask(host: "localhost:8080", origin: origin, method: "GET").hasPrefix("HTTP/1.1 200"))
  }

  @Test("the server's own page posts, and those that were allowed, and programs with a scheme of their own")
  func ownPages() async throws {
    #expect(try await ask(host: "localhost:8080", origin: "http://localhost:8080").hasPrefix("HTTP/1.1 200"))
    #expect(try await ask(host: "[::1]:8080", origin: "http://[::1]:8080").hasPrefix("HTTP/1.1 200"))
    #expect(try await ask(host: "localhost", origin: "chrome-extension://abc").hasPrefix("HTTP/1.1 200"))
    let rule = CrossOriginRule.origins(["https://a.example"])
    #expect(try await ask(host: "localhost", origin: "https://a.example", rule: rule).hasPrefix("HTTP/1.1 200"))
    #expect(try await ask(host: "a.example", origin: "https://a.example", rule: rule).hasPrefix("HTTP/1.1 200"))
    #expect(try await ask(host: "localhost", origin: "https://b.example", rule: rule).hasPrefix("HTTP/1.1 403"))
    #expect(try await ask(host: "b.example", origin: "null", rule: .any).hasPrefix("HTTP/1.1 200"))
  }
}
