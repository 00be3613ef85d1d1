public import InkChat

/// A text model as a step: a raw prompt in, what the model continues it with out.
public struct Complete: Step {
  private let model: any TextModel
  private let options: GenerationOptions

  /// A step that lets the model continue a text.
  public init(_ model: any TextModel, options: GenerationOptions = GenerationOptions()) {
    self.model = model
    self.options = options
  }

  public func run(_ input: String, in context: ChainContext) async throws(ChainError) -> String {
    try await context.generate(continuing: .text(input), with: model, options: options).text
  }
}
