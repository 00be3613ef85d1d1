import Foundation
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Clients of HTTP/1.0, and those that ask for the end of the connection")
struct OldClientTests {
  private var server: TestServer { TestServer(chat: ScriptedChatModel("one", " two")) }

  /// Sends a request and gives everything until the server closes, which is what such clients wait for.
  private func answer(to request: String) async throws -> String {
    try await server.test(.live) { client in
      try await RawConnection.with(port: try #require(client.port)) { connection in
        try await connection.send(request)
        return await connection.readToEnd()
      }
    }
  }

  private func post(_ body: String, version: String, headers: String = "") -> String {
    "POST /v1/chat/completions HTTP/\(version)\r\nHost: localhost\r\nContent-Type: application/json\r\n\(headers)"
      + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test(
    "a client of HTTP/1.0 that says nothing of its connection gets an answer and its end",
    arguments: ["", "Connection: Keep-Alive\r\n"])
  func whole(headers: String) async throws {
    let body = #"{"messages":[{"role":"user","content":"hi"}]}"#
    let answer = try await answer(to: post(body, version: "1.0", headers: headers))
    #expect(answer.hasPrefix("HTTP/1.0 200"))
    #expect(answer.lowercased().contains("connection: close\r\n"))
    #expect(answer.hasSuffix("}"))
    #expect(answer.contains("one two"))
  }

  @Test("a client of HTTP/1.0 gets a stream that ends with the connection and has no chunks")
  func stream() async throws {
    let body = #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#
    let answer = try await answer(to: post(body, version: "1.0"))
    #expect(answer.hasPrefix("HTTP/1.0 200"))
    #expect(!answer.lowercased().contains("transfer-encoding"))
    #expect(answer.hasSuffix("data: [DONE]\n\n"))
    let head = try #require(answer.range(of: "\r\n\r\n"))
    #expect(answer[head.upperBound...].hasPrefix("data: {"))
  }

  @Test("a client of HTTP/1.0 is told of its mistakes like any other", arguments: ["/v1/nothing", "/v1/models/none"])
  func refusal(path: String) async throws {
    let answer = try await answer(to: "GET \(path) HTTP/1.0\r\n\r\n")
    #expect(answer.hasPrefix("HTTP/1.0 404"))
    #expect(answer.contains(#""error":"#))
  }

  @Test(
    "the wish for the end of the connection is understood however it is written",
    arguments: [
      "close", "Close", "CLOSE", "close, TE", "TE , Close",
    ])
  func wish(value: String) async throws {
    for body in [
      #"{"messages":[{"role":"user","content":"hi"}]}"#,
      #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#,
    ] {
      let answer = try await answer(to: post(body, version: "1.1", headers: "Connection: \(value)\r\n"))
      #expect(answer.hasPrefix("HTTP/1.1 200"))
      #expect(answer.lowercased().contains("connection: close\r\n"))
    }
  }

  @Test("a client that asks before it sends its body is told to send it")
  func expectation() async throws {
    let body = #"{"messages":[{"role":"user","content":"hi"}]}"#
    try await server.test(.live) { client in
      try await RawConnection.with(port: try #require(client.port)) { connection in
        // Twice, because the word is no answer.
        for _ in 0..<2 {
          try await connection.send(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n"
              + "Content-Length: \(body.utf8.count)\r\n\r\n")
          let word = try #require(try await connection.read(until: "\r\n\r\n"))
          #expect(word == "HTTP/1.1 100 Continue\r\n\r\n")
          try await connection.send(body)
          let answer = try #require(try await connection.read(until: "}}}"))
          #expect(answer.hasPrefix("HTTP/1.1 200"))
        }
      }
    }
  }

  @Test("what is sent behind a last request is not answered")
  func behindLast() async throws {
    let answer = try await answer(
      to: "GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.0\r\n\r\nGET /version HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer.components(separatedBy: " 200 OK\r\n").count == 3)
    #expect(answer.hasPrefix("HTTP/1.1 200"))
    #expect(answer.contains("HTTP/1.0 200"))
  }
}
