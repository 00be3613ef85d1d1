import Foundation
import HTTPTypes
import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("POST /v1/messages")
struct AnthropicTests {
  private static let weather = ScriptedChatModel { _, _ in
    [
      .event(.reasoning("hm")), .text("Lo"), .text("ok"),
      .event(
        .toolCallFragment(ToolCallFragment(index: 0, opening: .init(identifier: "c1", name: "get"), arguments: ""))),
      .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: "{\"a\":"))),
      .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: "1}"))),
      .event(.toolCall(ToolCall(identifier: "c1", name: "get", arguments: ["a": 1]))),
      .event(.toolCall(ToolCall(identifier: "c2", name: "get", arguments: [:]))),
      .finish(.toolCalls, prompt: 9, cached: 4, completion: 6),
    ]
  }

  private static let hello = #""model":"m","max_tokens":99,"messages":[{"role":"user","content":"hi"}]"#

  @Test("a message has the shape of Anthropic's")
  func whole() async throws {
    try await TestServer(chat: Self.weather).test { client in
      let response = try await client.post("/v1/messages", "{\(Self.hello)}")
      #expect(response.code == 200)
      let json = try response.json
      #expect(json["id"]?.string?.hasPrefix("msg_") == true)
      #expect(json["type"] == "message")
      #expect(json["role"] == "assistant")
      #expect(
        json["content"]
          == [
            ["type": "thinking", "thinking": "hm", "signature": ""], ["type": "text", "text": "Look"],
            ["type": "tool_use", "id": "c1", "name": "get", "input": ["a": 1]],
            ["type": "tool_use", "id": "c2", "name": "get", "input": [:]],
          ])
      #expect(json["stop_reason"] == "tool_use")
      #expect(
        json["usage"]
          == [
            "input_tokens": 5, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 4, "output_tokens": 6,
          ])
    }
  }

  @Test("a stream opens, fills and closes one block after the other")
  func stream() async throws {
    try await TestServer(chat: Self.weather).test { client in
      let response = try await client.post("/v1/messages", "{\(Self.hello),\"stream\":true}")
      let blocks = response.text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
      let events = try blocks.map { block -> JSONValue in
        let lines = block.components(separatedBy: "\n")
        let value = try JSONValue(parsing: String(lines[1].dropFirst("data: ".count)))
        #expect(lines[0] == "event: \(value["type"]?.string ?? "")")
        return value
      }
      #expect(
        events.map { $0["type"]?.string } == [
          "message_start", "ping",
          "content_block_start", "content_block_delta", "content_block_stop",
          "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
          "content_block_start", "content_block_delta", "content_block_delta", "content_block_stop",
          "content_block_start", "content_block_delta", "content_block_stop",
          "message_delta", "message_stop",
        ])
      #expect(events.compactMap { $0["index"] } == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3])
      #expect(events[3]["delta"] == ["type": "thinking_delta", "thinking": "hm"])
      #expect(events[6]["delta"] == ["type": "text_delta", "text": "Lo"])
      #expect(events[9]["content_block"] == ["type": "tool_use", "id": "c1", "name": "get", "input": [:]])
      #expect(events[10]["delta"] == ["type": "input_json_delta", "partial_json": "{\"a\":"])
      #expect(events[14]["delta"] == ["type": "input_json_delta", "partial_json": "{}"])
      #expect(events[16].at("delta.stop_reason") == "tool_use")
      #expect(events[16].at("usage.output_tokens") == 6)
    }
  }

  @Test(
    "why an answer ended is told in Anthropic's words",
    arguments: [
      (FinishReason.endToken(nil), "end_turn", JSONValue.null), (.stopString("END"), "stop_sequence", "END"),
      (.length, "max_tokens", .null), (.contextFull, "max_tokens", .null),
    ])
  func reasons(reason: FinishReason, word: String, sequence: JSONValue) async throws {
    let model = ScriptedChatModel { _, _ in [.text("a"), .finish(reason)] }
    try await TestServer(chat: model).test { client in
      let json = try await client.post("/v1/messages", "{\(Self.hello)}").json
      #expect(json["stop_reason"] == .string(word))
      #expect(json["stop_sequence"] == sequence)
    }
  }

  @Test("blocks become the messages that the model is given, and options reach it")
  func request() async throws {
    let seen = Mutex<([Message], GenerationOptions)?>(nil)
    let model = ScriptedChatModel { messages, options in
      seen.withLock { $0 = (messages, options) }
      return [.text("x"), .finish()]
    }
    let body = """
      {"model":"m","max_tokens":2000,"system":[{"type":"text","text":"A"},{"type":"text","text":"B"}],"messages":[
      {"role":"user","content":[{"type":"text","text":"look"},
      {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]},
      {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"ok"},
      {"type":"tool_use","id":"c1","name":"get","input":{"a":1}}]},
      {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":[{"type":"text","text":"sun"}]},
      {"type":"text","text":"and?"}]},{"role":"assistant","content":"It is"}],
      "tools":[{"name":"get","description":"d","input_schema":{"type":"object"}}],
      "tool_choice":{"type":"any","disable_parallel_tool_use":true},"stop_sequences":["END"],"temperature":0.5,"top_k":5,
      "thinking":{"type":"enabled","budget_tokens":1024},"metadata":{"user_id":"u"}}
      """
    try await TestServer(chat: model).test { client in
      let response = try await client.post("/v1/messages", body)
      #expect(response.code == 200, "\(response.text)")
      #expect(response.header("x-inkstone-warning") == nil)
    }
    let (messages, options) = try #require(seen.withLock { $0 })
    #expect(messages.map(\.role) == [.system, .user, .assistant, .tool, .user, .assistant])
    #expect(messages[0].content.text == "A\n\nB")
    #expect(
      messages[1].content == .parts([.text("look"), .image(.encoded(bytes: [0, 0, 0], mediaType: "image/png"))]))
    #expect(messages[2].reasoning == "hm")
    #expect(messages[2].toolCalls == [ToolCall(identifier: "c1", name: "get", arguments: ["a": 1])])
    #expect(messages[3] == Message(role: .tool, content: .text("sun"), toolCallIdentifier: "c1", name: "get"))
    #expect(options.tools == [ToolDefinition(name: "get", description: "d", parameters: ["type": "object"])])
    #expect(options.toolChoice == .required)
    #expect(options.toolCallCount == .atMostOne)
    #expect(options.stopStrings == ["END"])
    #expect(options.sampling.topK == 5)
    #expect(options.templateVariables == [JSONMember("enable_thinking", true)])
    #expect(options.start == .lastMessage)
    #expect(options.urgency.client == "u")
  }

  @Test(
    "a request that cannot be is refused in Anthropic's shape, and the field is named",
    arguments: [
      ("{}", "model"), (#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "max_tokens"),
      (#"{"model":"m","max_tokens":1}"#, "messages"), (#"{"model":"m","max_tokens":1,"messages":[]}"#, "messages"),
      (#"{"model":"m","max_tokens":1,"messages":[{"role":"system","content":"x"}]}"#, "messages[0].role"),
      (#"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":7}]}"#, "messages[0].content"),
      (
        #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"video"}]}]}"#,
        "messages[0].content[0].type"
      ),
      (#"{"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]}"#, "max_tokens"),
      (
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tool_choice":{"type":"any"}}"#,
        "tool_choice.type"
      ),
      (
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"tools":[{"type":"bash_20250124","name":"b"}]}"#,
        "tools[0].type"
      ),
      (
        #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"thinking":{"type":"enabled","budget_tokens":1024}}"#,
        "thinking.budget_tokens"
      ),
    ])
  func refused(body: String, field: String) async throws {
    try await TestServer(chat: Self.weather).test { client in
      for path in ["/v1/messages"] {
        let response = try await client.post(path, body)
        #expect(response.code == 400)
        let json = try response.json
        #expect(json["type"] == "error")
        #expect(json.at("error.type") == "invalid_request_error")
        #expect(json.at("error.message")?.string?.contains("\"\(field)\"") == true, "\(response.text)")
      }
    }
  }

  @Test(
    "the key may stand in x-api-key, and a wrong one, an unknown model and a wrong method are told in Anthropic's shape"
  )
  func errors() async throws {
    var server = TestServer(chat: Self.weather)
    server.settings.keys = [AccessKey(secret: "k", name: "ann")]
    try await server.test { client in
      let name = try #require(HTTPField.Name("x-api-key"))
      #expect(try await client.post("/v1/messages", "{\(Self.hello)}", headers: [name: "k"]).code == 200)
      let unknown = Self.hello.replacing("\"m\"", with: "\"z\"")
      for (response, code, type) in [
        (try await client.post("/v1/messages", "{\(Self.hello)}", headers: [name: "no"]), 401, "authentication_error"),
        (try await client.post("/v1/messages", "{\(unknown)}", headers: [name: "k"]), 404, "not_found_error"),
        (try await client.post("/v1/messages", "{", headers: [name: "k"]), 400, "invalid_request_error"),
        (try await client.get("/v1/messages", headers: [name: "k"]), 405, "invalid_request_error"),
      ] {
        #expect(response.code == code)
        #expect(try response.json["type"] == "error")
        #expect(try response.json.at("error.type") == .string(type))
      }
    }
  }

  @Test("a failure in the middle of a stream is an event of Anthropic's")
  func failure() async throws {
    let model = ScriptedChatModel { _, _ in
      [.text("a"), .failure(GenerationError(code: .modelFailure, context: "model", found: "it broke"))]
    }
    try await TestServer(chat: model).test { client in
      let text = try await client.post("/v1/messages", "{\(Self.hello),\"stream\":true}").text
      #expect(text.contains("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\""))
    }
  }

  @Test("tokens are counted without asking for an answer")
  func count() async throws {
    try await TestServer(chat: Self.weather).test { client in
      let response = try await client.post(
        "/v1/messages/count_tokens", #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#)
      #expect(try response.json == ["input_tokens": .integer(Int64("user: hi\nassistant:".utf8.count))])
    }
  }
}
