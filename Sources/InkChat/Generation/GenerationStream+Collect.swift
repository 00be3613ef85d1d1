extension GenerationStream {
  /// Reads the stream to its end.
  ///
  /// - Throws: what the stream throws; the part that was read is lost then.
  public func collect() async throws(GenerationError) -> CollectedGeneration {
    var text = ""
    var reasoning = ""
    var tokens: [GeneratedToken] = []
    var toolCalls: [ToolCall] = []
    var iterator = makeAsyncIterator()
    while let event = try await iterator.next() {
      switch event {
      case .text(let piece): text += piece
      case .reasoning(let piece): reasoning += piece
      case .toolCallFragment: break
      case .token(let token): tokens.append(token)
      case .toolCall(let call): toolCalls.append(call)
      case .finished(let result):
        return CollectedGeneration(
          text: text, reasoning: reasoning, tokens: tokens, toolCalls: toolCalls, result: result)
      }
    }
    throw GenerationError(code: .modelFailure, context: "generation stream", expected: "a stream that was not read yet")
  }
}
