import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("Clients that go away")
struct HangUpTests {
  /// A model that says one word and then waits for its reader to go away.
  private func holding(_ gone: Signal, firstWord: Bool = true) -> ScriptedChatModel {
    ScriptedChatModel(onReaderGone: { gone.fire() }) { _, _ in (firstWord ? [.text("one")] : []) + [.hold] }
  }

  @Test("a client that closes its connection in the middle of a stream cancels the generation")
  func midStream() async throws {
    let gone = Signal()
    try await TestServer(chat: holding(gone)).test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.post(
          "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#)
        _ = try #require(try await connection.read(until: "one"))
      }
      await gone.wait()
    }
  }

  @Test("a client that closes before the first token cancels the generation", arguments: [true, false])
  func beforeFirstToken(streams: Bool) async throws {
    let gone = Signal()
    let began = Signal()
    let model = ScriptedChatModel(onReaderGone: { gone.fire() }) { _, _ in [.wait { began.fire() }, .hold] }
    try await TestServer(chat: model).test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.post(
          "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":\#(streams)}"#)
        await began.wait()
      }
      await gone.wait()
    }
  }

  @Test("a connection is used again after a stream")
  func keepAlive() async throws {
    try await TestServer(chat: ScriptedChatModel("one", "two")).test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        for _ in 0..<3 {
          try await connection.post(
            "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#)
          // The last chunk of a chunked body.
          let answer = try #require(try await connection.read(until: "\r\n0\r\n\r\n"))
          #expect(answer.contains("data: [DONE]"))
        }
      }
    }
  }
}
