import InkChat

/// One answer, collected.
struct ChatChoice: Sendable {
  let index: Int
  private var text = ""
  private var reasoning = ""
  private var calls: [ToolCall] = []
  /// The arguments of calls as they were written, for a client to give back the same text that streams tell.
  private var written: [Int: String] = [:]
  private var tokens: [GeneratedToken] = []
  private var result: GenerationResult?

  init(index: Int) {
    self.index = index
  }

  var counts: TokenCounts? { result?.counts }

  mutating func add(_ event: GenerationEvent) {
    switch event {
    case .text(let piece): text += piece
    case .reasoning(let piece): reasoning += piece
    case .toolCall(let call): calls.append(call)
    case .toolCallFragment(let fragment): written[fragment.index, default: ""] += fragment.arguments
    case .token(let token): tokens.append(token)
    case .finished(let result): self.result = result
    }
  }

  func json(tellsTokens: Bool) -> JSONValue {
    var message: [JSONMember] = [
      JSONMember("role", "assistant"),
      // A message that only calls tools says nothing.
      JSONMember("content", text.isEmpty && !calls.isEmpty ? .null : .string(text)), JSONMember("refusal", .null),
    ]
    if !reasoning.isEmpty { message.append(JSONMember("reasoning_content", .string(reasoning))) }
    if !calls.isEmpty {
      message.append(JSONMember("tool_calls", .array(calls.enumerated().map { $1.json(written: written[$0]) })))
    }
    return [
      "index": .integer(Int64(index)), "message": .object(message),
      "logprobs": tellsTokens ? ["content": .array(tokens.map(\.json)), "refusal": .null] : .null,
      "finish_reason": result.map { .string($0.finishReason.description) } ?? .null,
    ]
  }
}
