import InkChat
import InkRemote
import Testing

@Suite("What an endpoint is asked")
struct ChatRequestTests {
  /// The body that a request has, or the error that it ends with before anything is sent.
  private func body(
    _ dialect: EndpointDialect, _ options: GenerationOptions, _ messages: [Message] = [.user("Hi")]
  ) async throws -> Result<JSONValue, GenerationError> {
    try await withServer { _, _ in
      [.json(#"{"choices":[{"message":{},"finish_reason":"stop"}]}"#)]
    } body: {
      server, client in
      let model = server.model(try server.transport(client, dialect: dialect))
      if let error = await model.stream(messages, options: options).outcome().error { return .failure(error) }
      #expect(server.requests.first?.line == "POST /v1/chat/completions HTTP/1.1")
      return .success(try #require(server.requests.first?.json))
    }
  }

  @Test("a plain request has the usual fields and asks for the counts", arguments: EndpointDialect.allCases)
  func plain(dialect: EndpointDialect) async throws {
    var options = GenerationOptions(maximumTokens: 5, stopStrings: ["END"])
    options.sampling = SamplingParameters(
      temperature: 0.7, topP: 0.9, frequencyPenalty: 0.5, presencePenalty: -0.25, logitBias: [5: -.infinity, 3: 1.5],
      seed: 7)
    let bias: JSONValue = dialect == .llamaCpp ? [[3, 1.5], [5, false]] : ["3": 1.5, "5": -100.0]
    let expected: JSONValue = [
      "model": "m", "messages": [["role": "user", "content": "Hi"]], "stream": true,
      "stream_options": ["include_usage": true],
      dialect == .openAI ? "max_completion_tokens" : "max_tokens": 5, "stop": ["END"], "temperature": 0.7, "top_p": 0.9,
      "frequency_penalty": 0.5, "presence_penalty": -0.25, "logit_bias": bias, "seed": 7,
    ]
    #expect(try await body(dialect, options).get() == (try JSONValue(parsing: expected.text)))
  }

  @Test("messages keep their tools, thoughts, names and pictures")
  func messages() async throws {
    let call = ToolCall(identifier: "c1", name: "add", arguments: ["a": 1])
    let messages: [Message] = [
      .system("S"),
      Message(
        role: .user,
        content: .parts([
          .text("T"), .image(.encoded(bytes: [1, 2, 3, 4], mediaType: "image/png")),
          .image(.address("https://x/y.png")),
        ])),
      Message(role: .assistant, content: .text(""), reasoning: "R", toolCalls: [call]),
      .tool("2", answering: call),
    ]
    let tool = ToolDefinition(
      name: "add", description: "D", parameters: ["type": "object"], further: [JSONMember("strict", true)])
    let options = GenerationOptions(tools: [tool], toolChoice: .named("add"), toolCallCount: .atMostOne)
    let sent = try await body(.inkstone, options, messages).get()
    let expected: JSONValue = [
      ["role": "system", "content": "S"],
      [
        "role": "user",
        "content": [
          ["type": "text", "text": "T"],
          ["type": "image_url", "image_url": ["url": "data:image/png;base64,AQIDBA=="]],
          ["type": "image_url", "image_url": ["url": "https://x/y.png"]],
        ],
      ],
      [
        "role": "assistant", "content": nil, "reasoning_content": "R",
        "tool_calls": [["id": "c1", "type": "function", "function": ["name": "add", "arguments": "{\"a\":1}"]]],
      ],
      ["role": "tool", "content": "2", "name": "add", "tool_call_id": "c1"],
    ]
    #expect(sent["messages"] == expected)
    let function: JSONValue = [
      "name": "add", "description": "D", "parameters": ["type": "object"], "strict": true,
    ]
    #expect(sent["tools"] == [["type": "function", "function": function]])
    #expect(sent["tool_choice"] == ["type": "function", "function": ["name": "add"]])
    #expect(sent["parallel_tool_calls"] == false)
    let plain = try await body(.openAI, options, messages).get()
    #expect(!plain.text.contains("reasoning_content"))
  }

  /// A wish, the member that says it by kind of endpoint, and the kinds that cannot.
  struct Wish: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var messages: [Message] = [.user("Hi")]
    var change: @Sendable (inout GenerationOptions) -> Void
    var member: @Sendable (EndpointDialect) -> (String, JSONValue)?
  }

  static let wishes: [Wish] = [
    Wish(testDescription: "top_k") {
      $0.sampling.topK = 40
    } member: {
      $0 == .openAI ? nil : ("top_k", 40)
    },
    Wish(testDescription: "min_p") {
      $0.sampling.minP = 0.05
    } member: {
      $0 == .openAI ? nil : ("min_p", 0.05)
    },
    Wish(testDescription: "typical_p") {
      $0.sampling.typicalP = 0.5
    } member: {
      $0 == .llamaCpp || $0 == .inkstone ? ("typical_p", 0.5) : nil
    },
    Wish(testDescription: "repetition penalty") {
      $0.sampling.repetitionPenalty = 1.25
    } member: {
      switch $0 {
      case .openAI: nil
      case .vLLM, .inkstone: ("repetition_penalty", 1.25)
      case .llamaCpp: ("repeat_penalty", 1.25)
      }
    },
    Wish(testDescription: "window of the repetition penalty") {
      $0.sampling.repetitionPenalty = 1.25
      $0.sampling.repetitionWindow = .last(64)
    } member: {
      $0 == .llamaCpp ? ("repeat_last_n", 64) : nil
    },
    Wish(testDescription: "window of the frequency penalty") {
      $0.sampling.frequencyPenalty = 1
      $0.sampling.frequencyWindow = .everything
    } member: {
      $0 == .llamaCpp ? ("frequency_penalty", 1.0) : nil
    },
    Wish(testDescription: "order of the steps") {
      $0.sampling.order = [.temperature]
    } member: { _ in
      nil
    },
    Wish(testDescription: "five stop strings") {
      $0.stopStrings = ["a", "b", "c", "d", "e"]
    } member: {
      $0 == .openAI ? nil : ("stop", ["a", "b", "c", "d", "e"])
    },
    Wish(testDescription: "a seed of 64 bits") {
      $0.sampling.seed = .max
    } member: {
      $0 == .inkstone ? ("seed", -1) : nil
    },
    Wish(testDescription: "a JSON object") {
      $0.form = .jsonObject
    } member: { _ in
      ("response_format", ["type": "json_object"])
    },
    Wish(testDescription: "a JSON schema") {
      $0.form = .jsonSchema(["type": "string"])
    } member: { _ in
      (
        "response_format",
        [
          "type": "json_schema",
          "json_schema": ["name": "answer", "schema": ["type": "string"], "strict": true],
        ]
      )
    },
    Wish(testDescription: "a regular expression") {
      $0.form = .regularExpression("a+")
    } member: {
      $0 == .vLLM || $0 == .inkstone ? ("structured_outputs", ["regex": "a+"]) : nil
    },
    Wish(testDescription: "a grammar") {
      $0.form = .grammar("root ::= \"a\"")
    } member: {
      switch $0 {
      case .openAI: nil
      case .vLLM, .inkstone: ("structured_outputs", ["grammar": "root ::= \"a\""])
      case .llamaCpp: ("grammar", "root ::= \"a\"")
      }
    },
    Wish(testDescription: "choices") {
      $0.form = .choice(["yes", "\"no\"\n"])
    } member: {
      switch $0 {
      case .openAI: nil
      case .vLLM, .inkstone: ("structured_outputs", ["choice": ["yes", "\"no\"\n"]])
      case .llamaCpp: ("grammar", #"root ::= "yes" | "\"no\"\n""#)
      }
    },
    Wish(testDescription: "documents") {
      $0.documents = [PromptDocument(title: "a", text: "b")]
    } member: {
      $0 == .vLLM || $0 == .inkstone ? ("documents", [["title": "a", "text": "b"]]) : nil
    },
    Wish(testDescription: "template variables") {
      $0.templateVariables = [JSONMember("enable_thinking", false)]
    } member: {
      $0 == .openAI ? nil : ("chat_template_kwargs", ["enable_thinking": false])
    },
    Wish(testDescription: "no effort") {
      $0.templateVariables = [JSONMember("reasoning_effort", "none"), JSONMember("enable_thinking", false)]
    } member: {
      $0 == .openAI
        ? ("reasoning_effort", "none")
        : ("chat_template_kwargs", ["reasoning_effort": "none", "enable_thinking": false])
    },
    Wish(testDescription: "thoughts in the text") {
      $0.reasoning = .inText
    } member: {
      $0 == .llamaCpp ? ("reasoning_format", "none") : nil
    },
    Wish(testDescription: "going on with the last message", messages: [.user("Hi"), .assistant("Well,")]) {
      $0.start = .lastMessage
    } member: {
      switch $0 {
      case .openAI: nil
      case .vLLM, .inkstone: ("continue_final_message", true)
      case .llamaCpp: ("stream", true)
      }
    },
    Wish(testDescription: "an adapter") {
      $0.adapter = "poet"
    } member: {
      $0 == .vLLM ? ("model", "poet") : nil
    },
    Wish(testDescription: "a priority") {
      $0.urgency.priority = 2
    } member: {
      $0 == .vLLM || $0 == .inkstone ? ("priority", -2) : nil
    },
    Wish(testDescription: "log-probabilities") {
      $0.tokenDetail = .logProbabilities(alternatives: 3)
    } member: { _ in
      ("top_logprobs", 3)
    },
    Wish(testDescription: "token ids") {
      $0.tokenDetail = .identifiers
    } member: {
      switch $0 {
      case .openAI, .inkstone: nil
      case .vLLM: ("return_token_ids", true)
      case .llamaCpp: ("logprobs", true)
      }
    },
    Wish(testDescription: "a required call without tools") {
      $0.toolChoice = .required
    } member: { _ in
      nil
    },
  ]

  @Test("a wish is said in the words of the endpoint or refused, never dropped", arguments: wishes)
  func wish(wish: Wish) async throws {
    for dialect in EndpointDialect.allCases {
      var options = GenerationOptions()
      wish.change(&options)
      let body = try await body(dialect, options, wish.messages)
      switch (wish.member(dialect), body) {
      case (let (name, value)?, .success(let sent)): #expect(sent[name] == value, "\(dialect)")
      case (nil, .failure(let error)):
        #expect(error.code == .unsupported || error.code == .invalidOption, "\(dialect): \(error)")
      case (_?, .failure(let error)): Issue.record("\(dialect): \(error)")
      case (nil, .success(let sent)): Issue.record("\(dialect) was sent \(sent.text)")
      }
    }
  }

  @Test("numbers that JSON does not have are refused")
  func infinities() async throws {
    for value in [Float.infinity, .nan] {
      let options = GenerationOptions(sampling: SamplingParameters(temperature: value))
      let body = try await body(.openAI, options)
      #expect(throws: GenerationError.self) { try body.get() }
    }
  }
}
