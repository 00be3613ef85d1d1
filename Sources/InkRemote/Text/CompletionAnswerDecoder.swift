import InkChat

/// Makes events of the chunks of `/completions`, or of its answer in one piece.
struct CompletionAnswerDecoder: AnswerDecoder {
  private var tokens: TokenDetailReader
  private var counts: TokenCounts?
  private var finishReason: FinishReason?

  init(detail: GenerationOptions.TokenDetail) {
    tokens = TokenDetailReader(detail)
  }

  mutating func take(_ object: JSONValue) throws(GenerationError) -> [GenerationEvent] {
    if let usage = object["usage"], usage != .null { counts = ChatAnswerDecoder.counts(usage) }
    guard case .array(let choices)? = object["choices"] else {
      throw .strangeAnswer("an object with choices", String(object.text.prefix(200)))
    }
    guard let choice = choices.first else { return [] }
    var events = tokens.events(of: choice)
    if let text = choice["text"]?.filledText { events.append(.text(text)) }
    if case .string(let reason)? = choice["finish_reason"] {
      finishReason = try FinishReason(endpoint: reason, stop: choice["stop_reason"])
    }
    return events
  }

  mutating func end() throws(GenerationError) -> (events: [GenerationEvent], result: GenerationResult) {
    guard let finishReason else { throw .cutAnswer("the end of the stream without a finish reason") }
    let counts = counts ?? TokenCounts(prompt: 0, completion: tokens.count)
    return ([], GenerationResult(finishReason: finishReason, counts: counts, tokens: tokens.identifiers))
  }
}
