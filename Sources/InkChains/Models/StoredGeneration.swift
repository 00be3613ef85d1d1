import InkChat

/// A finished answer as JSON text, for caches and traces.
struct StoredGeneration {
  private var answer = ""
  private var reasoning = ""
  private var calls: [ToolCall] = []
  private var result: GenerationResult?

  init() {}

  /// An answer as it was collected.
  init(_ collected: CollectedGeneration) {
    answer = collected.text
    reasoning = collected.reasoning
    calls = collected.toolCalls
    result = collected.result
  }

  /// Takes note of an event of the answer.
  mutating func note(_ event: GenerationEvent) {
    switch event {
    case .text(let piece): answer += piece
    case .reasoning(let piece): reasoning += piece
    case .toolCall(let call): calls.append(call)
    case .finished(let end): result = end
    case .token, .toolCallFragment: break
    }
  }

  /// The text to keep; nil for an answer that did not come to an end of its own.
  func text(ending result: GenerationResult) -> String? {
    switch result.finishReason {
    case .cancelled, .contextFull: return nil
    case .endToken, .stopString, .length, .toolCalls: break
    }
    var whole = self
    whole.result = result
    return whole.json.text
  }

  /// Tells the answer as a model would.
  func replay(to sink: GenerationSink) {
    if !reasoning.isEmpty { sink.send(.reasoning(reasoning)) }
    if !answer.isEmpty { sink.send(.text(answer)) }
    for call in calls { sink.send(.toolCall(call)) }
    if let result { sink.finish(result) }
  }
}

// MARK: - JSON

extension StoredGeneration {
  /// The answer as a JSON object.
  var json: JSONValue {
    let counts = result?.counts ?? TokenCounts(prompt: 0, completion: 0)
    return [
      "text": .string(answer), "reasoning": .string(reasoning),
      "tool_calls": .array(calls.map(Self.json)),
      "finish": Self.json(result?.finishReason ?? .cancelled),
      "counts": [
        "prompt": .integer(Int64(counts.prompt)), "cached_prompt": .integer(Int64(counts.cachedPrompt)),
        "completion": .integer(Int64(counts.completion)), "reasoning": .integer(Int64(counts.reasoning)),
      ],
    ]
  }

  /// The answer that a text of ``text(ending:)`` holds; nil when it is something else.
  init?(_ text: String) {
    guard let value = try? JSONValue(parsing: text) else { return nil }
    self.init(value)
  }

  /// The answer that a JSON object holds; nil when it is something else.
  init?(_ value: JSONValue) {
    guard case .string(let answer)? = value["text"], case .string(let reasoning)? = value["reasoning"],
      case .array(let calls)? = value["tool_calls"], let counts = value["counts"],
      let finish = value["finish"].flatMap(Self.finishReason)
    else { return nil }
    self.answer = answer
    self.reasoning = reasoning
    for call in calls {
      guard let call = Self.call(call) else { return nil }
      self.calls.append(call)
    }
    func count(_ name: String) -> Int {
      if case .integer(let number)? = counts[name] { Int(number) } else { 0 }
    }
    result = GenerationResult(
      finishReason: finish,
      counts: TokenCounts(
        prompt: count("prompt"), cachedPrompt: count("cached_prompt"), completion: count("completion"),
        reasoning: count("reasoning")))
  }

  static func json(_ call: ToolCall) -> JSONValue {
    ["id": .string(call.identifier), "name": .string(call.name), "arguments": call.arguments]
  }

  static func call(_ value: JSONValue) -> ToolCall? {
    guard case .string(let identifier)? = value["id"], case .string(let name)? = value["name"],
      let arguments = value["arguments"]
    else { return nil }
    return ToolCall(identifier: identifier, name: name, arguments: arguments)
  }

  private static func json(_ reason: FinishReason) -> JSONValue {
    switch reason {
    case .endToken(let token): ["end_token": token.map { .integer(Int64($0)) } ?? .null]
    case .stopString(let stop): ["stop_string": .string(stop)]
    case .length: "length"
    case .contextFull: "context_full"
    case .toolCalls: "tool_calls"
    case .cancelled: "cancelled"
    }
  }

  private static func finishReason(_ value: JSONValue) -> FinishReason? {
    switch value {
    case .string("length"): return .length
    case .string("context_full"): return .contextFull
    case .string("tool_calls"): return .toolCalls
    case .string("cancelled"): return .cancelled
    case .object:
      if case .string(let stop)? = value["stop_string"] { return .stopString(stop) }
      if case .integer(let token)? = value["end_token"] { return .endToken(Int32(exactly: token)) }
      return value["end_token"] == .null ? .endToken(nil) : nil
    default: return nil
    }
  }
}

extension StoredGeneration {
  /// A name for a request: everything that its answer depends on.
  static func key(_ model: String, _ messages: [Message], _ options: GenerationOptions) -> String {
    // Urgency says when an answer is made, not what it is.
    var options = options
    options.urgency = RequestUrgency()
    let lines = messages.map { message -> JSONValue in
      [
        "role": .string(message.role.rawValue), "content": .string(String(reflecting: message.content)),
        "calls": .array(message.toolCalls.map(Self.json)), "answers": .string(message.toolCallIdentifier ?? ""),
        "name": .string(message.name ?? ""), "reasoning": .string(message.reasoning ?? ""),
      ]
    }
    let biases = options.sampling.logitBias.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
    // A dictionary's order differs from run to run, so the biases stand on their own.
    options.sampling.logitBias = [:]
    let value: JSONValue = [
      "model": .string(model), "messages": .array(lines), "options": .string(String(reflecting: options)),
      "bias": .string(biases.joined(separator: ",")),
    ]
    return value.text
  }
}
