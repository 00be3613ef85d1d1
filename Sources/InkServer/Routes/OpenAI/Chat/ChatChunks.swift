import InkChat

/// Turns the events of one answer into the `choices` entries of its chunks.
struct ChatChunks: Sendable {
  private let index: Int
  private let tellsTokens: Bool
  private(set) var counts: TokenCounts?
  private var hasBegun = false
  /// Tokens that no chunk has told yet: text is held back while it may be a part of a character or of a stop string.
  private var pending: [GeneratedToken] = []
  /// Calls of which fragments were told.
  private var openedCalls: Set<Int> = []
  private var completedCalls = 0

  init(index: Int, tellsTokens: Bool) {
    self.index = index
    self.tellsTokens = tellsTokens
  }

  /// The entries that an event leads to; none for most tokens' details, which go with the text.
  mutating func add(_ event: GenerationEvent) -> [JSONValue] {
    switch event {
    case .text(let piece): return begin() + [entry(["content": .string(piece)], logprobs: takePending())]
    case .reasoning(let piece): return begin() + [entry(["reasoning_content": .string(piece)], logprobs: takePending())]
    case .toolCallFragment(let fragment):
      openedCalls.insert(fragment.index)
      return begin() + [entry(["tool_calls": .array([fragment.json])], logprobs: takePending())]
    case .toolCall(let call):
      defer { completedCalls += 1 }
      // Whoever told the fragments has told the call.
      guard !openedCalls.contains(completedCalls) else { return [] }
      let opening = ToolCallFragment.Opening(identifier: call.identifier, name: call.name)
      let whole = ToolCallFragment(index: completedCalls, opening: opening, arguments: call.argumentsText)
      return begin() + [entry(["tool_calls": .array([whole.json])], logprobs: takePending())]
    case .token(let token):
      if tellsTokens { pending.append(token) }
      return []
    case .finished(let result):
      counts = result.counts
      var entries = begin()
      if !pending.isEmpty { entries.append(entry(["content": ""], logprobs: takePending())) }
      return entries + [entry([:], finishReason: .string(result.finishReason.description))]
    }
  }

  /// The entry that tells who speaks, before the first of all others.
  private mutating func begin() -> [JSONValue] {
    guard !hasBegun else { return [] }
    hasBegun = true
    return [entry(["role": "assistant", "content": ""])]
  }

  private mutating func takePending() -> JSONValue {
    defer { pending = [] }
    guard tellsTokens, !pending.isEmpty else { return .null }
    return ["content": .array(pending.map(\.json)), "refusal": .null]
  }

  private func entry(_ delta: JSONValue, logprobs: JSONValue = .null, finishReason: JSONValue = .null) -> JSONValue {
    ["index": .integer(Int64(index)), "delta": delta, "logprobs": logprobs, "finish_reason": finishReason]
  }
}

extension ToolCallFragment {
  /// A fragment as chunks tell it: name and identifier once, then arguments only.
  fileprivate var json: JSONValue {
    guard let opening else {
      return ["index": .integer(Int64(index)), "function": ["arguments": .string(arguments)]]
    }
    return [
      "index": .integer(Int64(index)), "id": .string(opening.identifier), "type": "function",
      "function": ["name": .string(opening.name), "arguments": .string(arguments)],
    ]
  }
}
