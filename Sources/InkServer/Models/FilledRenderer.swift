import InkChat

/// Tells what a conversation looks like to its model with what the model's entry adds where a request says nothing, so
/// that counts and rendered prompts are those of the answers.
struct FilledRenderer: PromptRenderer {
  let renderer: any PromptRenderer
  let defaults: RequestDefaults

  func renderedPrompt(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> String {
    var (messages, options) = (messages, options)
    defaults.fillConversation(&messages, &options)
    return try await renderer.renderedPrompt(for: messages, options: options)
  }

  func promptTokens(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> [Int32] {
    var (messages, options) = (messages, options)
    defaults.fillConversation(&messages, &options)
    return try await renderer.promptTokens(for: messages, options: options)
  }
}
