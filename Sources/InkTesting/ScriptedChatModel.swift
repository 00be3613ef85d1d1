public import InkChat

/// A chat model that answers from a script: for tests of everything that stands above a model.
public struct ScriptedChatModel: ChatModel {
  private let answer: @Sendable ([Message]) -> [String]

  /// A model that says the given pieces whatever it is asked.
  public init(_ pieces: String...) {
    self.answer = { _ in pieces }
  }

  /// A model whose pieces depend on the conversation.
  public init(answer: @escaping @Sendable ([Message]) -> [String]) {
    self.answer = answer
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    let pieces = answer(messages)
    return GenerationStream { sink throws(GenerationError) in
      for piece in pieces.prefix(options.maximumTokens ?? pieces.count) {
        guard case .delivered = sink.send(.text(piece)) else { return }
      }
      let limited = options.maximumTokens.map { $0 < pieces.count } ?? false
      sink.finish(
        GenerationResult(
          finishReason: limited ? .length : .endToken(nil),
          counts: TokenCounts(
            prompt: messages.count, completion: min(pieces.count, options.maximumTokens ?? pieces.count))))
    }
  }
}
