import HummingbirdTesting
import InkChat
import InkServer
import InkTesting
import Testing

@Suite("POST /v1/chat/completions")
struct ChatCompletionsTests {
  private static let hello = #""messages":[{"role":"user","content":"hi"}]"#

  @Test("an answer in one piece has the shape of OpenAI's")
  func whole() async throws {
    let model = ScriptedChatModel { _, _ in
      [.event(.reasoning("hm")), .text("Hel"), .text("lo"), .finish(prompt: 9, cached: 4, completion: 2)]
    }
    try await TestServer(chat: model).test { client in
      let response = try await client.post("/v1/chat/completions", "{\(Self.hello)}")
      #expect(response.code == 200)
      let json = try response.json
      #expect(
        json.names == ["id", "object", "created", "model", "system_fingerprint", "choices", "usage"])
      #expect(json["id"]?.string?.hasPrefix("chatcmpl-") == true)
      #expect(json["object"] == "chat.completion")
      #expect(json["model"] == "m")
      #expect(
        json.at("choices.0")
          == [
            "index": 0,
            "message": ["role": "assistant", "content": "Hello", "refusal": nil, "reasoning_content": "hm"],
            "logprobs": nil, "finish_reason": "stop",
          ])
      #expect(
        json["usage"]
          == [
            "prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11,
            "prompt_tokens_details": ["cached_tokens": 4], "completion_tokens_details": ["reasoning_tokens": 0],
          ])
    }
  }

  @Test("a stream tells the role first, then the text, then the reason, the usage and the end")
  func stream() async throws {
    try await TestServer(chat: ScriptedChatModel("Hel", "lo")).test { client in
      let response = try await client.post(
        "/v1/chat/completions", "{\(Self.hello),\"stream\":true,\"stream_options\":{\"include_usage\":true}}")
      #expect(response.header("content-type") == "text/event-stream")
      let events = try response.events
      #expect(events.count == 5)
      #expect(Set(events.map { $0["id"] }).count == 1)
      #expect(events.allSatisfy { $0["object"] == "chat.completion.chunk" })
      #expect(events.dropLast().allSatisfy { $0["usage"] == .null })
      #expect(events[0].at("choices.0.delta") == ["role": "assistant", "content": ""])
      #expect(events[1].at("choices.0.delta") == ["content": "Hel"])
      #expect(events[2].at("choices.0.delta") == ["content": "lo"])
      #expect(events[3].at("choices.0") == ["index": 0, "delta": [:], "logprobs": nil, "finish_reason": "stop"])
      #expect(events[4]["choices"] == [])
      #expect(events[4].at("usage.completion_tokens") == 2)
      #expect(response.text.hasSuffix("data: [DONE]\n\n"))
    }
  }

  @Test("tool calls come as fragments in a stream and as calls in one piece", arguments: [true, false])
  func toolCalls(tellsFragments: Bool) async throws {
    let call = ToolCall(identifier: "call_1", name: "f", arguments: ["a": 1])
    let model = ScriptedChatModel { _, _ in
      let opening = ToolCallFragment.Opening(identifier: "call_1", name: "f")
      let fragments: [ScriptedStep] = [
        .event(.toolCallFragment(ToolCallFragment(index: 0, opening: opening, arguments: ""))),
        .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: "{\"a\":"))),
        .event(.toolCallFragment(ToolCallFragment(index: 0, arguments: "1}"))),
      ]
      return (tellsFragments ? fragments : []) + [.event(.toolCall(call)), .finish(.toolCalls)]
    }
    let tools = #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#
    try await TestServer(chat: model).test { client in
      let whole = try await client.post("/v1/chat/completions", "{\(Self.hello),\(tools)}").json
      #expect(whole.at("choices.0.message.content") == .null)
      #expect(whole.at("choices.0.finish_reason") == "tool_calls")
      #expect(
        whole.at("choices.0.message.tool_calls")
          == [["id": "call_1", "type": "function", "function": ["name": "f", "arguments": "{\"a\":1}"]]])
      let events = try await client.post("/v1/chat/completions", "{\(Self.hello),\(tools),\"stream\":true}").events
      let deltas = events.compactMap { $0.at("choices.0.delta.tool_calls.0") }
      #expect(deltas.first?["id"] == "call_1")
      #expect(deltas.first?.at("function.name") == "f")
      #expect(deltas.dropFirst().allSatisfy { $0.names == ["index", "function"] })
      #expect(deltas.compactMap { $0.at("function.arguments")?.string }.joined() == "{\"a\":1}")
    }
  }

  @Test("probabilities of tokens go with their text, and none is lost", arguments: [true, false])
  func logProbabilities(streams: Bool) async throws {
    let tokens = ["Hel", "lo", ""].enumerated().map { index, piece in
      GeneratedToken(
        chosen: TokenLogProbability(token: Int32(index), piece: piece, logProbability: -0.5),
        alternatives: [TokenLogProbability(token: 9, piece: "\u{FFFD}", logProbability: -.infinity)])
    }
    let model = ScriptedChatModel { _, options in
      #expect(options.tokenDetail == .logProbabilities(alternatives: 1))
      return tokens.map { .event(.token($0)) } + [.text("Hello"), .event(.token(tokens[0])), .finish()]
    }
    try await TestServer(chat: model).test { client in
      let response = try await client.post(
        "/v1/chat/completions", "{\(Self.hello),\"logprobs\":true,\"top_logprobs\":1,\"stream\":\(streams)}")
      let lists =
        streams
        ? try response.events.compactMap { $0.at("choices.0.logprobs.content")?.array }
        : [try #require(try response.json.at("choices.0.logprobs.content")?.array)]
      let told = lists.flatMap { $0 }
      #expect(told.count == 4)
      #expect(
        told.first
          == [
            "token": "Hel", "logprob": -0.5, "bytes": [72, 101, 108],
            // The bytes of a part of a character are not known, and JSON has no infinity.
            "top_logprobs": [["token": "\u{FFFD}", "logprob": -9999.0, "bytes": nil]],
          ])
    }
  }

  @Test("n answers are computed at once, each with draws of its own that the seed repeats", arguments: [true, false])
  func choices(streams: Bool) async throws {
    let model = ScriptedChatModel { _, options in
      [.text("seed \(options.sampling.seed ?? 0)"), .finish(prompt: 5, completion: 3)]
    }
    try await TestServer(chat: model).test { client in
      let response = try await client.post(
        "/v1/chat/completions", "{\(Self.hello),\"n\":3,\"seed\":-1,\"stream\":\(streams)}")
      var texts = ["", "", ""]
      if streams {
        for event in try response.events {
          guard case .integer(let index)? = event.at("choices.0.index") else { continue }
          texts[Int(index)] += event.at("choices.0.delta.content")?.string ?? ""
        }
      } else {
        texts = try response.json["choices"]?.array?.compactMap { $0.at("message.content")?.string } ?? []
        #expect(try response.json.at("usage.prompt_tokens") == 5)
        #expect(try response.json.at("usage.completion_tokens") == 9)
      }
      #expect(texts == ["seed \(UInt64.max)", "seed 0", "seed 1"])
    }
  }

  @Test("a failure before the first token has a status, a later one is an event of the stream")
  func failures() async throws {
    let failure = GenerationError(code: .contextExceeded, context: "prompt", found: "too long")
    for (steps, isEarly) in [([ScriptedStep.failure(failure)], true), ([.text("a"), .failure(failure)], false)] {
      try await TestServer(chat: ScriptedChatModel { _, _ in steps }).test { client in
        let response = try await client.post("/v1/chat/completions", "{\(Self.hello),\"stream\":true}")
        if isEarly {
          #expect(response.code == 400)
          #expect(try response.json.at("error.code") == "context_length_exceeded")
        } else {
          #expect(response.code == 200)
          let last = try #require(try response.events.last)
          #expect(last["error"]?.names == ["message", "type", "param", "code"])
          #expect(last.at("error.code") == "context_length_exceeded")
          #expect(response.text.hasSuffix("data: [DONE]\n\n"))
        }
      }
    }
  }

  @Test("an answer that breaks off is an error, not a short answer")
  func brokenOff() async throws {
    try await TestServer(chat: ScriptedChatModel { _, _ in [.text("a")] }).test { client in
      let response = try await client.post("/v1/chat/completions", "{\(Self.hello)}")
      #expect(response.code == 500)
      #expect(try response.json.at("error.type") == "server_error")
    }
  }
}
