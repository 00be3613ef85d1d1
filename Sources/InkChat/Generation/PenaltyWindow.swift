/// The tokens a penalty looks at.
public enum PenaltyWindow: Sendable, Hashable {
  /// The prompt and the answer so far.
  case everything
  /// The answer so far.
  case answer
  /// The last tokens of prompt and answer together.
  case last(Int)
}
