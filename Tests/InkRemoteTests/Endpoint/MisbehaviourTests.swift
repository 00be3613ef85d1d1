import AsyncHTTPClient
import InkChat
import InkRemote
import Testing

@Suite("An endpoint that misbehaves")
struct MisbehaviourTests {
  private func ask(
    _ model: RemoteChatModel, patience: Duration? = nil
  ) async -> (
    events: [GenerationEvent], error: GenerationError?
  ) {
    await model.stream([.user("Hi")], options: GenerationOptions(urgency: RequestUrgency(patience: patience))).outcome()
  }

  @Test("an answer without [DONE] is whole when it has a finish reason")
  func withoutDone() async throws {
    try await withServer { _, _ in
      [.eventHead, .send(helloChunks), .close]
    } body: { server, client in
      let (events, error) = await ask(server.model(try server.transport(client)))
      #expect(error == nil)
      #expect(events == [.text("Hel"), .text("lo"), .finished(helloResult)])
    }
  }

  @Test("an answer that ends in the middle of its last event is whole only when the event is")
  func withoutBlankLine() async throws {
    let whole = String(helloChunks.dropLast(2))
    for (text, code) in [(whole, nil), (String(whole.dropLast(4)), GenerationError.Code.modelFailure)] {
      try await withServer { _, _ in
        [.eventHead, .send(text), .close]
      } body: { server, client in
        let (events, error) = await ask(server.model(try server.transport(client)))
        #expect(error?.code == code)
        #expect(events.prefix(2) == [.text("Hel"), .text("lo")])
      }
    }
  }

  @Test("a connection that is cut in the middle fails the answer behind what arrived, and is not retried")
  func cutInTheMiddle() async throws {
    let begin = chunks(#"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#)
    let scripts: [[ScriptedServer.Step]] = [
      [.chunkedHead, .chunk(begin), .close], [.eventHead, .send(begin), .close],
      [.chunkedHead, .chunk(begin), .lastChunk], [.chunkedHead, .close],
    ]
    for script in scripts {
      try await withServer { _, _ in
        script
      } body: { server, client in
        let (events, error) = await ask(server.model(try server.transport(client)))
        #expect(error?.code == .modelFailure)
        #expect(events == (script.count > 2 ? [.text("Hel")] : []))
        #expect(server.requests.count == 1)
      }
    }
  }

  @Test("an endpoint that does not stream is understood too")
  func wholeAnswer() async throws {
    let answer =
      #"{"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"length"}],"#
      + #""usage":{"prompt_tokens":1,"completion_tokens":1}}"#
    try await withServer { _, _ in
      [.json(answer)]
    } body: { server, client in
      let (events, error) = await ask(server.model(try server.transport(client)))
      #expect(error == nil)
      let result = GenerationResult(finishReason: .length, counts: TokenCounts(prompt: 1, completion: 1))
      #expect(events == [.text("Hello"), .finished(result)])
    }
  }

  @Test(
    "a status that is no success becomes the error that it means, with the endpoint's words",
    arguments: [
      ("400 Bad Request", "invalid_request_error", "invalid_value", GenerationError.Code.invalidInput),
      ("400 Bad Request", "invalid_request_error", "context_length_exceeded", .contextExceeded),
      ("400 Bad Request", "exceed_context_size_error", "400", .contextExceeded),
      ("401 Unauthorized", "authentication_error", "invalid_api_key", .notAuthorized),
      ("403 Forbidden", "permission_error", "", .notAuthorized),
      ("404 Not Found", "invalid_request_error", "model_not_found", .modelFailure),
      ("429 Too Many Requests", "insufficient_quota", "insufficient_quota", .notAuthorized),
      ("500 Internal Server Error", "server_error", "", .modelFailure),
      ("501 Not Implemented", "not_implemented_error", "", .unsupported),
      ("504 Gateway Timeout", "timeout_error", "", .timedOut),
      ("307 Temporary Redirect", "", "", .unavailable),
    ])
  func statuses(status: String, type: String, code: String, expected: GenerationError.Code) async throws {
    let body = #"{"error":{"message":"Words of the endpoint.","type":"\#(type)","param":null,"code":"\#(code)"}}"#
    try await withServer { _, _ in
      [.json(body, status: status, fields: ["location: http://127.0.0.1:1/"])]
    } body: { server, client in
      let (_, error) = await ask(server.model(try server.transport(client)))
      #expect(error?.code == expected)
      #expect(error?.description.contains("Words of the endpoint.") == true)
      #expect(server.requests.count == 1)
    }
  }

  @Test(
    "429 and 503 are tried again after the time the endpoint names", arguments: ["429 Busy", "503 Loading", "502 Bad"])
  func retries(status: String) async throws {
    try await withServer { _, number in
      number < 2
        ? [.json("{}", status: status, fields: ["retry-after: \(number)"])]
        : [.eventHead, .send(helloChunks + "data: [DONE]\n\n"), .close]
    } body: { server, client in
      let (events, error) = await ask(server.model(try server.transport(client)))
      #expect(error == nil)
      #expect(events.last == .finished(helloResult))
      #expect(server.requests.count == 3)
      #expect(Set(server.requests.map(\.body)).count == 1)
    }
  }

  @Test("retries end with the budget, and an endpoint that asks for too long a wait is not waited for")
  func budget() async throws {
    for (wait, requests) in [(0, 3), (3600, 1)] {
      try await withServer { _, _ in
        [.json(#"{"error":{"message":"Full."}}"#, status: "429 Busy", fields: ["retry-after: \(wait)"])]
      } body: { server, client in
        let (_, error) = await ask(server.model(try server.transport(client)))
        #expect(error?.code == .overloaded)
        #expect(server.requests.count == requests)
      }
    }
  }

  @Test("a connection that is closed before the answer begins is tried again; a refused one too, until the budget ends")
  func connections() async throws {
    try await withServer { _, number in
      number == 0 ? [.close] : [.eventHead, .send(helloChunks), .close]
    } body: { server, client in
      let (events, error) = await ask(server.model(try server.transport(client)))
      #expect(error == nil)
      #expect(events.last == .finished(helloResult))
      #expect(server.requests.count == 2)
      let transport = try server.transport(client)
      await server.stop()
      let (_, refused) = await ask(server.model(transport))
      #expect(refused?.code == .unavailable)
    }
  }

  @Test("an endpoint that hangs before, at the beginning of, or in the middle of an answer runs out of time")
  func hangs() async throws {
    let begin = chunks(#"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#)
    let short = EndpointTimeouts(head: .seconds(1), idle: .seconds(1))
    let scripts: [[ScriptedServer.Step]] = [
      [.untilClosed], [.eventHead, .untilClosed], [.eventHead, .send(begin), .untilClosed],
      [.send("HTTP/1.1 200"), .untilClosed],
    ]
    for script in scripts {
      try await withServer { _, _ in
        script
      } body: { server, client in
        let (_, error) = await ask(server.model(try server.transport(client, timeouts: short)))
        #expect(error?.code == .timedOut)
        await until { server.closedByClient == server.requests.count }
        #expect(server.requests.count <= 1)
      }
    }
  }

  @Test("an endless answer ends at the limit for the whole of it")
  func endless() async throws {
    let gate = Gate()
    let piece = chunks(#"{"index":0,"delta":{"content":"x"},"finish_reason":null}"#)
    try await withServer { _, _ in
      [.eventHead] + Array(repeating: .send(piece), count: 50) + [.wait(gate), .untilClosed]
    } body: { server, client in
      let timeouts = EndpointTimeouts(total: .seconds(1))
      let (events, error) = await ask(server.model(try server.transport(client, timeouts: timeouts)))
      #expect(error?.code == .timedOut)
      #expect(events.allSatisfy { $0 == .text("x") })
      gate.open()
      await until { server.closedByClient == server.requests.count }
    }
  }

  @Test("patience ends a request whose answer does not begin, although the endpoint sends signs of life")
  func patience() async throws {
    try await withServer { _, _ in
      [.eventHead, .send(": ping\n\n"), .untilClosed]
    } body: { server, client in
      let (_, error) = await ask(server.model(try server.transport(client)), patience: .milliseconds(500))
      #expect(error?.code == .timedOut)
      await until { server.closedByClient == server.requests.count }
    }
  }

  @Test(
    "what is no answer is refused with what was there instead",
    arguments: [
      "data: {broken\n\n", "data: 7\n\n", "data: {\"choices\":7}\n\n", "data: \u{1}\n\n",
      "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0}]}}]}\n\n",
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"bored\"}]}\n\n",
      "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"content_filter\"}]}\n\n", "<html>Welcome</html>", "",
    ])
  func nonsense(body: String) async throws {
    try await withServer { _, _ in
      [.eventHead, .send(body + " "), .close]
    } body: { server, client in
      let (events, error) = await ask(server.model(try server.transport(client)))
      #expect(error?.code == .modelFailure)
      #expect(events.isEmpty)
    }
  }

  @Test("an error in the middle of a stream fails the answer with the endpoint's words")
  func errorInTheMiddle() async throws {
    let begin = chunks(#"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#)
    let errors: [(String, GenerationError.Code)] = [
      (#"data: {"error":{"message":"Out of pages.","type":"rate_limit_error","code":"queue_full"}}"#, .overloaded),
      (#"data: {"error":{"message":"Out of pages.","type":"server_error","code":500}}"#, .modelFailure),
      ("event: error\ndata: {\"message\":\"Out of pages.\",\"code\":503}", .unavailable),
    ]
    for (text, code) in errors {
      try await withServer { _, _ in
        [.eventHead, .send(begin + text + "\n\n"), .close]
      } body: { server, client in
        let (events, error) = await ask(server.model(try server.transport(client)))
        #expect(events == [.text("Hel")])
        #expect(error?.code == code)
        #expect(error?.description.contains("Out of pages.") == true)
      }
    }
  }

  @Test("a reader that goes away closes the connection")
  func droppedReader() async throws {
    let begin = chunks(#"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#)
    try await withServer { _, _ in
      [.eventHead, .send(begin), .untilClosed]
    } body: { server, client in
      let model = server.model(try server.transport(client))
      for try await event in model.stream([.user("Hi")], options: GenerationOptions()) {
        #expect(event == .text("Hel"))
        break
      }
      await until { server.closedByClient == 1 }
      let reading = Task { await ask(model) }
      await until { server.requests.count == 2 }
      reading.cancel()
      #expect(await reading.value.error?.code == .cancelled)
      await until { server.closedByClient == 2 }
    }
  }

  @Test("a connection serves one answer after the other")
  func reuse() async throws {
    try await withServer { _, _ in
      [.chunkedHead, .chunk(helloChunks + "data: [DONE]\n\n"), .lastChunk]
    } body: { server, client in
      let model = server.model(try server.transport(client))
      for _ in 0..<5 { #expect(await ask(model).error == nil) }
      #expect(server.requests.count == 5)
      #expect(server.connections < 5)
    }
  }

  @Test("the key goes into its field and nowhere else")
  func key() async throws {
    try await withServer { _, _ in
      [.json("{}", status: "401 No")]
    } body: { server, client in
      let transport = try server.transport(client, key: " sk-secret\n")
      let (_, error) = await ask(server.model(transport))
      #expect(server.requests.first?.fields["authorization"] == "Bearer sk-secret")
      var dumped = "\(transport) \(String(reflecting: transport.endpoint)) \(String(describing: error))"
      dump(transport.endpoint, to: &dumped)
      #expect(!dumped.contains("sk-secret"))
    }
    for bad in ["", "  ", "a b", "ключ", "a\r\nb"] {
      #expect(throws: GenerationError.self) { try EndpointKey(bad) }
    }
  }
}
