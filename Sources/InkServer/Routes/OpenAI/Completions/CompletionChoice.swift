import InkChat

/// One answer, collected.
struct CompletionChoice: Sendable {
  private(set) var text = ""
  private var tokens: [GeneratedToken] = []
  private(set) var counts: TokenCounts?
  private(set) var finishReason = "length"

  mutating func add(_ event: GenerationEvent) {
    switch event {
    case .text(let piece): text += piece
    case .token(let token): tokens.append(token)
    case .finished(let result):
      counts = result.counts
      finishReason = result.finishReason.description
    case .reasoning, .toolCall, .toolCallFragment: break
    }
  }

  /// The answer to a request for no tokens at all.
  mutating func ended(by prompt: CompletionEcho) -> CompletionChoice {
    counts = TokenCounts(prompt: prompt.count, completion: 0)
    return self
  }

  /// Minus infinity where nothing is known.
  var meanLogProbability: Float {
    let values = tokens.compactMap(\.chosen.logProbability)
    return values.isEmpty ? -.infinity : values.reduce(0, +) / Float(values.count)
  }

  func tokens(filledBy texts: TokenTexts) async throws -> [GeneratedToken] {
    try await texts.filled(tokens)
  }
}
