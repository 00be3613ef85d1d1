import Foundation
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("/v1/responses")
struct ResponsesTests {
  /// A model that repeats what it is given.
  private static let echo = ScriptedChatModel { messages, _ in
    let told = messages.map { "\($0.role.rawValue)=\($0.content.text)" }.joined(separator: "|")
    return [.text(told), .finish(prompt: 9, cached: 4, completion: 2)]
  }

  private static func weather(_ messages: [Message]) -> [ScriptedStep] {
    [
      .event(.reasoning("hm")), .text("Look: "),
      .event(
        .toolCallFragment(ToolCallFragment(index: 0, opening: .init(identifier: "c1", name: "get"), arguments: ""))),
      .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: "{\"a\""))),
      .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: ":1}"))),
      .event(.toolCall(ToolCall(identifier: "c1", name: "get", arguments: ["a": 1]))),
      .event(.toolCall(ToolCall(identifier: "c2", name: "get", arguments: ["b": 2]))),
      .finish(.toolCalls, prompt: 5, completion: 6),
    ]
  }

  private static let tools = #""tools":[{"type":"function","name":"get","parameters":{"type":"object"}}]"#

  @Test("an answer in one piece has the shape of OpenAI's, and is kept as it was told")
  func whole() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let response = try await client.post(
        "/v1/responses",
        #"{"model":"m","input":"hi","instructions":"Be brief","metadata":{"a":"b"},"max_output_tokens":9}"#)
      #expect(response.code == 200)
      #expect(response.header("x-inkstone-warning") == nil)
      let json = try response.json
      #expect(json["id"]?.string?.hasPrefix("resp_") == true)
      #expect(json["object"] == "response")
      #expect(json["status"] == "completed")
      #expect(json["error"] == .null)
      #expect(json["model"] == "m")
      #expect(json["instructions"] == "Be brief")
      #expect(json["metadata"] == ["a": "b"])
      #expect(json["max_output_tokens"] == 9)
      #expect(json["text"] == ["format": ["type": "text"]])
      #expect(json["tool_choice"] == "auto")
      #expect(json["parallel_tool_calls"] == true)
      #expect(json.at("output.0.type") == "message")
      #expect(json.at("output.0.role") == "assistant")
      #expect(
        json.at("output.0.content.0")
          == ["type": "output_text", "text": "system=Be brief|user=hi", "annotations": [], "logprobs": []])
      #expect(
        json["usage"]
          == [
            "input_tokens": 9, "input_tokens_details": ["cached_tokens": 4], "output_tokens": 2,
            "output_tokens_details": ["reasoning_tokens": 0], "total_tokens": 11,
          ])
      #expect(try await client.get("/v1/responses/\(json["id"]?.string ?? "")").json == json)
    }
  }

  @Test(
    "a response goes on with the one before it, also when that one is deleted later; instructions are not handed on")
  func chain() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let first =
        try await client.post("/v1/responses", #"{"input":"one","instructions":"I"}"#).json["id"]?.string ?? ""
      let second = try await client.post("/v1/responses", "{\"input\":\"two\",\"previous_response_id\":\"\(first)\"}")
        .json
      #expect(second.at("output.0.content.0.text") == "user=one|assistant=system=I|user=one|user=two")
      #expect(second["previous_response_id"] == .string(first))
      let deleted = try await client.delete("/v1/responses/\(first)").json
      #expect(deleted == ["id": .string(first), "object": "response", "deleted": true])
      let identifier = second["id"]?.string ?? ""
      let third = try await client.post(
        "/v1/responses", "{\"input\":\"three\",\"previous_response_id\":\"\(identifier)\"}"
      ).json
      #expect(third.at("output.0.content.0.text")?.string?.hasPrefix("user=one|") == true)
      #expect(third.at("output.0.content.0.text")?.string?.hasSuffix("|user=two|user=three") == true)
      let gone = try await client.post("/v1/responses", "{\"input\":\"x\",\"previous_response_id\":\"\(first)\"}")
      #expect(gone.code == 400)
      #expect(try gone.json.at("error.code") == "previous_response_not_found")
    }
  }

  @Test("items become the messages of the turn that they belong to")
  func items() async throws {
    let seen = Mutex<[Message]>([])
    let model = ScriptedChatModel { messages, _ in
      seen.withLock { $0 = messages }
      return [.text("ok"), .finish()]
    }
    let input = """
      [{"role":"developer","content":"rules"},{"role":"user","content":[{"type":"input_text","text":"weather?"},
      {"type":"input_image","image_url":"data:image/png;base64,AAAA"}]},
      {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"hm"}]},
      {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Look"}]},
      {"type":"function_call","call_id":"c1","name":"get","arguments":"{\\"a\\":1}"},
      {"type":"function_call","call_id":"c2","name":"get","arguments":"not json"},
      {"type":"function_call_output","call_id":"c1","output":"sun"},
      {"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"rain"}]}]
      """
    try await TestServer(chat: model).test { client in
      let response = try await client.post("/v1/responses", "{\"input\":\(input)}")
      #expect(response.code == 200, "\(response.text)")
      let identifier = try response.json["id"]?.string ?? ""
      let listed = try await client.get("/v1/responses/\(identifier)/input_items?order=asc&limit=3").json
      #expect(listed["has_more"] == true)
      #expect(listed["data"]?.array?.map { $0["type"] } == ["message", "message", "reasoning"])
      let all = try await client.get("/v1/responses/\(identifier)/input_items").json["data"]?.array ?? []
      #expect(all.count == 8)
      #expect(all[0]["type"] == "function_call_output")
      #expect(all.allSatisfy { $0["id"]?.string?.isEmpty == false })
    }
    let messages = seen.withLock { $0 }
    #expect(messages.map(\.role) == [.system, .user, .assistant, .tool, .tool])
    #expect(messages[2].reasoning == "hm")
    #expect(messages[2].content.text == "Look")
    #expect(
      messages[2].toolCalls == [
        ToolCall(identifier: "c1", name: "get", arguments: ["a": 1]),
        ToolCall(identifier: "c2", name: "get", arguments: "not json"),
      ])
    #expect(messages[3].name == "get")
    #expect(messages[4].content.text == "rain")
  }

  @Test("a stream tells items and parts in order, with numbers that rise by one")
  func stream() async throws {
    try await TestServer(chat: ScriptedChatModel { messages, _ in Self.weather(messages) }).test { client in
      let response = try await client.post("/v1/responses", "{\"input\":\"hi\",\"stream\":true,\(Self.tools)}")
      #expect(response.header("content-type") == "text/event-stream")
      let events = try Self.events(response)
      #expect(
        events.map { $0["type"]?.string?.dropFirst("response.".count) ?? "" } == [
          "created", "in_progress",
          "output_item.added", "content_part.added", "reasoning_text.delta", "reasoning_text.done",
          "content_part.done", "output_item.done",
          "output_item.added", "content_part.added", "output_text.delta", "output_text.done", "content_part.done",
          "output_item.done",
          "output_item.added", "function_call_arguments.delta", "function_call_arguments.delta",
          "function_call_arguments.done", "output_item.done",
          "output_item.added", "function_call_arguments.delta", "function_call_arguments.done", "output_item.done",
          "completed",
        ])
      #expect(events.map { $0["sequence_number"] } == events.indices.map { .integer(Int64($0)) })
      #expect(events[0].at("response.status") == "in_progress")
      #expect(events[0].at("response.output") == [])
      #expect(events[10]["delta"] == "Look: ")
      #expect(events[10]["output_index"] == 1)
      #expect(events[17]["arguments"] == "{\"a\":1}")
      #expect(events[17]["name"] == "get")
      let last = try #require(events.last?["response"])
      #expect(last["output"]?.array?.map { $0["type"] } == ["reasoning", "message", "function_call", "function_call"])
      #expect(last["output"]?.array?.map { $0["status"] } == ["completed", "completed", "completed", "completed"])
      #expect(try await client.get("/v1/responses/\(last["id"]?.string ?? "")").json == last)
    }
  }

  /// Events whose names are the types of their data.
  private static func events(_ response: TestResponse) throws -> [JSONValue] {
    try response.text.components(separatedBy: "\n\n").filter { $0.hasPrefix("event: ") }.map { event in
      let lines = event.components(separatedBy: "\n")
      let value = try JSONValue(parsing: String(lines[1].dropFirst("data: ".count)))
      #expect(value["type"]?.string == String(lines[0].dropFirst("event: ".count)))
      return value
    }
  }

  @Test("an answer that is cut short says so, in one piece and as a stream")
  func incomplete() async throws {
    let model = ScriptedChatModel { _, _ in [.text("Hel"), .finish(.length, completion: 1)] }
    try await TestServer(chat: model).test { client in
      let whole = try await client.post("/v1/responses", #"{"input":"hi"}"#).json
      #expect(whole["status"] == "incomplete")
      #expect(whole["incomplete_details"] == ["reason": "max_output_tokens"])
      #expect(whole.at("output.0.status") == "incomplete")
      let events = try Self.events(try await client.post("/v1/responses", #"{"input":"hi","stream":true}"#))
      #expect(events.last?["type"] == "response.incomplete")
    }
  }

  @Test("a failure is a status before the first event, and an event afterwards; neither is kept")
  func failure() async throws {
    let error = GenerationError(code: .contextExceeded, context: "prompt", found: "too long")
    let early = ScriptedChatModel { _, _ in [.failure(error)] }
    try await TestServer(chat: early).test { client in
      for stream in ["true", "false"] {
        let response = try await client.post("/v1/responses", "{\"input\":\"hi\",\"stream\":\(stream)}")
        #expect(response.code == 400)
        #expect(try response.json.at("error.code") == "context_length_exceeded")
      }
    }
    let late = ScriptedChatModel { _, _ in
      [.text("a"), .failure(GenerationError(code: .modelFailure, context: "model", found: "it broke"))]
    }
    try await TestServer(chat: late).test { client in
      let events = try Self.events(try await client.post("/v1/responses", #"{"input":"hi","stream":true}"#))
      let last = try #require(events.last)
      #expect(last["type"] == "response.failed")
      #expect(last.at("response.status") == "failed")
      #expect(last.at("response.error.message")?.string?.contains("it broke") == true)
      let identifier = last.at("response.id")?.string ?? ""
      #expect(try await client.get("/v1/responses/\(identifier)").code == 404)
    }
  }

  @Test("a response that is not to be kept is not")
  func dropped() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let response = try await client.post("/v1/responses", #"{"input":"hi","store":false}"#).json
      #expect(response["store"] == false)
      let identifier = response["id"]?.string ?? ""
      #expect(try await client.get("/v1/responses/\(identifier)").code == 404)
      #expect(try await client.post("/v1/responses/\(identifier)/cancel", "").code == 404)
    }
  }

  @Test("options reach the model")
  func options() async throws {
    let seen = Mutex<GenerationOptions?>(nil)
    let model = ScriptedChatModel { _, options in
      seen.withLock { $0 = options }
      return [.text("{}"), .finish()]
    }
    try await TestServer(chat: model).test { client in
      let response = try await client.post(
        "/v1/responses",
        """
        {"input":"hi","temperature":0,"top_p":0.5,"max_output_tokens":7,"reasoning":{"effort":"low","summary":"auto"},
        "text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},
        \(Self.tools),"tool_choice":{"type":"function","name":"get"},"parallel_tool_calls":false,
        "include":["message.output_text.logprobs"],"top_logprobs":3}
        """)
      #expect(response.code == 200, "\(response.text)")
      #expect(response.header("x-inkstone-warning") == nil)
    }
    let options = try #require(seen.withLock { $0 })
    #expect(options.sampling.temperature == 0)
    #expect(options.sampling.topP == 0.5)
    #expect(options.maximumTokens == 7)
    #expect(options.form == .jsonSchema(["type": "object"]))
    #expect(options.tools == [ToolDefinition(name: "get", description: "", parameters: ["type": "object"])])
    #expect(options.toolChoice == .named("get"))
    #expect(options.toolCallCount == .atMostOne)
    #expect(options.tokenDetail == .logProbabilities(alternatives: 3))
    #expect(options.templateVariables == [JSONMember("reasoning_effort", "low")])
  }

  @Test(
    "a request that cannot be is refused, and the field is named",
    arguments: [
      ("{}", "input"), (#"{"input":[]}"#, "input"), (#"{"input":7}"#, "input"), (#"{"input":[7]}"#, "input[0]"),
      (#"{"input":[{"role":"robot","content":"x"}]}"#, "input[0].role"),
      (#"{"input":[{"type":"web_search_call"}]}"#, "input[0].type"), (#"{"input":[{}]}"#, "input[0].type"),
      (#"{"input":[{"type":"item_reference","id":"x"}]}"#, "input[0].id"),
      (#"{"input":[{"type":"function_call","name":"x","arguments":"{}"}]}"#, "input[0].call_id"),
      (#"{"input":[{"role":"user","content":[{"type":"input_file"}]}]}"#, "input[0].content[0].type"),
      (
        #"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"http://x/y.png"}]}]}"#,
        "input[0].content[0].image_url"
      ),
      (#"{"input":"x","previous_response_id":"../../x"}"#, "previous_response_id"),
      (#"{"input":"x","previous_response_id":7}"#, "previous_response_id"),
      (#"{"input":"x","background":true}"#, "background"), (#"{"input":"x","conversation":"c"}"#, "conversation"),
      (#"{"input":"x","truncation":"auto"}"#, "truncation"),
      (#"{"input":"x","max_output_tokens":0}"#, "max_output_tokens"),
      (#"{"input":"x","tools":[{"type":"web_search"}]}"#, "tools[0].type"),
      (#"{"input":"x","tool_choice":"required"}"#, "tool_choice"),
      (#"{"input":"x","text":{"format":{"type":"xml"}}}"#, "text.format.type"),
      (#"{"input":"x","text":{"format":{"type":"json_schema","name":"n"}}}"#, "text.format.schema"),
      (#"{"input":"x","metadata":{"a":1}}"#, "metadata"), (#"{"input":"x","top_logprobs":21}"#, "top_logprobs"),
      (#"{"input":"x","reasoning":{"effort":"much"}}"#, "reasoning.effort"), (#"{"input":"x","store":"yes"}"#, "store"),
    ])
  func refused(body: String, param: String) async throws {
    try await TestServer(chat: Self.echo).test { client in
      let response = try await client.post("/v1/responses", body)
      #expect(response.code == 400)
      #expect(try response.json.at("error.param") == .string(param), "\(response.text)")
    }
  }

  @Test("tokens are counted with all that came before")
  func inputTokens() async throws {
    try await TestServer(chat: Self.echo).test { client in
      let count = try await client.post("/v1/responses/input_tokens", #"{"input":"hi"}"#).json
      #expect(count["object"] == "response.input_tokens")
      #expect(count["input_tokens"] == .integer(Int64("user: hi\nassistant:".utf8.count)))
    }
  }

  @Test("only the newest responses are kept when there are too many, and none longer than its time")
  func limits() async throws {
    let now = Mutex(1_700_000_000)
    let clock = ServerClock.dated { now.withLock { $0 } }
    var limits = StorageLimits.inMemory
    limits.responses.count = 2
    limits.responses.lifetime = 100
    var server = TestServer(chat: Self.echo)
    server.clock = clock
    server.store = .inMemory(limits: limits, clock: clock)
    try await server.test { client in
      var identifiers: [String] = []
      for number in 0..<3 {
        identifiers.append(try await client.post("/v1/responses", "{\"input\":\"\(number)\"}").json["id"]?.string ?? "")
      }
      #expect(try await client.get("/v1/responses/\(identifiers[0])").code == 404)
      #expect(try await client.get("/v1/responses/\(identifiers[2])").code == 200)
      now.withLock { $0 += 100 }
      #expect(try await client.get("/v1/responses/\(identifiers[2])").code == 404)
    }
  }
}
