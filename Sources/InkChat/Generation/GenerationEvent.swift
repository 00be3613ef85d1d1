/// What a model tells while it answers, in order; `finished` comes last and exactly once.
public enum GenerationEvent: Sendable, Hashable {
  /// Text to append to the answer; whole characters, never a part of a stop string.
  case text(String)
  /// One generated token; sent only when `GenerationOptions.tokenDetail` asks for it.
  case token(GeneratedToken)
  /// A complete tool call.
  case toolCall(ToolCall)
  /// The end of the answer.
  case finished(GenerationResult)
}
