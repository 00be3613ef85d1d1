import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Streamed answers")
struct StreamTests {
  private static let body = #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#

  @Test("a stream without events gets a comment, so that nobody on the way takes it for dead")
  func pings() async throws {
    let time = ManualTime()
    let proceed = Signal()
    var server = TestServer(
      chat: ScriptedChatModel { _, _ in [.text("a"), .wait { await proceed.wait() }, .text("b"), .finish()] })
    server.clock = time.clock
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.post("/v1/chat/completions", Self.body)
        _ = try #require(try await connection.read(until: #""content":"a""#))
        let running = Task { await time.run(by: .seconds(15)) }
        defer { running.cancel() }
        _ = try #require(try await connection.read(until: ": ping\n\n"))
        running.cancel()
        proceed.fire()
        _ = try #require(try await connection.read(until: "data: [DONE]\n\n"))
      }
    }
  }

  @Test("a stream begins with its status when the first token takes long")
  func slowBeginning() async throws {
    let time = ManualTime()
    let began = Signal()
    let proceed = Signal()
    var server = TestServer(
      chat: ScriptedChatModel { _, _ in
        [.wait { began.fire() }, .wait { await proceed.wait() }, .text("b"), .finish()]
      })
    server.clock = time.clock
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.post("/v1/chat/completions", Self.body)
        await began.wait()
        let running = Task { await time.run(by: .seconds(15)) }
        defer { running.cancel() }
        let head = try #require(try await connection.read(until: "text/event-stream"))
        #expect(head.hasPrefix("HTTP/1.1 200"))
        running.cancel()
        proceed.fire()
        _ = try #require(try await connection.read(until: "data: [DONE]\n\n"))
      }
    }
  }

  @Test("a reader that is too slow for what piles up is given up, and its generation is cancelled")
  func slowReader() async throws {
    let gone = Signal()
    var server = TestServer(
      chat: ScriptedChatModel(onReaderGone: { gone.fire() }) { _, _ in
        Array(repeating: .text(String(repeating: "x", count: 65536)), count: 1000) + [.hold]
      })
    server.settings.limits.waitingEventBytes = 1 << 20
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.stopReading()
        try await connection.post("/v1/chat/completions", Self.body)
        await gone.wait()
      }
    }
  }
}
