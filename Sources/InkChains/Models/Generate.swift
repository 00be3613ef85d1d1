public import InkChat

/// A chat model as a step: messages in, the answer's text out. The text is told piece by piece.
public struct Generate: Step {
  private let model: any ChatModel
  private let options: GenerationOptions

  /// A step that asks the model.
  public init(_ model: any ChatModel, options: GenerationOptions = GenerationOptions()) {
    self.model = model
    self.options = options
  }

  public func run(_ input: [Message], in context: ChainContext) async throws(ChainError) -> String {
    try await context.generate(input, with: model, options: options).text
  }
}
