import Foundation
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import NIOCore
import Testing

@Suite("Input that means harm")
struct HostileInputTests {
  private var server: TestServer { TestServer(chat: ScriptedChatModel("x")) }

  @Test(
    "a body that is not the JSON that is expected is refused with a reason",
    arguments: [
      "", "{", "nonsense", "[1,2", "{\"messages\":[}", "{\"a\":1}}", "\u{0}", "{\"messages\":\"\\ud800\"",
      String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 1000),
      "{\"model\":1e999999999}",
    ])
  func malformed(body: String) async throws {
    let response = try await server.test { try await $0.post("/v1/chat/completions", body) }
    #expect(response.code == 400)
    #expect(try response.json.at("error.type") == "invalid_request_error")
    #expect(response.text.utf8.count < 2000)
  }

  @Test("bytes that are no UTF-8 are refused")
  func invalidUTF8() async throws {
    let bytes = Array(#"{"model":""#.utf8) + [0xFF, 0xC0, 0x80] + Array(#""}"#.utf8)
    let response = try await server.test { client in
      try await client.execute(
        uri: "/v1/chat/completions", method: .post, headers: [.contentType: "application/json"],
        body: ByteBuffer(bytes: bytes)
      ) { $0 }
    }
    #expect(response.code == 400)
    #expect(try response.json.at("error.code") == "invalid_json")
  }

  @Test("a body beyond the limit is refused, whether it says so or not", arguments: [true, false])
  func tooLarge(announces: Bool) async throws {
    var server = server
    server.settings.limits.bodyBytes = 100_000
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        let head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
        if announces {
          try await connection.send(head + "Content-Length: 10000000\r\n\r\n")
        } else {
          try await connection.send(head + "Transfer-Encoding: chunked\r\n\r\n")
          let piece = String(repeating: "x", count: 50_000)
          // The server may close before the last piece is written.
          for _ in 0..<4 { try? await connection.send("c350\r\n\(piece)\r\n") }
        }
        let answer = await connection.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("body_too_large"))
      }
    }
  }

  @Test("a body of ten megabytes is read or refused, and other requests go on")
  func tenMegabytes() async throws {
    let text = String(repeating: "字", count: 3_400_000)
    try await server.test(.live) { client in
      let answer = try await client.post(
        "/v1/chat/completions", #"{"messages":[{"role":"user","content":"\#(text)"}]}"#)
      #expect(answer.code == 200)
      #expect(try await client.get("/health").code == 200)
    }
  }

  @Test("bodies of all requests together are held to a limit, and their memory is given back")
  func heldBodies() async throws {
    let began = Signal()
    let proceed = Signal()
    var server = TestServer(
      chat: ScriptedChatModel { messages, _ in
        messages.last?.content.text.hasPrefix("wait") == true
          ? [.text("a"), .wait { began.fire() }, .wait { await proceed.wait() }, .finish()] : [.finish()]
      })
    server.settings.limits.heldBodyBytes = 1500
    let filling = String(repeating: "x", count: 800)
    try await server.test(.live) { client in
      let port = try #require(client.port)
      let second = #"{"messages":[{"role":"user","content":"\#(filling)"}]}"#
      try await RawConnection.with(port: port) { connection in
        try await connection.post(
          "/v1/chat/completions", #"{"messages":[{"role":"user","content":"wait\#(filling)"}],"stream":true}"#)
        await began.wait()
        let refused = try await client.post("/v1/chat/completions", second)
        #expect(refused.code == 429)
        #expect(refused.header("retry-after") == "1")
        #expect(try refused.json.at("error.code") == "memory_limit_exceeded")
        proceed.fire()
        _ = try #require(try await connection.read(until: "[DONE]"))
      }
      // The connection was closed behind the refusal; the memory comes back when the stream is over.
      var code = 429
      while code == 429 {
        try await Task.sleep(for: .milliseconds(2))
        code = try await RawConnection.with(port: port) { connection in
          try await connection.post("/v1/chat/completions", second)
          let answer = try #require(try await connection.read(until: "\r\n\r\n"))
          return answer.hasPrefix("HTTP/1.1 200") ? 200 : 429
        }
      }
    }
  }

  @Test("the end of requests with large bodies is told, once for several, so that memory can be given back")
  func largeEnd() async throws {
    let time = ManualTime()
    let (ends, told) = AsyncStream.makeStream(of: Void.self)
    var server = server
    server.clock = time.clock
    server.onLargeRequestEnd = { told.yield() }
    let text = String(repeating: "字", count: 400_000)
    let body = #"{"messages":[{"role":"user","content":"\#(text)"}]}"#
    try await server.test { client in
      for _ in 0..<3 {
        let response = try await client.post("/v1/chat/completions", body)
        #expect(response.code == 200)
      }
      // The rest after the first of them; nothing else sleeps by now.
      await time.untilSleeping(1)
      time.advance(by: .seconds(1))
      var iterator = ends.makeAsyncIterator()
      await iterator.next()
      told.finish()
      #expect(await iterator.next() == nil)
    }
  }

  @Test("a body that does not arrive in its time is refused")
  func lateBody() async throws {
    let time = ManualTime()
    var server = server
    server.clock = time.clock
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.send(
          "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{\"mess")
        await time.untilSleeping(1)
        time.advance(by: .seconds(60))
        let answer = await connection.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 408"))
        #expect(answer.contains("body_timeout"))
      }
    }
  }

  @Test(
    "a connection that sends no whole request is dropped",
    arguments: ["", "POST /v1/chat/completions HTT", "GET /health HTTP/1.1\r\nHost: local"])
  func halfOpen(bytes: String) async throws {
    var server = server
    server.settings.limits.idleTime = .milliseconds(100)
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.send(bytes)
        // Ends only because the server closes.
        _ = await connection.readToEnd()
      }
    }
  }

  @Test("a client that does not read its answer is dropped")
  func unreadAnswer() async throws {
    let gone = Signal()
    var server = TestServer(
      chat: ScriptedChatModel(onReaderGone: { gone.fire() }) { _, _ in
        Array(repeating: .text(String(repeating: "x", count: 65536)), count: 200) + [.hold]
      })
    server.settings.limits.writeTime = .milliseconds(100)
    server.settings.limits.waitingEventBytes = 1 << 30
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try await connection.stopReading()
        try await connection.post(
          "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}],"stream":true}"#)
        await gone.wait()
      }
    }
  }

  @Test(
    "bytes that are no HTTP get 400 and a closed connection",
    arguments: [
      "\u{16}\u{3}\u{1}hello\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
      "GET /health HTTP/1.1\r\nX: \(String(repeating: "a", count: 200_000))\r\n\r\n",
    ])
  func noHTTP(bytes: String) async throws {
    try await server.test(.live) { client in
      let port = try #require(client.port)
      try await RawConnection.with(port: port) { connection in
        try? await connection.send(bytes)
        let answer = await connection.readToEnd()
        guard !answer.isEmpty else { return }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        let body = try #require(answer.components(separatedBy: "\r\n\r\n").last)
        #expect(try JSONValue(parsing: Array(body.utf8)).at("error.code") == "invalid_http")
      }
      #expect(try await client.get("/health").code == 200)
    }
  }

  @Test("a body in a coding that is not read is refused by its name", arguments: ["gzip", "br", "GZIP"])
  func compressed(coding: String) async throws {
    let response = try await server.test { client in
      try await client.post(
        "/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}]}"#,
        headers: [.contentType: "application/json", .contentEncoding: coding])
    }
    #expect(response.code == 415)
    #expect(try response.json.at("error.message")?.string?.contains(coding.lowercased()) == true)
  }

  @Test("a page of another site cannot post what a browser sends without asking; a program may call JSON what it likes")
  func browserForms() async throws {
    let body = #"{"messages":[{"role":"user","content":"hi"}]}"#
    try await server.test { client in
      let fromPage = try await client.post(
        "/v1/chat/completions", body, headers: [.contentType: "text/plain", .origin: "https://evil.example"])
      #expect(fromPage.code == 403)
      let fromProgram = try await client.post(
        "/v1/chat/completions", body, headers: [.contentType: "application/x-www-form-urlencoded"])
      #expect(fromProgram.code == 200)
    }
  }
}
