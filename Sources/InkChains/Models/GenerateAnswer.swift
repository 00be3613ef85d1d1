public import InkChat

/// A chat model as a step: messages in, the whole answer with its thoughts, tool calls and counts out.
public struct GenerateAnswer: Step {
  private let model: any ChatModel
  private let options: GenerationOptions

  /// A step that asks the model.
  public init(_ model: any ChatModel, options: GenerationOptions = GenerationOptions()) {
    self.model = model
    self.options = options
  }

  public func run(_ input: [Message], in context: ChainContext) async throws(ChainError) -> CollectedGeneration {
    try await context.generate(input, with: model, options: options)
  }
}
