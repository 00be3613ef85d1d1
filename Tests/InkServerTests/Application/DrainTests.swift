import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Logging
import Testing

@Suite("Draining")
struct DrainTests {
  @Test("a server that drains finishes what it has, takes nothing new, and then ends")
  func drain() async throws {
    let began = Signal()
    let proceed = Signal()
    let model = ScriptedChatModel { _, _ in
      [.text("a"), .wait { began.fire() }, .wait { await proceed.wait() }, .text("b"), .finish()]
    }
    let running = try await RunningServer(TestServer(chat: model))
    let (server, port) = (running.server, running.port)
    #expect(port > 0)
    try await RawConnection.with(port: port) { stream in
      try await stream.post(
        "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#)
      await began.wait()
      #expect(server.runningRequests == 1)
      try await RawConnection.with(port: port) { other in
        try await other.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        _ = try #require(try await other.read(until: "ok"))
        server.drain()
        try await other.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let ready = try #require(try await other.read(until: "draining"))
        #expect(ready.hasPrefix("HTTP/1.1 503"))
        #expect(ready.lowercased().contains("retry-after: 5"))
        try await other.post("/v1/chat/completions", "{}")
        let refused = try #require(try await other.read(until: "draining"))
        #expect(refused.hasPrefix("HTTP/1.1 503"))
      }
      proceed.fire()
      let rest = try #require(try await stream.read(until: "[DONE]"))
      #expect(rest.contains(#""content":"b""#))
    }
    try await running.end()
    #expect(server.runningRequests == 0)
  }

  @Test("a server without a request ends at once when it drains")
  func idle() async throws {
    var test = TestServer(chat: ScriptedChatModel("x"))
    test.settings.port = 0
    let server = test.server
    let (addresses, listener) = AsyncStream.makeStream(of: String.self)
    try await server.run { address in
      listener.yield(address)
      server.drain()
    }
    listener.finish()
    var listened: [String] = []
    for await address in addresses { listened.append(address) }
    #expect(listened.count == 1)
    #expect(server.runningRequests == 0)
  }
}
