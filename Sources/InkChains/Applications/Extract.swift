public import InkChat

/// Reads values of a type out of a text.
public struct Extract<Value: Decodable & Sendable>: Step {
  private let ask: Ask<CodableParser<Value>>

  /// A reader.
  ///
  /// - Throws: `unsupported` when no schema can be made from the type.
  public init(
    _ type: Value.Type, with model: any ChatModel, guidance: AnswerGuidance,
    options: GenerationOptions = GenerationOptions()
  ) throws(ChainError) {
    ask = Ask(model, for: try CodableParser<Value>(), guidance: guidance, options: options)
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> Value {
    try await context.run(
      ask,
      on: [
        .system("Read the values that are asked for out of the text. Take nothing that the text does not say."),
        .user(input),
      ])
  }
}
