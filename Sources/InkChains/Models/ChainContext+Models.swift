public import InkChat

extension ChainContext {
  /// Asks a chat model, tells its text as it is written, and counts its tokens against the budget.
  ///
  /// A request whose prompt is longer than what the budget has left is not begun; the answer is held to the tokens that
  /// are left, and ended where a model writes more than that. An endpoint that does not count its tokens has them
  /// estimated for the budget.
  ///
  /// - Throws: `budget` when too little is left of it; otherwise what the model's failure means to a chain.
  public func generate(
    _ messages: [Message], with model: any ChatModel, options: GenerationOptions = GenerationOptions()
  ) async throws(ChainError) -> CollectedGeneration {
    try await collect(options) {
      let tools = options.tools.reduce(0) {
        $0 + TextMeasure.estimate.tokens($1.name + $1.description + $1.parameters.text)
      }
      return messages.reduce(tools) { $0 + TextMeasure.estimate.tokens($1.content.text) }
    } start: {
      model.stream(messages, options: $0)
    }
  }

  /// Lets a text model continue a prompt, as ``generate(_:with:options:)`` does with a chat model.
  public func generate(
    continuing prompt: TextPrompt, with model: any TextModel, options: GenerationOptions = GenerationOptions()
  ) async throws(ChainError) -> CollectedGeneration {
    try await collect(options) {
      switch prompt {
      case .text(let text): TextMeasure.estimate.tokens(text)
      case .tokens(let tokens): tokens.count
      }
    } start: {
      model.stream(continuing: prompt, options: $0)
    }
  }

  private func held(_ options: GenerationOptions) -> GenerationOptions {
    var options = options
    // A request for no tokens at all would be an error of another kind.
    for left in [meter.tokensLeft, meter.affordableTokens].compactMap({ $0 }) {
      options.maximumTokens = min(options.maximumTokens ?? left, max(left, 1))
    }
    return options
  }

  private func collect(
    _ options: GenerationOptions, promptEstimate: () -> Int, start: (GenerationOptions) -> GenerationStream
  ) async throws(ChainError) -> CollectedGeneration {
    try checkCancellation()
    try meter.check()
    let request = try meter.setAside(prompt: promptEstimate)
    var answer = CollectedGeneration(
      text: "", reasoning: "", tokens: [], toolCalls: [],
      result: GenerationResult(finishReason: .cancelled, counts: TokenCounts(prompt: 0, completion: 0)))
    var pieces = 0
    do throws(ChainError) {
      try await read(start(held(options)), into: &answer, pieces: &pieces)
    } catch {
      meter.settle(request, pieces: pieces)
      // What was written before it failed was paid for too.
      if !answer.isEmpty { meter.count(answer.estimatedCounts(prompt: promptEstimate())) }
      throw error
    }
    meter.settle(request, pieces: pieces)
    let told = answer.result.counts
    let isCounted = told.prompt > 0 || told.completion > 0
    meter.count(isCounted ? told : answer.estimatedCounts(prompt: promptEstimate()))
    meter.learn(request, prompt: told.prompt)
    tell(.usage(told))
    return answer
  }

  private func read(
    _ stream: GenerationStream, into answer: inout CollectedGeneration, pieces: inout Int
  ) async throws(ChainError) {
    var iterator = stream.makeAsyncIterator()
    while let event = try await next(&iterator) {
      let isFirst = answer.isEmpty
      switch event {
      case .text(let piece):
        answer.text += piece
        tell(.text(piece))
      case .reasoning(let piece):
        answer.reasoning += piece
        tell(.reasoning(piece))
      case .toolCall(let call):
        answer.toolCalls.append(call)
        tell(.toolCall(call))
        continue
      case .token(let token):
        answer.tokens.append(token)
        continue
      case .toolCallFragment: break
      case .finished(let result):
        answer.result = result
        continue
      }
      // The last token can end two pieces, a whole one and what was held back; so there is a piece more than tokens.
      guard !isFirst else { continue }
      pieces += 1
      try meter.countPiece()
    }
  }

  private func next(
    _ iterator: inout GenerationStream.Iterator
  ) async throws(ChainError) -> GenerationEvent? {
    do throws(GenerationError) { return try await iterator.next() } catch { throw ChainError(error) }
  }
}

extension CollectedGeneration {
  fileprivate var isEmpty: Bool { text.isEmpty && reasoning.isEmpty && toolCalls.isEmpty }

  /// The tokens that the answer took where nobody counted them, on the long side.
  fileprivate func estimatedCounts(prompt: Int) -> TokenCounts {
    let calls = toolCalls.reduce(0) { $0 + TextMeasure.estimate.tokens($1.name + $1.arguments.text) }
    return TokenCounts(
      prompt: prompt,
      completion: TextMeasure.estimate.tokens(text) + TextMeasure.estimate.tokens(reasoning) + calls)
  }
}
