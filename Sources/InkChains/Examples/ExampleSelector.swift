/// Chooses examples that help with a question.
public protocol ExampleSelector: Sendable {
  /// The examples, in the order in which they are to be shown.
  func examples(for query: String) async throws(ChainError) -> [Example]
}
