public import InkChat

/// How a question that leans on the conversation becomes one that stands alone.
public enum QuestionRewriting: Sendable {
  /// It is searched for as it stands.
  case none
  /// The questions before it are searched for with it: no model needed, and pronouns find what they mean.
  case withEarlierQuestions(count: Int)
  /// A model rewrites it; with no conversation before it, nothing is asked.
  case model(any ChatModel)

  /// The question that stands alone.
  ///
  /// - Parameter history: the conversation before the question.
  public func rewritten(_ question: String, history: [Message]) async throws(RetrievalError) -> String {
    let earlier = history.filter { $0.role == .user }
    guard !earlier.isEmpty else { return question }
    switch self {
    case .none: return question
    case .withEarlierQuestions(let count):
      return (earlier.suffix(max(count, 0)).map(\.content.text) + [question]).joined(separator: "\n")
    case .model(let model):
      let reply = try await ModelCall(model, context: "rewriting the question").text(
        QuestionPrompts.standalone(question, history: history),
        options: GenerationOptions(sampling: .greedy, maximumTokens: 120))
      let line = reply.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      return line.allSatisfy(\.isWhitespace) ? question : line
    }
  }
}
