public import InkChat

/// Reads values of a type out of a text.
public struct Extract<Value: Decodable & Sendable>: Step {
  private let ask: Ask<CodableParser<Value>>
  private let prompt: ExtractionPrompt

  /// A reader.
  ///
  /// - Throws: `unsupported` when no schema can be made from the type.
  public init(
    _ type: Value.Type, with model: any ChatModel, guidance: AnswerGuidance,
    options: GenerationOptions = GenerationOptions()
  ) throws(ChainError) {
    let parser = try CodableParser<Value>()
    ask = Ask(model, for: parser, guidance: guidance, options: options)
    prompt = ExtractionPrompt(schema: parser.schema)
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> Value {
    try await context.run(ask, on: prompt.messages(input))
  }
}
