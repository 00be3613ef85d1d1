import InkChains
import InkChat
import InkTesting
import Testing

@Suite struct ContextProtocolTests {
  /// A server whose tool `wait` tells when it begins and when it was cancelled.
  private func server(
    begun: @escaping @Sendable () -> Void = {}, cancelled: @escaping @Sendable () -> Void = {}
  ) throws -> ContextServer {
    let wait = ToolDefinition(name: "wait", description: "", parameters: ["type": "object"])
    return ContextServer(
      name: "test", version: "1",
      tools: try Toolbox([
        .calculator(),
        AgentTool(wait) { (_, _) throws(ChainError) in
          begun()
          while !Task.isCancelled { await Task.yield() }
          cancelled()
          throw ChainError(.cancelled, context: "wait")
        },
      ]),
      resources: [ContextResource(uri: "note://a", name: "a", mediaType: "text/markdown")],
      read: { uri throws(ChainError) in "# " + uri },
      prompts: [
        ContextPrompt(
          name: "sum", description: "Sums up.", template: try PromptTemplate("Sum up {text} in {language}."))
      ])
  }

  /// A client that is connected to the server as long as the work lasts.
  private func connected(
    to server: ContextServer, _ work: (ContextClient) async throws -> Void
  ) async throws {
    let (near, far) = LineTransport.pair()
    let serving = Task { await server.serve(far) }
    let client = try await ContextClient.connect(near, name: "client", version: "1")
    try await work(client)
    await client.close()
    serving.cancel()
    await serving.value
  }

  @Test("tools of a server are called as if they were of one's own, their errors told as such")
  func tools() async throws {
    try await connected(to: try server()) { client in
      let tools = try Toolbox(try await client.tools())
      #expect(tools.definitions.map(\.name) == ["calculate", "wait"])
      #expect(tools.definitions[0].parameters["properties"]?["expression"] != nil)
      let context = ChainContext(RunSettings())
      #expect(try await tools.tools[0].call(["expression": "6*7"], in: context) == "42")
      let error = await #expect(throws: ChainError.self) {
        try await tools.tools[0].call(["expression": "1/0"], in: context)
      }
      #expect(error?.found.contains("arithmetic") == true)
    }
  }

  @Test("resources and prompts are listed and read")
  func resourcesAndPrompts() async throws {
    try await connected(to: try server()) { client in
      let resources = try await client.resources()
      #expect(resources == [ContextResource(uri: "note://a", name: "a", mediaType: "text/markdown")])
      #expect(try await client.read("note://a") == "# note://a")
      await #expect(throws: ChainError.self) { try await client.read("note://b") }
      #expect(try await client.promptNames() == ["sum"])
      #expect(
        try await client.prompt("sum", ["text": "this", "language": "English"]) == [.user("Sum up this in English.")])
      let missing = await #expect(throws: ChainError.self) { try await client.prompt("sum", ["text": "this"]) }
      #expect(missing?.found.contains("{language}") == true)
    }
  }

  @Test("a cancelled call is cancelled on the other side, and others go on")
  func cancellation() async throws {
    let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    let (cancelled, cancelling) = AsyncStream.makeStream(of: Void.self)
    let server = try server(begun: { beginning.finish() }, cancelled: { cancelling.finish() })
    try await connected(to: server) { client in
      let tools = try await client.tools()
      let context = ChainContext(RunSettings())
      let call = Task { try await tools[1].call([:], in: context) }
      for await _ in begun {}
      call.cancel()
      let result = await call.result
      #expect(throws: ChainError.self) { try result.get() }
      for await _ in cancelled {}
      #expect(try await tools[0].call(["expression": "1+1"], in: context) == "2")
    }
  }

  @Test("a server that does not answer is given up after the client's patience, and told so")
  func hanging() async throws {
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let (sent, sending) = AsyncStream.makeStream(of: String.self)
    let clock = ManualClock()
    let error = await #expect(throws: ChainError.self) {
      try await ContextClient.connect(
        LineTransport(lines: lines, send: { sending.yield($0) }), name: "c", version: "1", patience: .seconds(7),
        clock: ChainClock(clock))
    }
    #expect(error?.code == .unavailable)
    #expect(clock.sleeps == [.seconds(7)])
    for await line in sent where line.contains("notifications/cancelled") { break }
    sink.finish()
  }

  @Test(
    "a server of an older revision is taken, one of an unknown revision is not",
    arguments: [("2024-11-05", true), ("2025-03-26", true), ("2025-11-25", true), ("1999-01-01", false)])
  func revisions(revision: String, isKnown: Bool) async throws {
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let transport = LineTransport(
      lines: lines,
      send: { line in
        guard line.contains("initialize\"") else { return }
        sink.yield("what a server says on its way up")
        sink.yield(#"{"jsonrpc":"2.0","method":"notifications/message","params":{}}"#)
        sink.yield(#"{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"\#(revision)"}}"#)
      })
    let client = try? await ContextClient.connect(transport, name: "c", version: "1")
    #expect((client != nil) == isKnown)
    await client?.close()
  }

  @Test("a connection that ends fails what waits")
  func end() async throws {
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let transport = LineTransport(lines: lines, send: { _ in sink.finish() })
    await #expect(throws: ChainError.self) { try await ContextClient.connect(transport, name: "c", version: "1") }
  }

  @Test(
    "lines that are no messages get the errors that JSON-RPC has for them",
    arguments: [
      ("{", "-32700"), ("[]", "-32600"), (#"{"jsonrpc":"2.0","id":1,"method":"fly"}"#, "-32601"),
      (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"fly"}}"#, "-32602"),
      (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, "-32600"),
      (#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"x"}}"#, "-32002"),
      (#"{"jsonrpc":"2.0","id":"a","method":"ping"}"#, #"{"jsonrpc":"2.0","id":"a","result":{}}"#),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05"}}"#,
        #""protocolVersion":"2024-11-05""#
      ),
      (
        #"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}}"#,
        #""protocolVersion":"2025-06-18""#
      ),
    ])
  func faults(line: String, expected: String) async throws {
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let (answers, answerSink) = AsyncStream.makeStream(of: String.self)
    let transport = LineTransport(lines: lines, send: { answerSink.yield($0) })
    let server = try server()
    let serving = Task { await server.serve(transport) }
    sink.yield(line)
    for await answer in answers {
      #expect(answer.contains(expected))
      break
    }
    sink.finish()
    await serving.value
  }

  private static func call(_ tool: String, id: Int, _ arguments: String = "{}") -> String {
    #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
  }

  @Test("requests that were read before the input ended are still answered")
  func answeredAfterEnd() async throws {
    let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
    let (released, release) = AsyncStream.makeStream(of: Void.self)
    let slow = try AgentTool(ToolDefinition(name: "slow", description: "", parameters: ["type": "object"])) {
      (_, _) throws(ChainError) in
      beginning.finish()
      for await _ in released {}
      return Task.isCancelled ? "cancelled" : "late"
    }
    let server = ContextServer(name: "test", version: "1", tools: try Toolbox([.calculator(), slow]))
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let (answers, answerSink) = AsyncStream.makeStream(of: String.self)
    let serving = Task {
      await server.serve(LineTransport(lines: lines, send: { answerSink.yield($0) }))
      answerSink.finish()
    }
    sink.yield(Self.call("slow", id: 1))
    sink.yield(Self.call("calculate", id: 2, #"{"expression":"6*7"}"#))
    sink.finish()
    for await _ in begun {}
    var texts: [String] = []
    for await answer in answers {
      texts.append(answer)
      // The quick one is answered while the slow one works, though the input is over.
      release.finish()
    }
    await serving.value
    #expect(texts.count == 2)
    #expect(texts.first?.contains(#""text":"42""#) == true)
    #expect(texts.last?.contains(#""text":"late""#) == true)
  }

  @Test(
    "what works longer than the server's patience after the end of the input is cancelled, and so is what nobody hears")
  func patience() async throws {
    for refuses in [false, true] {
      let wait = try AgentTool(ToolDefinition(name: "wait", description: "", parameters: ["type": "object"])) {
        (_, _) throws(ChainError) in
        while !Task.isCancelled { await Task.yield() }
        throw ChainError(.cancelled, context: "wait")
      }
      let clock = ManualClock()
      let server = ContextServer(
        name: "test", version: "1", tools: try Toolbox([.calculator(), wait]),
        settings: RunSettings(clock: refuses ? ChainClock(ContinuousClock()) : ChainClock(clock)),
        patience: .seconds(1_000_000))
      let (lines, sink) = AsyncStream.makeStream(of: String.self)
      let (answers, answerSink) = AsyncStream.makeStream(of: String.self)
      let transport = LineTransport(lines: lines) { line in
        if refuses { throw CancellationError() }
        answerSink.yield(line)
      }
      sink.yield(Self.call("wait", id: 1))
      if refuses { sink.yield(Self.call("calculate", id: 2, #"{"expression":"1"}"#)) }
      sink.finish()
      // It would not come back while the tool works.
      await server.serve(transport)
      answerSink.finish()
      for await answer in answers { Issue.record("an answer: \(answer)") }
      #expect(clock.sleeps == (refuses ? [] : [.seconds(1_000_000)]))
    }
  }

  @Test("one who sends requests without end, or one identifier twice, is refused and the others are answered")
  func flood() async throws {
    let gate = Gate()
    let wait = try AgentTool(ToolDefinition(name: "wait", description: "", parameters: ["type": "object"])) {
      (_, _) throws(ChainError) in
      await gate.wait()
      return "done"
    }
    let server = ContextServer(name: "test", version: "1", tools: try Toolbox([wait]))
    let (lines, sink) = AsyncStream.makeStream(of: String.self)
    let (answers, answerSink) = AsyncStream.makeStream(of: String.self)
    let serving = Task {
      await server.serve(LineTransport(lines: lines, send: { answerSink.yield($0) }))
      answerSink.finish()
    }
    for id in 0..<257 { sink.yield(Self.call("wait", id: id)) }
    sink.yield(Self.call("wait", id: 7))
    sink.finish()
    var refused: [String] = []
    var done = 0
    for await answer in answers {
      if answer.contains("\"error\"") { refused.append(answer) } else { done += 1 }
      if refused.count == 2 { gate.open() }
    }
    await serving.value
    #expect(refused.count == 2 && done == 256)
    #expect(refused.first?.contains("\"id\":256,") == true && refused.first?.contains("-32000") == true)
    #expect(refused.last?.contains("\"id\":7,") == true && refused.last?.contains("-32600") == true)
  }
}
