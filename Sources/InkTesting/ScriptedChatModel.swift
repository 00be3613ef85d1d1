public import InkChat

/// A chat model that answers from a script: for tests of everything that stands above a model.
public struct ScriptedChatModel: ChatModel {
  private let answer: @Sendable ([Message], GenerationOptions) -> GenerationStream

  /// A model that says the given pieces whatever it is asked.
  public init(_ pieces: String...) {
    self.init { _ in pieces }
  }

  /// A model whose pieces depend on the conversation.
  public init(answer: @escaping @Sendable ([Message]) -> [String]) {
    self.answer = { messages, options in
      let pieces = answer(messages)
      let limit = options.maximumTokens ?? pieces.count
      var steps = pieces.prefix(limit).map { ScriptedStep.text($0) }
      steps.append(
        .finish(
          limit < pieces.count ? .length : .endToken(nil), prompt: messages.count,
          completion: min(pieces.count, limit)))
      return .scripted(steps)
    }
  }

  /// A model whose answers are scripted event by event, tool calls, thoughts and failures among them.
  ///
  /// - Parameter onReaderGone: called when a reader goes away while an answer holds.
  public init(
    onReaderGone: @escaping @Sendable () -> Void = {},
    steps: @escaping @Sendable ([Message], GenerationOptions) -> [ScriptedStep]
  ) {
    answer = { messages, options in .scripted(steps(messages, options), onReaderGone: onReaderGone) }
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    answer(messages, options)
  }
}
