/// How a model is brought to answer in the form that a parser reads.
public enum AnswerGuidance: Sendable, Hashable {
  /// The model can only produce text of the form: local models, and endpoints that support structured output.
  case constrained
  /// The model is told the form, and an answer that cannot be read is sent back with what is wrong with it, at most so
  /// many times.
  case instructed(repairs: Int)
}
