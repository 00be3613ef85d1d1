public import InkChat
public import InkRetrieval

/// Answers a question of a conversation out of documents: the question is first rewritten so that it stands on its own,
/// then searched and answered.
public struct ConversationalQuestion: Step {
  /// A question and what was said before.
  public struct Input: Sendable, Hashable {
    /// The question as it was asked.
    public var question: String
    /// The messages before it.
    public var history: [Message]

    /// A question in its conversation.
    public init(question: String, history: [Message]) {
      self.question = question
      self.history = history
    }
  }

  private let retriever: any Retriever
  private let model: any ChatModel
  private let count: Int
  private let options: GenerationOptions

  /// A chain over documents and a conversation.
  ///
  /// - Parameter count: the most pieces that the model is given.
  public init(
    _ retriever: any Retriever, model: any ChatModel, count: Int = 5, options: GenerationOptions = GenerationOptions()
  ) {
    self.retriever = retriever
    self.model = model
    self.count = count
    self.options = options
  }

  public func run(_ input: Input, in context: ChainContext) async throws(ChainError) -> RetrievalQuestion.Answer {
    let query =
      input.history.isEmpty ? input.question : try await context.run(rewriting, on: input)
    let found = try await context.run(Retrieve(retriever, count: count), on: query)
    guard !found.pieces.isEmpty else { return RetrievalQuestion.Answer(text: nil, sources: []) }
    let grounded = Grounded(question: input.question, pieces: found.pieces)
    let prompt = RetrievalQuestion.prompt(grounded, history: input.history)
    let text = try await context.run(Generate(model, options: options), on: prompt)
    return RetrievalQuestion.Answer(text: text, sources: found.pieces)
  }

  private var rewriting: Chain<Input, String> {
    Chain("rewrite question") {
      Prompt { (input: Input) in
        let lines = input.history.map { "\($0.role.rawValue): \($0.content.text)" }.joined(separator: "\n")
        return [
          .user(
            """
            Conversation:
            \(lines)

            Next question: \(input.question)

            Write that question so that it can be understood without the conversation, in its own language. Write the \
            question and nothing else.
            """)
        ]
      }
      Generate(model, options: options)
      Transform("trim") { (text: String) in TextTrimming.trimmed(text) }
    }
  }
}
