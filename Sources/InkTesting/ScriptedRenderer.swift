public import InkChat

/// A renderer that writes `role: text` lines; its tokens are the bytes of UTF-8.
public struct ScriptedRenderer: PromptRenderer {
  /// A renderer.
  public init() {}

  public func renderedPrompt(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> String {
    let lines = messages.map { "\($0.role.rawValue): \($0.content.text)\n" }.joined()
    return switch options.start {
    case .newTurn: lines + "assistant:"
    case .lastMessage: String(lines.dropLast())
    }
  }

  public func promptTokens(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> [Int32] {
    try await renderedPrompt(for: messages, options: options).utf8.map { Int32($0) }
  }
}
