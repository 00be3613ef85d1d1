import InkChat

/// Makes events of the chunks of `/chat/completions`, or of its answer in one piece.
struct ChatAnswerDecoder: AnswerDecoder {
  private var tokens: TokenDetailReader
  private var calls = ToolCallAssembler()
  private var counts: TokenCounts?
  private var finishReason: FinishReason?

  init(detail: GenerationOptions.TokenDetail) {
    tokens = TokenDetailReader(detail)
  }

  mutating func take(_ object: JSONValue) throws(GenerationError) -> [GenerationEvent] {
    if let usage = object["usage"], usage != .null { counts = Self.counts(usage) }
    guard case .array(let choices)? = object["choices"] else {
      guard object["usage"] != nil || object["choices"] != nil else {
        throw .strangeAnswer("an object with choices", String(object.text.prefix(200)))
      }
      return []
    }
    // Only one choice is asked for; the chunk with the usage has none.
    guard let choice = choices.first else { return [] }
    var events: [GenerationEvent] = []
    let delta = choice["delta"] ?? choice["message"] ?? .null
    events += tokens.events(of: choice)
    // Servers call it one or the other; none sends both with different texts.
    if let text = delta["reasoning_content"]?.filledText ?? delta["reasoning"]?.filledText {
      events.append(.reasoning(text))
    }
    if let text = delta["content"]?.filledText ?? delta["refusal"]?.filledText { events.append(.text(text)) }
    if case .array(let fragments)? = delta["tool_calls"] {
      for fragment in fragments { events += try calls.take(fragment) }
    }
    if case .string(let reason)? = choice["finish_reason"] {
      finishReason = try FinishReason(endpoint: reason, stop: choice["stop_reason"])
    }
    return events
  }

  mutating func end() throws(GenerationError) -> (events: [GenerationEvent], result: GenerationResult) {
    guard var finishReason else { throw .cutAnswer("the end of the stream without a finish reason") }
    let events = calls.end()
    // Some servers say `stop` where they mean it; what came counts.
    if !events.isEmpty, case .endToken = finishReason { finishReason = .toolCalls }
    let counts = counts ?? TokenCounts(prompt: 0, completion: tokens.count)
    return (events, GenerationResult(finishReason: finishReason, counts: counts, tokens: tokens.identifiers))
  }

  static func counts(_ usage: JSONValue) -> TokenCounts {
    TokenCounts(
      prompt: usage["prompt_tokens"]?.count ?? 0,
      cachedPrompt: usage["prompt_tokens_details"]?["cached_tokens"]?.count ?? 0,
      completion: usage["completion_tokens"]?.count ?? 0)
  }
}

extension FinishReason {
  /// The reason that an endpoint names.
  init(endpoint reason: String, stop: JSONValue?) throws(GenerationError) {
    switch (reason, stop) {
    case ("stop", .string(let text)?): self = .stopString(text)
    case ("stop", let stop): self = .endToken(stop?.tokenIdentifier)
    case ("length", _): self = .length
    case ("tool_calls", _), ("function_call", _): self = .toolCalls
    case ("content_filter", _):
      throw GenerationError(
        code: .modelFailure, context: "endpoint", found: "its filter stopped the answer",
        hint: "Ask in another way, or another model.")
    default:
      throw .strangeAnswer("a finish reason such as stop or length", "\"\(reason.prefix(60))\"")
    }
  }
}

extension JSONValue {
  /// A text that is not empty.
  var filledText: String? {
    if case .string(let text) = self, !text.isEmpty { text } else { nil }
  }

  /// A number of things.
  var count: Int? {
    if case .integer(let value) = self, value >= 0 { Int(exactly: value) } else { nil }
  }

  var tokenIdentifier: Int32? {
    if case .integer(let value) = self, value >= 0 { Int32(exactly: value) } else { nil }
  }

  var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .null, .boolean, .string, .array, .object: nil
    }
  }
}
