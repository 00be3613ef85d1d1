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
      MeteredRequest.estimate(messages, options)
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

  private func collect(
    _ options: GenerationOptions, promptEstimate: @escaping () -> Int, start: (GenerationOptions) -> GenerationStream
  ) async throws(ChainError) -> CollectedGeneration {
    try checkCancellation()
    var request = try MeteredRequest(countedBy: meter, promptEstimate: promptEstimate)
    do throws(ChainError) {
      try await read(start(request.held(options)), into: &request)
    } catch {
      request.breakOff()
      throw error
    }
    request.finish()
    tell(.usage(request.answer.result.counts))
    return request.answer
  }

  private func read(_ stream: GenerationStream, into request: inout MeteredRequest) async throws(ChainError) {
    var iterator = stream.makeAsyncIterator()
    while let event = try await next(&iterator) {
      switch event {
      case .text(let piece): tell(.text(piece))
      case .reasoning(let piece): tell(.reasoning(piece))
      case .toolCall(let call): tell(.toolCall(call))
      case .token, .toolCallFragment, .finished: break
      }
      try request.take(event)
    }
  }

  private func next(
    _ iterator: inout GenerationStream.Iterator
  ) async throws(ChainError) -> GenerationEvent? {
    do throws(GenerationError) { return try await iterator.next() } catch { throw ChainError(error) }
  }
}
