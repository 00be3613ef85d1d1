/// What becomes of the thoughts that a reasoning model writes before its answer.
public enum ReasoningOutput: Sendable, Hashable {
  /// They are told apart, as `GenerationEvent.reasoning`.
  case separate
  /// They stay in the text, marks and all.
  case inText
}
