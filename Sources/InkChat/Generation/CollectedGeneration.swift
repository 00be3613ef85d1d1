/// A whole answer.
public struct CollectedGeneration: Sendable, Hashable {
  /// All the answer's text.
  public var text: String
  /// What the model thought before it answered, if it was told apart.
  public var reasoning: String
  /// The tokens, if their detail was asked for.
  public var tokens: [GeneratedToken]
  /// The tool calls in order.
  public var toolCalls: [ToolCall]
  /// How the answer ended.
  public var result: GenerationResult

  /// An answer with every field given.
  public init(
    text: String, reasoning: String = "", tokens: [GeneratedToken] = [], toolCalls: [ToolCall] = [],
    result: GenerationResult
  ) {
    self.text = text
    self.reasoning = reasoning
    self.tokens = tokens
    self.toolCalls = toolCalls
    self.result = result
  }
}
