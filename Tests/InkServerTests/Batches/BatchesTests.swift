import Foundation
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("/v1/batches")
struct BatchesTests {
  private static let echo = ScriptedChatModel { messages, _ in
    let text = messages.last?.content.text ?? ""
    if text == "refuse" { return [.failure(GenerationError(code: .contextExceeded, context: "prompt", found: "long"))] }
    return [.text("You said \(text)"), .finish(prompt: 3, completion: 2)]
  }

  private static func line(_ identifier: String, _ text: String = "hi", url: String = "/v1/chat/completions") -> String
  {
    """
    {"custom_id":"\(identifier)","method":"POST","url":"\(url)",\
    "body":{"messages":[{"role":"user","content":"\(text)"}]}}\n
    """
  }

  private static func create(
    _ client: any TestClientProtocol, _ lines: String, endpoint: String = "/v1/chat/completions"
  ) async throws -> JSONValue {
    let file = try await client.upload(lines).json["id"]?.string ?? ""
    return try await client.post(
      "/v1/batches",
      "{\"input_file_id\":\"\(file)\",\"endpoint\":\"\(endpoint)\",\"completion_window\":\"24h\",\"metadata\":{\"a\":\"b\"}}"
    ).json
  }

  /// The batch once nothing happens to it any more.
  private static func finished(_ client: any TestClientProtocol, _ batch: JSONValue) async throws -> JSONValue {
    let identifier = try #require(batch["id"]?.string)
    while true {
      let now = try await client.get("/v1/batches/\(identifier)").json
      let status = now["status"]?.string ?? "failed"
      if ["completed", "failed", "expired", "cancelled"].contains(status) { return now }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private static func lines(_ client: any TestClientProtocol, _ file: JSONValue?) async throws -> [JSONValue] {
    let identifier = try #require(file?.string)
    let text = try await client.get("/v1/files/\(identifier)/content").text
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("every request of a batch is answered once; answers and refusals are in files of their own")
  func completed() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let input = (0..<10).map { Self.line("r\($0)", "n\($0)") }.joined() + "\n" + Self.line("bad", "refuse")
      let created = try await Self.create(client, input)
      #expect(created["object"] == "batch")
      #expect(created["status"] == "validating")
      #expect(created["metadata"] == ["a": "b"])
      #expect(created["output_file_id"] == .null)
      let batch = try await Self.finished(client, created)
      #expect(batch["status"] == "completed")
      #expect(batch["request_counts"] == ["total": 11, "completed": 10, "failed": 1])
      #expect(batch.at("usage.total_tokens") == 50)
      let answers = try await Self.lines(client, batch["output_file_id"])
      #expect(Set(answers.compactMap { $0["custom_id"]?.string }) == Set((0..<10).map { "r\($0)" }))
      for answer in answers {
        let number = answer["custom_id"]?.string?.dropFirst() ?? ""
        #expect(answer.at("response.status_code") == 200)
        #expect(answer.at("response.body.choices.0.message.content") == .string("You said n\(number)"))
        #expect(answer["error"] == .null)
      }
      let refusals = try await Self.lines(client, batch["error_file_id"])
      #expect(refusals.map { $0["custom_id"] } == ["bad"])
      #expect(refusals[0].at("response.status_code") == 400)
      #expect(refusals[0].at("response.body.error.code") == "context_length_exceeded")
      let file = try await client.get("/v1/files/\(batch["output_file_id"]?.string ?? "")").json
      #expect(file["purpose"] == "batch_output")
      let list = try await client.get("/v1/batches").json
      #expect(list["data"]?.array?.map { $0["id"] } == [batch["id"]])
    }
  }

  @Test("requests of batches wait for those of people")
  func priority() async throws {
    let seen = Mutex<[Int]>([])
    let model = ScriptedChatModel { _, options in
      seen.withLock { $0.append(options.urgency.priority) }
      return [.text("x"), .finish()]
    }
    try await TestServer(chat: model).test { client in
      _ = try await Self.finished(client, try await Self.create(client, Self.line("a")))
      _ = try await client.post("/v1/chat/completions", #"{"messages":[{"role":"user","content":"hi"}]}"#)
    }
    let priorities = seen.withLock { $0 }
    #expect(priorities.count == 2)
    #expect(priorities[0] < priorities[1])
  }

  @Test("an input with faults is not begun, and each fault has its line")
  func invalid() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let lines = [
        Self.line("a"), Self.line("a"), "nonsense\n", "[1]\n", Self.line("b", url: "/v1/embeddings"),
        #"{"custom_id":"c","method":"GET","url":"/v1/chat/completions","body":{}}"# + "\n",
        #"{"custom_id":"d","method":"POST","url":"/v1/chat/completions"}"# + "\n",
        #"{"custom_id":7,"method":"POST","url":"/v1/chat/completions","body":{}}"# + "\n",
        #"{"custom_id":"e","method":"POST","url":"/v1/chat/completions","body":{"stream":true}}"# + "\n",
        String(repeating: "[", count: 1000) + "\n",
      ]
      let batch = try await Self.finished(client, try await Self.create(client, lines.joined()))
      #expect(batch["status"] == "failed")
      let faults = batch.at("errors.data")?.array ?? []
      #expect(faults.map { $0["line"] } == (2...10).map { .integer($0) })
      #expect(
        faults.map { $0["code"]?.string } == [
          "duplicate_custom_id", "invalid_json_line", "invalid_json_line", "mismatched_endpoint", "invalid_method",
          "missing_required_parameter", "missing_required_parameter", "invalid_value", "invalid_json_line",
        ])
      let empty = try await Self.finished(client, try await Self.create(client, "\n\n"))
      #expect(empty.at("errors.data.0.code") == "empty_file")
    }
  }

  @Test("a batch that is cancelled begins nothing more and keeps what it has")
  func cancelled() async throws {
    let begun = Signal()
    let goOn = Signal()
    let model = ScriptedChatModel { _, _ in
      begun.fire()
      return [.wait { await goOn.wait() }, .text("x"), .finish()]
    }
    var limits = StorageLimits.inMemory
    limits.batchConcurrency = 1
    var server = TestServer(chat: model)
    server.store = .inMemory(limits: limits)
    try await server.test { client in
      let created = try await Self.create(client, Self.line("a") + Self.line("b") + Self.line("c"))
      let identifier = created["id"]?.string ?? ""
      await begun.wait()
      let response = try await client.post("/v1/batches/\(identifier)/cancel", "")
      #expect(try response.json["status"] == "cancelling")
      goOn.fire()
      let batch = try await Self.finished(client, created)
      #expect(batch["status"] == "cancelled")
      #expect(try await Self.lines(client, batch["output_file_id"]).map { $0["custom_id"] } == ["a"])
      let again = try await client.post("/v1/batches/\(identifier)/cancel", "")
      #expect(again.code == 409)
    }
  }

  @Test("after a restart a batch goes on where it was, and nothing is asked twice")
  func restarted() async throws {
    let folder = FileManager.default.temporaryDirectory.path + "/inkstone-batch-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let reached = Signal()
    let first = ScriptedChatModel { messages, _ in
      guard messages.last?.content.text == "2" else { return [.text("first"), .finish()] }
      reached.fire()
      return [.hold]
    }
    var limits = StorageLimits()
    limits.batchConcurrency = 1
    var server = TestServer(chat: first)
    server.store = try StateStore.open(folder, limits: limits)
    let created = try await server.test { client in
      let created = try await Self.create(client, (0..<5).map { Self.line("r\($0)", "\($0)") }.joined())
      await reached.wait()
      return created
    }
    server.store?.close()
    let asked = Mutex<[String]>([])
    let second = ScriptedChatModel { messages, _ in
      asked.withLock { $0.append(messages.last?.content.text ?? "") }
      return [.text("second"), .finish()]
    }
    // What a killed process leaves of a line that it was writing.
    let log = "\(folder)/batches/\(created["id"]?.string ?? "").log"
    let handle = try #require(FileHandle(forWritingAtPath: log))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"line\":3,\"succ".utf8))
    try handle.close()
    var again = TestServer(chat: second)
    again.store = try StateStore.open(folder, limits: limits)
    try await again.test { client in
      let batch = try await Self.finished(client, created)
      #expect(batch["status"] == "completed")
      #expect(batch["request_counts"] == ["total": 5, "completed": 5, "failed": 0])
      let answers = try await Self.lines(client, batch["output_file_id"])
      #expect(answers.map { $0["custom_id"]?.string } == ["r0", "r1", "r2", "r3", "r4"])
      #expect(
        answers.map { $0.at("response.body.choices.0.message.content")?.string }
          == ["first", "first", "second", "second", "second"])
      // The log goes when everything else is done.
      while FileManager.default.fileExists(atPath: log) { try await Task.sleep(for: .milliseconds(5)) }
    }
    #expect(asked.withLock { $0 } == ["2", "3", "4"])
  }

  @Test("what is not answered in the batch's window is given up, and said to be")
  func expired() async throws {
    let now = Mutex(1_700_000_000)
    let clock = ServerClock.dated { now.withLock { $0 } }
    let model = ScriptedChatModel { _, _ in
      now.withLock { $0 += 86_400 }
      return [.text("x"), .finish()]
    }
    var limits = StorageLimits.inMemory
    limits.batchConcurrency = 1
    var server = TestServer(chat: model)
    server.clock = clock
    server.store = .inMemory(limits: limits, clock: clock)
    try await server.test { client in
      let batch = try await Self.finished(client, try await Self.create(client, Self.line("a") + Self.line("b")))
      #expect(batch["status"] == "expired")
      #expect(try await Self.lines(client, batch["output_file_id"]).map { $0["custom_id"] } == ["a"])
      let given = try await Self.lines(client, batch["error_file_id"])
      #expect(given.map { $0["custom_id"] } == ["b"])
      #expect(given[0].at("error.code") == "batch_expired")
    }
  }

  @Test("responses that a batch makes are kept like others")
  func responses() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let line = #"{"custom_id":"a","method":"POST","url":"/v1/responses","body":{"input":"hi"}}"#
      let created = try await Self.create(client, line, endpoint: "/v1/responses")
      let batch = try await Self.finished(client, created)
      let answers = try await Self.lines(client, batch["output_file_id"])
      let identifier = answers[0].at("response.body.id")?.string ?? ""
      #expect(try await client.get("/v1/responses/\(identifier)").code == 200)
    }
  }

  @Test("a batch that cannot be is refused, and the field is named")
  func refused() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let vision = try await client.upload("x", purpose: "vision").json["id"]?.string ?? ""
      let file = try await client.upload("x").json["id"]?.string ?? ""
      func body(_ file: String, _ endpoint: String, _ window: String) -> String {
        "{\"input_file_id\":\"\(file)\",\"endpoint\":\"\(endpoint)\",\"completion_window\":\"\(window)\"}"
      }
      let chat = "/v1/chat/completions"
      for (body, param) in [
        ("{}", "input_file_id"), (body("../x", chat, "24h"), "input_file_id"),
        (body(vision, chat, "24h"), "input_file_id"),
        (body(file, "/health", "24h"), "endpoint"), (body(file, chat, "soon"), "completion_window"),
        (body(file, chat, "0h"), "completion_window"), (body(file, chat, "9999999999999999999h"), "completion_window"),
      ] {
        let response = try await client.post("/v1/batches", body)
        #expect(response.code == 400)
        #expect(try response.json.at("error.param") == .string(param), "\(response.text)")
      }
      #expect(try await client.get("/v1/batches/batch_x").code == 404)
      #expect(try await client.post("/v1/batches/batch_000000000000000000000000/cancel", "").code == 404)
      #expect(try await client.get("/v1/batches?limit=101").code == 400)
    }
  }
}
