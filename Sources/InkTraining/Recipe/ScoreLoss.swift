/// What is lost where the score of a text is another than it should be.
public enum ScoreLoss: String, Sendable, Hashable, CaseIterable {
  /// The squared difference.
  case squared
  /// The cross-entropy of the score, 0 to 1, and the sigmoid of what the model gives, as cross-encoders learn that tell
  /// what answers a question (Nogueira and Cho, 2019).
  case binary
}
