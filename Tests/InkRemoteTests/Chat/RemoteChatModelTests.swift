import InkChat
import InkRemote
import Testing

@Suite("What an endpoint answers")
struct RemoteChatModelTests {
  private func outcome(
    _ choices: [String], _ options: GenerationOptions = GenerationOptions(), usage: String? = nil
  ) async throws -> (events: [GenerationEvent], error: GenerationError?) {
    var body = choices.map { chunks($0) }.joined()
    if let usage { body += "data: {\"choices\":[],\"usage\":\(usage)}\n\n" }
    let answer = body + "data: [DONE]\n\n"
    return try await withServer { _, _ in
      [.eventHead, .send(answer), .close]
    } body: { server, client in
      await server.model(try server.transport(client)).stream([.user("Hi")], options: options).outcome()
    }
  }

  private func result(_ reason: FinishReason, _ tokens: [Int32] = [], completion: Int = 0) -> GenerationEvent {
    .finished(
      GenerationResult(finishReason: reason, counts: TokenCounts(prompt: 0, completion: completion), tokens: tokens))
  }

  @Test("thoughts are told apart under either of their names")
  func reasoning() async throws {
    let (events, error) = try await outcome([
      #"{"delta":{"reasoning_content":"Hm"}}"#, #"{"delta":{"reasoning":"m.","content":null}}"#,
      #"{"delta":{"content":"Yes."},"finish_reason":"stop","stop_reason":151645}"#,
    ])
    #expect(error == nil)
    #expect(events == [.reasoning("Hm"), .reasoning("m."), .text("Yes."), result(.endToken(151645))])
  }

  @Test("tool calls are put together from fragments, of several calls at once")
  func toolCalls() async throws {
    let (events, error) = try await outcome([
      #"{"delta":{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"add","arguments":""}}]}}"#,
      #"{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}}"#,
      #"{"delta":{"tool_calls":[{"index":1,"id":"c2","function":{"name":"now","arguments":""}},{"index":0,"function":{"arguments":"1}"}}]}}"#,
      #"{"delta":{},"finish_reason":"tool_calls"}"#,
    ])
    #expect(error == nil)
    #expect(
      events == [
        .toolCallFragment(ToolCallFragment(index: 0, opening: .init(identifier: "c1", name: "add"), arguments: "")),
        .toolCallFragment(ToolCallFragment(index: 0, arguments: "{\"a\":")),
        .toolCallFragment(ToolCallFragment(index: 1, opening: .init(identifier: "c2", name: "now"), arguments: "")),
        .toolCallFragment(ToolCallFragment(index: 0, arguments: "1}")),
        .toolCall(ToolCall(identifier: "c1", name: "add", arguments: ["a": 1])),
        .toolCall(ToolCall(identifier: "c2", name: "now", arguments: .object([]))),
        result(.toolCalls),
      ])
  }

  @Test("servers that leave out numbers, give all calls the same one, or send arguments as an object are understood")
  func oddToolCalls() async throws {
    let variants: [[String]] = [
      [
        #"{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}}]}}"#,
        #"{"delta":{"tool_calls":[{"id":"b","function":{"name":"g","arguments":"[1"}}]}}"#,
        #"{"delta":{"tool_calls":[{"function":{"arguments":"]"}}]},"finish_reason":"stop"}"#,
      ],
      [
        #"{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]}}"#,
        #"{"delta":{"tool_calls":[{"index":0,"id":"b","function":{"name":"g","arguments":[]}}]}}"#,
        #"{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"[1]"}}]},"finish_reason":"tool_calls"}"#,
      ],
      [
        #"{"message":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{}}},{"id":"b","function":{"name":"g","arguments":"[1]"}}]},"finish_reason":"function_call"}"#
      ],
    ]
    for variant in variants {
      let (events, error) = try await outcome(variant)
      #expect(error == nil)
      let calls = events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
      #expect(
        calls == [
          ToolCall(identifier: "a", name: "f", arguments: .object([])),
          ToolCall(identifier: "b", name: "g", arguments: [1]),
        ])
      #expect(events.last == result(.toolCalls))
    }
  }

  @Test("arguments that are no JSON stay as the model wrote them")
  func brokenArguments() async throws {
    let (events, _) = try await outcome([
      #"{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{oops"}}]},"finish_reason":"tool_calls"}"#
    ])
    #expect(events.contains(.toolCall(ToolCall(identifier: "a", name: "f", arguments: "{oops"))))
  }

  @Test("log-probabilities arrive with their alternatives and, where the endpoint tells them, with token ids")
  func logProbabilities() async throws {
    let options = GenerationOptions(tokenDetail: .logProbabilities(alternatives: 1))
    let entry =
      #"{"token":"Hi","logprob":-0.5,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-0.5},{"token":"Ho","logprob":-1}]}"#
    let (events, error) = try await outcome(
      [#"{"delta":{"content":"Hi"},"logprobs":{"content":[\#(entry)]},"token_ids":[42],"finish_reason":"length"}"#],
      options)
    #expect(error == nil)
    let chosen = TokenLogProbability(token: 42, piece: "Hi", logProbability: -0.5)
    let alternative = TokenLogProbability(token: -1, piece: "Hi", logProbability: -0.5)
    #expect(
      events == [
        .token(GeneratedToken(chosen: chosen, alternatives: [alternative])), .text("Hi"),
        result(.length, [42], completion: 1),
      ])
    let silent = try await outcome(
      [#"{"delta":{"content":"Hi"},"logprobs":{"content":[\#(entry)]},"finish_reason":"stop"}"#])
    #expect(silent.events == [.text("Hi"), result(.endToken(nil), completion: 0)])
  }

  @Test("a stop string that the endpoint names, and its counts, are passed on")
  func stopAndCounts() async throws {
    let (events, _) = try await outcome(
      [#"{"delta":{"content":"Hi"},"finish_reason":"stop","stop_reason":"END"}"#],
      usage: #"{"prompt_tokens":11,"completion_tokens":5,"total_tokens":16,"prompt_tokens_details":null}"#)
    #expect(
      events.last
        == .finished(
          GenerationResult(finishReason: .stopString("END"), counts: TokenCounts(prompt: 11, completion: 5))))
  }
}
