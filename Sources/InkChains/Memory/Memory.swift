public import InkChat

/// What a model is told of a conversation until now.
public protocol Memory: Sendable {
  /// Messages to put before the next question.
  func recall(for question: String, in context: ChainContext) async throws(ChainError) -> [Message]
  /// Keeps a question and its answer.
  func remember(question: String, answer: String, in context: ChainContext) async throws(ChainError)
}
