import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Synchronization
import Testing

@Suite("What a chat request asks of its model")
struct ChatRequestTests {
  private static let hello = #""messages":[{"role":"user","content":"hi"}]"#

  /// What the model is asked when this body is posted.
  private func asked(_ body: String) async throws -> (messages: [Message], options: GenerationOptions) {
    let seen = Mutex<([Message], GenerationOptions)?>(nil)
    let model = ScriptedChatModel { messages, options in
      seen.withLock { $0 = (messages, options) }
      return [.text("x"), .finish()]
    }
    let response = try await TestServer(chat: model).test { try await $0.post("/v1/chat/completions", body) }
    #expect(response.code == 200, "\(response.text)")
    #expect(response.header("x-inkstone-warning") == nil)
    return try #require(seen.withLock { $0 })
  }

  @Test("every sampling field arrives")
  func sampling() async throws {
    let options = try await asked(
      """
      {\(Self.hello),"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.05,"typical_p":0.8,"repetition_penalty":1.1,
      "presence_penalty":-1,"frequency_penalty":2,"logit_bias":{"5":-100,"6":1.5},"seed":7,"stop":["a","b"],
      "max_completion_tokens":9,"max_tokens":5,"priority":3,"user":"u","metadata":{"a":"b"}}
      """
    ).options
    #expect(
      options.sampling
        == SamplingParameters(
          temperature: 0.5, topK: 40, topP: 0.9, minP: 0.05, typicalP: 0.8, repetitionPenalty: 1.1, frequencyPenalty: 2,
          presencePenalty: -1, logitBias: [5: -100, 6: 1.5], seed: 7))
    #expect(options.stopStrings == ["a", "b"])
    #expect(options.maximumTokens == 9)
    // vLLM's lower numbers go first, the engine's higher ones.
    #expect(options.urgency == RequestUrgency(priority: -3, client: "u"))
  }

  @Test(
    "the answer's form comes from any of its fields",
    arguments: [
      (#""response_format":{"type":"text"}"#, AnswerForm.free),
      (#""response_format":{"type":"json_object"}"#, .jsonObject),
      (
        #""response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object"}}}"#,
        .jsonSchema(["type": "object"])
      ),
      (#""guided_json":{"type":"string"}"#, .jsonSchema(["type": "string"])),
      (#""guided_json":"{\"type\":\"string\"}""#, .jsonSchema(["type": "string"])),
      (#""guided_regex":"a+""#, .regularExpression("a+")),
      (#""guided_grammar":"root ::= \"a\"""#, .grammar("root ::= \"a\"")),
      (#""guided_choice":["a","b"]"#, .choice(["a", "b"])),
      (#""structured_outputs":{"regex":"b"}"#, .regularExpression("b")),
      (#""structured_outputs":{"choice":["c"]}"#, .choice(["c"])),
      (#""structured_outputs":{"json_object":true}"#, .jsonObject),
      (#""structured_outputs":{"json_object":false}"#, .free),
      (#""json_schema":{"type":"null"}"#, .jsonSchema(["type": "null"])),
      (#""grammar":"root ::= \"b\"""#, .grammar("root ::= \"b\"")),
    ])
  func forms(field: String, form: AnswerForm) async throws {
    #expect(try await asked("{\(Self.hello),\(field)}").options.form == form)
  }

  @Test(
    "of tools that are only allowed in part the model is shown that part",
    arguments: [("auto", ToolChoice.automatic), ("required", .required)])
  func allowedTools(mode: String, choice: ToolChoice) async throws {
    let tools = ["f", "g", "h"].map { #"{"type":"function","function":{"name":"\#($0)"}}"# }
    let options = try await asked(
      """
      {\(Self.hello),"tools":[\(tools.joined(separator: ","))],"tool_choice":{"type":"allowed_tools",
      "allowed_tools":{"mode":"\(mode)","tools":[\(tools[2]),\(tools[0])]}}}
      """
    ).options
    #expect(options.tools.map(\.name) == ["f", "h"])
    #expect(options.toolChoice == choice)
  }

  @Test("tools and the choice among them arrive")
  func tools() async throws {
    let tools =
      #""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},{"type":"function","function":{"name":"g"}}]"#
    let options = try await asked(
      "{\(Self.hello),\(tools),\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"g\"}},\"parallel_tool_calls\":false}"
    ).options
    #expect(options.tools.map(\.name) == ["f", "g"])
    #expect(options.tools.first?.further == [JSONMember("strict", true)])
    #expect(options.tools.last?.parameters == ["type": "object", "properties": [:]])
    #expect(options.toolChoice == .named("g"))
    #expect(options.toolCallCount == .atMostOne)
    for (word, choice) in [("none", ToolChoice.none), ("auto", .automatic), ("required", .required)] {
      #expect(try await asked("{\(Self.hello),\(tools),\"tool_choice\":\"\(word)\"}").options.toolChoice == choice)
    }
  }

  @Test("the template's variables arrive, and the caller's own win")
  func template() async throws {
    let options = try await asked(
      #"{\#(Self.hello),"reasoning_effort":"none","chat_template_kwargs":{"enable_thinking":true,"x":1},"documents":[{"title":"t","text":"b"}],"continue_final_message":true}"#
    ).options
    #expect(
      options.templateVariables
        == [JSONMember("reasoning_effort", "none"), JSONMember("enable_thinking", true), JSONMember("x", 1)])
    #expect(options.documents == [PromptDocument(title: "t", text: "b")])
    #expect(options.start == .lastMessage)
  }

  @Test("messages of all roles arrive, with calls, thoughts, pictures and the names of tools")
  func messages() async throws {
    let messages = try await asked(
      #"""
      {"messages":[{"role":"developer","content":"be"},{"role":"user","content":[{"type":"text","text":"look"},
      {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}}],"name":"ada"},
      {"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[{"id":"c1","type":"function",
      "function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"},
      {"role":"assistant","content":"","tool_calls":[{"id":"c2","function":{"name":"g","arguments":"not json"}}]}]}
      """#
    ).messages
    #expect(messages[0] == .system("be"))
    #expect(
      messages[1]
        == Message(
          role: .user, content: .parts([.text("look"), .image(.encoded(bytes: [1, 2, 3], mediaType: "image/png"))]),
          name: "ada"))
    #expect(messages[2].reasoning == "hm")
    #expect(messages[2].toolCalls == [ToolCall(identifier: "c1", name: "f", arguments: ["a": 1])])
    #expect(messages[3].name == "f")
    #expect(messages[4].toolCalls.first?.arguments == .string("not json"))
  }

  @Test(
    "what cannot be is refused, and the error names the field",
    arguments: [
      ("messages", #"{}"#), ("messages", #"{"messages":[]}"#), ("messages[0]", #"{"messages":[1]}"#),
      ("messages[0].role", #"{"messages":[{"content":"x"}]}"#), ("messages[0].role", #"{"messages":[{"role":"x"}]}"#),
      ("messages[0].content", #"{"messages":[{"role":"user"}]}"#),
      ("messages[0].content", #"{"messages":[{"role":"user","content":5}]}"#),
      ("messages[0].content", #"{"messages":[{"role":"assistant"}]}"#),
      ("messages[0].tool_call_id", #"{"messages":[{"role":"tool","content":"x"}]}"#),
      ("messages[0].content[0].type", #"{"messages":[{"role":"user","content":[{"type":"input_audio"}]}]}"#),
      (
        "messages[0].content[0].image_url",
        #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":"http://localhost/x.png"}]}]}"#
      ),
      (
        "messages[0].content[0].image_url.url",
        #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,?"}}]}]}"#
      ),
      ("temperature", #"{\#(hello),"temperature":3}"#),
      ("top_logprobs", #"{\#(hello),"logprobs":true,"top_logprobs":21}"#),
      ("logprobs", #"{\#(hello),"top_logprobs":2}"#), ("n", #"{\#(hello),"n":0}"#), ("n", #"{\#(hello),"n":100000}"#),
      ("max_tokens", #"{\#(hello),"max_tokens":0}"#), ("stop", #"{\#(hello),"stop":[""]}"#),
      ("logit_bias", #"{\#(hello),"logit_bias":{"a":1}}"#), ("logit_bias", #"{\#(hello),"logit_bias":{"1":101}}"#),
      ("tool_choice", #"{\#(hello),"tool_choice":"required"}"#),
      (
        "tools",
        #"{\#(hello),"tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"f"}}]}"#
      ),
      (
        "tool_choice.allowed_tools.tools[0].function",
        #"{\#(hello),"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"g"}}]}}}"#
      ),
      (
        "tool_choice.allowed_tools.tools",
        #"{\#(hello),"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}}"#
      ),
      ("tool_choice.type", #"{\#(hello),"tool_choice":{"type":"custom"}}"#),
      ("grammar", #"{\#(hello),"guided_json":{},"grammar":"root ::= \"a\""}"#),
      ("functions", #"{\#(hello),"functions":[]}"#),
      ("guided_regex", #"{\#(hello),"guided_json":{},"guided_regex":"a"}"#),
      ("response_format.json_schema", #"{\#(hello),"response_format":{"type":"json_schema"}}"#),
      ("response_format.type", #"{\#(hello),"response_format":{"type":"xml"}}"#),
      ("stream_options", #"{\#(hello),"stream_options":{"include_usage":true}}"#),
      ("modalities", #"{\#(hello),"modalities":["audio"]}"#), ("model", #"{\#(hello),"model":"other"}"#),
      ("model", #"{\#(hello),"model":7}"#),
      ("continue_final_message", #"{\#(hello),"continue_final_message":true,"add_generation_prompt":true}"#),
    ])
  func refused(param: String, body: String) async throws {
    try await TestServer(chat: ScriptedChatModel("x")).test { client in
      let response = try await client.post("/v1/chat/completions", body)
      #expect([400, 404].contains(response.code))
      #expect(try response.json["error"]?.names == ["message", "type", "param", "code"])
      #expect(try response.json.at("error.param")?.string == param)
    }
  }

  @Test("fields without effect are named in a header, and refused by a strict server")
  func unknownFields() async throws {
    let body = #"{\#(Self.hello),"store":true,"strange\nname":1,"stream_options":null}"#
    var server = TestServer(chat: ScriptedChatModel("x"))
    try await server.test { client in
      let response = try await client.post("/v1/chat/completions", body)
      #expect(response.code == 200)
      #expect(response.header("x-inkstone-warning") == "unknown fields without effect: strange?name, store")
    }
    server.settings.unknownFields = .refuse
    try await server.test { client in
      let response = try await client.post("/v1/chat/completions", body)
      #expect(response.code == 400)
      #expect(try response.json.at("error.code") == "unknown_parameter")
    }
  }
}
