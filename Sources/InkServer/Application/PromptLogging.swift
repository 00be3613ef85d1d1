/// Whether logs may show what people ask and models answer.
public enum PromptLogging: Sendable, Hashable {
  /// Never.
  case off
  /// The body of each request, at level `info`.
  case bodies
}
