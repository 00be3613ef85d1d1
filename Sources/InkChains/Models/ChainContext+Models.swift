public import InkChat

extension ChainContext {
  /// Asks a chat model, tells its text as it is written, and counts its tokens against the budget.
  ///
  /// The answer is held to the tokens that the budget has left.
  ///
  /// - Throws: `budget` when nothing is left of it; otherwise what the model's failure means to a chain.
  public func generate(
    _ messages: [Message], with model: any ChatModel, options: GenerationOptions = GenerationOptions()
  ) async throws(ChainError) -> CollectedGeneration {
    let options = try held(options)
    return try await collect(model.stream(messages, options: options))
  }

  /// Lets a text model continue a prompt, as ``generate(_:with:options:)`` does with a chat model.
  public func generate(
    continuing prompt: TextPrompt, with model: any TextModel, options: GenerationOptions = GenerationOptions()
  ) async throws(ChainError) -> CollectedGeneration {
    let options = try held(options)
    return try await collect(model.stream(continuing: prompt, options: options))
  }

  private func held(_ options: GenerationOptions) throws(ChainError) -> GenerationOptions {
    try checkCancellation()
    try meter.check()
    var options = options
    if let left = meter.tokensLeft { options.maximumTokens = min(options.maximumTokens ?? left, left) }
    return options
  }

  private func collect(_ stream: GenerationStream) async throws(ChainError) -> CollectedGeneration {
    var answer = CollectedGeneration(
      text: "", reasoning: "", tokens: [], toolCalls: [],
      result: GenerationResult(finishReason: .cancelled, counts: TokenCounts(prompt: 0, completion: 0)))
    do throws(GenerationError) {
      var iterator = stream.makeAsyncIterator()
      while let event = try await iterator.next() {
        switch event {
        case .text(let piece):
          answer.text += piece
          tell(.text(piece))
        case .reasoning(let piece):
          answer.reasoning += piece
          tell(.reasoning(piece))
        case .token(let token): answer.tokens.append(token)
        case .toolCallFragment: break
        case .toolCall(let call):
          answer.toolCalls.append(call)
          tell(.toolCall(call))
        case .finished(let result): answer.result = result
        }
      }
    } catch {
      throw ChainError(error)
    }
    meter.count(answer.result.counts)
    tell(.usage(answer.result.counts))
    return answer
  }
}
