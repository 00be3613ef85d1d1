/// Something that tells what a conversation looks like to its model.
public protocol PromptRenderer: Sendable {
  /// The text of the prompt.
  ///
  /// - Throws: `templateFailure` when there is no template or it refuses the messages.
  func renderedPrompt(for messages: [Message], options: GenerationOptions) async throws(GenerationError) -> String

  /// The tokens of the prompt, those of pictures among them.
  ///
  /// - Throws: as `renderedPrompt`.
  func promptTokens(for messages: [Message], options: GenerationOptions) async throws(GenerationError) -> [Int32]
}
