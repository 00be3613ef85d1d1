public import InkChat

/// Says which of several classes a text belongs to. The classes are the cases of an enum.
public struct Classify<Label: RawRepresentable & CaseIterable & Sendable>: Step where Label.RawValue == String {
  private let ask: Ask<ChoiceParser<Label>>
  private let question: String
  private let examples: (any ExampleSelector)?

  /// A classifier.
  ///
  /// - Parameters:
  ///   - question: what is asked of a text, such as `What is this message about?`.
  ///   - examples: texts with the words of their classes, shown to the model first.
  public init(
    _ label: Label.Type, question: String, with model: any ChatModel, guidance: AnswerGuidance,
    examples: (any ExampleSelector)? = nil, options: GenerationOptions = GenerationOptions(sampling: .greedy)
  ) {
    ask = Ask(model, for: ChoiceParser<Label>(), guidance: guidance, options: options)
    self.question = question
    self.examples = examples
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> Label {
    let words = Label.allCases.map(\.rawValue).joined(separator: ", ")
    var messages: [Message] = [.system("\(question) Answer with one of: \(words).")]
    if let examples {
      for example in try await examples.examples(for: input) {
        messages += [.user(example.input), .assistant(example.output)]
      }
    }
    return try await context.run(ask, on: messages + [.user(input)])
  }
}
