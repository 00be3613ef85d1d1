import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("Ollama's routes")
struct OllamaTests {
  private static let thinker = ScriptedChatModel { _, _ in
    [.event(.reasoning("hm")), .text("Hel"), .text("lo"), .finish(prompt: 9, completion: 2)]
  }

  private static func lines(_ response: TestResponse) throws -> [JSONValue] {
    try response.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("a chat is streamed as lines unless it is asked for in one piece")
  func chat() async throws {
    try await TestServer(chat: Self.thinker).test { client in
      let body = #""model":"m:latest","messages":[{"role":"user","content":"hi"}]"#
      let response = try await client.post("/api/chat", "{\(body)}")
      #expect(response.header("content-type") == "application/x-ndjson")
      let lines = try Self.lines(response)
      #expect(lines.map { $0["done"] } == [false, false, false, true])
      #expect(lines.allSatisfy { $0["model"] == "m:latest" && $0.at("message.role") == "assistant" })
      #expect(lines[0].at("message.thinking") == "hm")
      #expect(lines[1].at("message.content") == "Hel")
      #expect(lines[3]["done_reason"] == "stop")
      #expect(lines[3]["prompt_eval_count"] == 9)
      #expect(lines[3]["eval_count"] == 2)
      for name in ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration"] {
        guard case .integer(let nanoseconds)? = lines[3][name] else {
          Issue.record("\(name) is no whole number")
          continue
        }
        #expect(nanoseconds >= 0)
      }
      let whole = try await client.post("/api/chat", "{\(body),\"stream\":false}").json
      #expect(whole["message"] == ["role": "assistant", "content": "Hello", "thinking": "hm"])
      #expect(whole["done"] == true)
    }
  }

  @Test("options, format and thinking reach the model; what has no counterpart is named")
  func options() async throws {
    let seen = Mutex<GenerationOptions?>(nil)
    let model = ScriptedChatModel { _, options in
      seen.withLock { $0 = options }
      return [.text("{}"), .finish()]
    }
    try await TestServer(chat: model).test { client in
      let response = try await client.post(
        "/api/chat",
        """
        {"model":"m","messages":[{"role":"user","content":"hi"}],"stream":false,"format":{"type":"object"},"think":false,
        "keep_alive":"5m","options":{"num_predict":7,"temperature":0,"top_k":3,"top_p":0.5,"min_p":0.1,"seed":42,
        "stop":["END"],"repeat_penalty":1.3,"repeat_last_n":-1,"num_ctx":8192,"nonsense":1}}
        """)
      #expect(response.code == 200, "\(response.text)")
      let warning = response.header("x-inkstone-warning") ?? ""
      for name in ["options.num_ctx", "options.nonsense", "keep_alive"] { #expect(warning.contains(name)) }
      let given = try #require(seen.withLock { $0 })
      #expect(given.maximumTokens == 7)
      #expect(given.sampling.temperature == 0)
      #expect(given.sampling.topK == 3)
      #expect(given.sampling.seed == 42)
      #expect(given.sampling.repetitionPenalty == 1.3)
      #expect(given.sampling.repetitionWindow == .everything)
      #expect(given.stopStrings == ["END"])
      #expect(given.form == .jsonSchema(["type": "object"]))
      #expect(given.templateVariables == [JSONMember("enable_thinking", false)])
      _ = try await client.post(
        "/api/chat", #"{"model":"m","messages":[{"role":"user","content":"hi"}],"format":"json"}"#)
      let usual = try #require(seen.withLock { $0 })
      #expect(usual.form == .jsonObject)
      #expect(usual.sampling.temperature == 0.8)
      #expect(usual.sampling.topK == 40)
      #expect(usual.sampling.topP == 0.9)
    }
  }

  @Test("calls are told with arguments as objects, and answers of tools find their calls")
  func tools() async throws {
    let seen = Mutex<[Message]>([])
    let model = ScriptedChatModel { messages, _ in
      seen.withLock { $0 = messages }
      return [
        .event(.toolCall(ToolCall(identifier: "c1", name: "get", arguments: ["a": 1]))), .finish(.toolCalls),
      ]
    }
    try await TestServer(chat: model).test { client in
      let json = try await client.post(
        "/api/chat",
        """
        {"model":"m","stream":false,"tools":[{"type":"function","function":{"name":"get","parameters":{"type":"object"}}}],
        "messages":[{"role":"user","content":"look","images":["iVBORw=="]},
        {"role":"assistant","content":"","tool_calls":[{"function":{"name":"get","arguments":{"a":1}}},
        {"function":{"name":"put","arguments":{}}}]},{"role":"tool","tool_name":"put","content":"done"},
        {"role":"tool","content":"sun"}]}
        """
      ).json
      #expect(
        json.at("message.tool_calls") == [["id": "c1", "function": ["name": "get", "arguments": ["a": 1]]]])
    }
    let messages = seen.withLock { $0 }
    #expect(messages[2].toolCallIdentifier == messages[1].toolCalls[1].identifier)
    #expect(messages[3].toolCallIdentifier == messages[1].toolCalls[0].identifier)
    #expect(messages[3].name == "get")
    guard case .parts(let parts) = messages[0].content, case .image? = parts.last else {
      Issue.record("the picture did not reach the model")
      return
    }
  }

  @Test("a prompt is put in the model's form, or goes to it raw")
  func generate() async throws {
    let chat = ScriptedChatModel { messages, _ in
      [.text(messages.map { "\($0.role.rawValue)=\($0.content.text)" }.joined(separator: "|")), .finish()]
    }
    let text = ScriptedTextModel { prompt, _ in
      if case .text(let text) = prompt { [.text("raw \(text)"), .finish()] } else { [.finish()] }
    }
    let models = FixedModels([(.chat("m"), ServedModel(chat: chat, text: text))])
    try await TestServer(models).test { client in
      let whole = try await client.post(
        "/api/generate", #"{"model":"m","prompt":"hi","system":"S","stream":false}"#
      ).json
      #expect(whole["response"] == "system=S|user=hi")
      #expect(whole["done_reason"] == "stop")
      let raw = try await client.post("/api/generate", #"{"model":"m","prompt":"hi","raw":true,"stream":false}"#).json
      #expect(raw["response"] == "raw hi")
      let lines = try Self.lines(try await client.post("/api/generate", #"{"model":"m","prompt":"hi"}"#))
      #expect(lines.map { $0["response"] } == ["user=hi", ""])
      let load = try await client.post("/api/generate", #"{"model":"m"}"#).json
      #expect(load["done_reason"] == "load")
      for field in ["\"context\":[1,2]", "\"suffix\":\"x\"", "\"template\":\"x\""] {
        let response = try await client.post("/api/generate", "{\"model\":\"m\",\"prompt\":\"hi\",\(field)}")
        #expect(response.code == 400)
        #expect(try response.json["error"]?.string?.contains("not supported") == true)
      }
    }
  }

  @Test("models are listed, described and counted as loaded, under names with a tag")
  func lists() async throws {
    var listing = ModelListing.chat("m")
    listing.facts = [.init("architecture", "llama"), .init("parameters", "1B"), .init("quantization", "Q4_0")]
    let models = FixedModels([(listing, ServedModel(chat: Self.thinker))])
    try await TestServer(models).test { client in
      let tags = try await client.get("/api/tags").json
      #expect(tags.at("models.0.name") == "m:latest")
      #expect(tags.at("models.0.details.quantization_level") == "Q4_0")
      #expect(tags.at("models.0.digest")?.string?.count == 64)
      #expect(tags.at("models.0.modified_at") == "2023-11-14T22:13:20Z")
      #expect(try await client.get("/api/ps").json.at("models.0.name") == "m:latest")
      let shown = try await client.post("/api/show", #"{"model":"m:latest"}"#).json
      #expect(shown.at("details.family") == "llama")
      #expect(shown["model_info"]?["llama.context_length"] == 4096)
      #expect(shown["capabilities"] == ["completion", "vision", "tools"])
      #expect(try await client.get("/api/version").json["version"]?.string?.isEmpty == false)
      let missing = try await client.post("/api/show", #"{"model":"z"}"#)
      #expect(missing.code == 404)
      #expect(try missing.json.names == ["error"])
      let pull = try await client.post("/api/pull", #"{"model":"z"}"#)
      #expect(pull.code == 501)
    }
  }

  @Test("texts become vectors on both routes")
  func embed() async throws {
    let embedder = ScriptedEmbedder(dimension: 2) { text, _ in [Float(text.count), 0] }
    let listing = ModelListing(id: "e", created: 1, state: .loaded, abilities: [.embedding])
    try await TestServer(FixedModels([(listing, ServedModel(embedder: embedder))])).test { client in
      let many = try await client.post("/api/embed", #"{"model":"e","input":["a b","ccc"]}"#).json
      #expect(many["embeddings"] == [[3.0, 0.0], [3.0, 0.0]])
      #expect(many["prompt_eval_count"] == 3)
      let one = try await client.post("/api/embed", #"{"model":"e","input":"a","dimensions":1}"#).json
      #expect(one["embeddings"] == [[1.0]])
      #expect(
        try await client.post("/api/embeddings", #"{"model":"e","prompt":"ab"}"#).json == ["embedding": [2.0, 0.0]])
      #expect(try await client.post("/api/embed", #"{"model":"e","input":"a","dimensions":3}"#).code == 400)
      #expect(
        try await client.post("/api/chat", #"{"model":"e","messages":[{"role":"user","content":"x"}]}"#).code == 404)
    }
  }

  @Test(
    "a request that cannot be is refused in Ollama's shape",
    arguments: [
      ("/api/chat", "{}", 400), ("/api/chat", #"{"model":"z","messages":[{"role":"user","content":"x"}]}"#, 404),
      ("/api/chat", #"{"model":"m","messages":[{"role":"robot","content":"x"}]}"#, 400),
      ("/api/chat", #"{"model":"m","messages":[{"role":"user","content":"x","images":["?"]}]}"#, 400),
      ("/api/chat", #"{"model":"m","messages":[],"format":"xml"}"#, 400),
      ("/api/chat", #"{"model":"m","messages":[],"options":{"top_p":"x"}}"#, 400),
      ("/api/chat", #"{"model":"m","messages":[],"think":"very"}"#, 400), ("/api/generate", "[]", 400),
      ("/api/embed", #"{"model":"m"}"#, 400), ("/api/show", #"{"model":7}"#, 400),
    ])
  func refused(path: String, body: String, code: Int) async throws {
    try await TestServer(chat: Self.thinker).test { client in
      let response = try await client.post(path, body)
      #expect(response.code == code, "\(response.text)")
      #expect(try response.json.names == ["error"])
      #expect(try response.json["error"]?.string?.isEmpty == false)
    }
  }

  @Test("a failure in the middle of a stream is a line of its own")
  func failure() async throws {
    let model = ScriptedChatModel { _, _ in
      [.text("a"), .failure(GenerationError(code: .modelFailure, context: "model", found: "it broke"))]
    }
    try await TestServer(chat: model).test { client in
      let lines = try Self.lines(
        try await client.post("/api/chat", #"{"model":"m","messages":[{"role":"user","content":"x"}]}"#))
      #expect(lines.last?.names == ["error"])
    }
  }
}
