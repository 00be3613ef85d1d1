import AsyncHTTPClient
import InkChat
import InkRemote
import Synchronization
import Testing

@Suite("Several servers behind one name")
struct EndpointGroupTests {
  private func group(
    _ servers: [ScriptedServer], _ client: HTTPClient,
    rules: EndpointGroup.Rules = EndpointGroup.Rules(patience: .seconds(60))
  ) -> EndpointGroup {
    EndpointGroup(
      servers.map { ($0.address + "/v1", nil) }, dialect: .inkstone, rules: rules, client: client,
      clock: ContinuousClock())
  }

  private func ask(
    _ group: EndpointGroup, model: String = "m"
  ) async -> (
    events: [GenerationEvent], error: GenerationError?
  ) {
    await RemoteChatModel(model, over: group, clock: ContinuousClock())
      .stream([.user("Hi")], options: GenerationOptions()).outcome()
  }

  /// A server that is healthy, has these models, and answers chats as it is told.
  private func worker(
    port: Int = 0, models: [String] = ["m"],
    chat: @escaping @Sendable (Int) -> [ScriptedServer.Step] = { _ in
      [.eventHead, .send(helloChunks + "data: [DONE]\n\n"), .close]
    }
  ) async throws -> ScriptedServer {
    try await ScriptedServer(port: port) { request, number in
      switch request.path {
      case "/health": return [.json(#"{"status":"ok"}"#)]
      case "/v1/models":
        let entries = models.map { name -> JSONValue in
          ["id": .string(name), "meta": ["aliases": [.string(name + "-alias")], "abilities": ["chat"]]]
        }
        let list: JSONValue = ["object": "list", "data": .array(entries)]
        return [.json(list.text)]
      default: return chat(number)
      }
    }
  }

  private func chats(_ server: ScriptedServer) -> Int {
    server.requests.count { $0.path == "/v1/chat/completions" }
  }

  @Test("requests go to the server that has the model and the fewest of them")
  func balance() async throws {
    try await withClient { client in
      let gate = Gate()
      let chat: @Sendable (Int) -> [ScriptedServer.Step] = { _ in
        [.eventHead, .wait(gate), .send(helloChunks), .close]
      }
      let servers = [
        try await worker(chat: chat), try await worker(chat: chat), try await worker(models: ["other"]),
      ]
      let group = group(servers, client)
      #expect(await ask(group).error?.code == .unavailable)
      await group.check()
      #expect(group.models.map(\.name) == ["m", "other"])
      let answers = (0..<6).map { _ in Task { await ask(group) } }
      await until { chats(servers[0]) + chats(servers[1]) == 6 }
      #expect(chats(servers[0]) == 3)
      #expect(group.members.map(\.outstanding) == [3, 3, 0])
      gate.open()
      for answer in answers { #expect(await answer.value.error == nil) }
      await until { group.members.map(\.outstanding) == [0, 0, 0] }
      #expect(await ask(group, model: "other-alias").error == nil)
      #expect(chats(servers[2]) == 1)
      for server in servers { await server.stop() }
    }
  }

  @Test("a request that a server did not begin with is answered by another, whatever the reason")
  func retriedElsewhere() async throws {
    let refusals: [[ScriptedServer.Step]] = [
      [.close], [.json("{}", status: "503 Loading")], [.json("{}", status: "429 Full")],
      [.json("{}", status: "502 Bad")], [.send("HTTP/1.1 200 OK\r\ncontent-"), .close],
    ]
    for refusal in refusals {
      try await withClient { client in
        let bad = try await worker { _ in refusal }
        let good = try await worker()
        let group = group([bad, good], client)
        await group.check()
        for _ in 0..<3 {
          let (events, error) = await ask(group)
          #expect(error == nil)
          #expect(events.last == .finished(helloResult))
        }
        #expect(chats(bad) >= 1)
        #expect(chats(good) == 3)
        await bad.stop()
        await good.stop()
      }
    }
  }

  @Test(
    "a server that is killed: the answer that had begun fails clearly, the request that had not is answered elsewhere")
  func killed() async throws {
    try await withClient { client in
      let begun = chunks(#"{"index":0,"delta":{"content":"Hel"},"finish_reason":null}"#)
      let never = Gate()
      let gate = Gate()
      let count = Mutex(0)
      let first = try await worker { _ in
        let isFirst = count.withLock { count in
          count += 1
          return count == 1
        }
        return isFirst ? [.chunkedHead, .chunk(begun), .wait(never)] : [.wait(never)]
      }
      let second = try await worker { _ in [.eventHead, .wait(gate), .send(helloChunks), .close] }
      let group = group([first, second], client)
      await group.check()
      let begunThere = Task { await ask(group) }
      await until { chats(first) == 1 }
      let elsewhere = Task { await ask(group) }
      await until { chats(second) == 1 }
      let notBegun = Task { await ask(group) }
      await until { chats(first) == 2 }
      await first.stop()
      let (events, error) = await begunThere.value
      #expect(events == [.text("Hel")])
      #expect(error?.code == .modelFailure)
      #expect(error?.description.contains("connection was lost") == true)
      await until { chats(second) == 2 }
      gate.open()
      for answer in [elsewhere, notBegun] {
        let (events, error) = await answer.value
        #expect(error == nil)
        #expect(events.last == .finished(helloResult))
      }
      #expect(group.members.map(\.isHealthy) == [false, true])
      never.open()
      await second.stop()
    }
  }

  @Test("a server that cannot be reached gets nothing until it is healthy again")
  func returns() async throws {
    try await withClient { client in
      let first = try await worker()
      let second = try await worker()
      let group = group(
        [first, second], client, rules: EndpointGroup.Rules(patience: .seconds(60), failuresBeforeRemoval: 2))
      await group.check()
      await first.stop()
      await group.check()
      #expect(group.members.map(\.isHealthy) == [true, true])
      for _ in 0..<4 { #expect(await ask(group).error == nil) }
      #expect(group.members.map(\.isHealthy) == [false, true])
      #expect(group.members[0].reason?.contains("cannot be reached") == true)
      #expect(chats(second) == 4)
      let back = try await worker(port: first.port)
      await group.check()
      #expect(group.members.map(\.isHealthy) == [true, true])
      for _ in 0..<4 { #expect(await ask(group).error == nil) }
      #expect(chats(back) == 2)
      await back.stop()
      await second.stop()
    }
  }

  @Test("a server that fails its looks is removed after as many as the rules say, and listed with the reason")
  func unhealthy() async throws {
    try await withClient { client in
      let server = try await ScriptedServer { request, number in
        if number >= 2 { return [.json(#"{"error":{"message":"draining"}}"#, status: "503 No")] }
        return request.path == "/health" ? [.json("{}")] : [.json(#"{"data":[{"id":"m"}]}"#)]
      }
      let group = group([server], client, rules: EndpointGroup.Rules(patience: .seconds(60), failuresBeforeRemoval: 2))
      await group.check()
      #expect(group.members[0].isHealthy)
      await group.check()
      #expect(group.members[0].isHealthy)
      await group.check()
      #expect(!group.members[0].isHealthy)
      #expect(group.members[0].reason?.contains("draining") == true)
      #expect(group.models.isEmpty)
      await server.stop()
    }
  }

  @Test("when all servers refuse, the last reason is told, and no server is asked twice")
  func allRefuse() async throws {
    try await withClient { client in
      let servers = [
        try await worker { _ in [.json(#"{"error":{"message":"Full."}}"#, status: "429 Full")] },
        try await worker { _ in [.json(#"{"error":{"message":"Full."}}"#, status: "429 Full")] },
      ]
      let group = group(servers, client)
      await group.check()
      let (_, error) = await ask(group)
      #expect(error?.code == .overloaded)
      #expect(servers.map { chats($0) } == [1, 1])
      #expect(group.members.map(\.outstanding) == [0, 0])
      for server in servers { await server.stop() }
    }
  }

  @Test("an error that another server would give too is not tried elsewhere")
  func finalError() async throws {
    try await withClient { client in
      let bad = try await worker { _ in [.json(#"{"error":{"message":"No."}}"#, status: "400 Bad")] }
      let other = try await worker { _ in [.json(#"{"error":{"message":"No."}}"#, status: "400 Bad")] }
      let group = group([bad, other], client)
      await group.check()
      #expect(await ask(group).error?.code == .invalidInput)
      #expect(chats(bad) + chats(other) == 1)
      await bad.stop()
      await other.stop()
    }
  }
}
