import HummingbirdTesting
import InkServer
import InkTesting
import Logging
import Testing

@Suite("The log")
struct LogTests {
  private static let body = #"{"messages":[{"role":"user","content":"a secret"}]}"#

  @Test("a request has one line, without what was asked and answered")
  func line() async throws {
    let log = RecordingLog()
    var server = TestServer(chat: ScriptedChatModel("another secret"))
    server.logger = log.logger
    try await server.test { client in
      _ = try await client.post("/v1/chat/completions", Self.body)
    }
    let lines = log.lines.filter { $0["path"] != nil }
    #expect(lines.count == 1)
    let line = try #require(lines.first)
    #expect(line["status"] == "200")
    #expect(line["path"] == "/v1/chat/completions")
    #expect(line["model"] == "m")
    #expect(line["completion_tokens"] == "1")
    #expect(line["request"] != nil)
    #expect(!log.lines.contains { "\($0)".contains("secret") })
  }

  @Test("bodies are logged when that is asked for")
  func bodies() async throws {
    let log = RecordingLog()
    var server = TestServer(chat: ScriptedChatModel("x"))
    server.logger = log.logger
    server.settings.promptLogging = .bodies
    try await server.test { client in
      _ = try await client.post("/v1/chat/completions", Self.body)
    }
    #expect(log.lines.contains { "\($0)".contains("a secret") })
  }

  @Test("a client that went away is written down as 499")
  func hangUp() async throws {
    let log = RecordingLog()
    let gone = Signal()
    var server = TestServer(chat: ScriptedChatModel(onReaderGone: { gone.fire() }) { _, _ in [.text("one"), .hold] })
    server.logger = log.logger
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.post(
          "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#)
        _ = try #require(try await connection.read(until: "one"))
      }
      await gone.wait()
      while !log.lines.contains(where: { $0["status"] == "499" }) {
        try await Task.sleep(for: .milliseconds(2))
      }
    }
  }
}
