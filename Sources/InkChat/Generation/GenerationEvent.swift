/// What a model tells while it answers, in order; `finished` comes last and exactly once.
public enum GenerationEvent: Sendable, Hashable {
  /// Text to append to the answer; whole characters, never a part of a stop string.
  case text(String)
  /// Text to append to what the model thinks before it answers; only where the two can be told apart.
  case reasoning(String)
  /// One generated token; sent only when `GenerationOptions.tokenDetail` asks for it.
  case token(GeneratedToken)
  /// A part of a tool call, for those who show it while it is written.
  case toolCallFragment(ToolCallFragment)
  /// A complete tool call; its fragments, if the model's side tells any, came before.
  case toolCall(ToolCall)
  /// The end of the answer.
  case finished(GenerationResult)
}
