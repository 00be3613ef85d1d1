public import InkChat

/// Tells what a conversation looks like to a model of `inkstone serve` or llama.cpp, by `/apply-template` and `/tokenize`.
public struct RemotePromptRenderer: PromptRenderer {
  private let model: RemoteTextModel

  /// A renderer for the model; nil for endpoints that do not tell.
  public init?(_ model: RemoteTextModel) {
    switch model.stream.transport.dialect {
    case .openAI, .vLLM: return nil
    case .llamaCpp, .inkstone: self.model = model
    }
  }

  public func renderedPrompt(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> String {
    let dialect = model.stream.transport.dialect
    let body = try ChatRequestBody.rendering(messages, options: options, model: model.name, dialect: dialect)
    let request = RemoteRequest(path: .root("/apply-template"), body: body, model: model.name)
    let answer = try await model.stream.transport.object(request, clock: model.stream.clock)
    guard case .string(let prompt)? = answer["prompt"] else {
      throw .strangeAnswer("a prompt", String(answer.text.prefix(200)))
    }
    return prompt
  }

  public func promptTokens(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> [Int32] {
    // The template writes the special tokens itself.
    try await model.tokenize(renderedPrompt(for: messages, options: options), specialTokens: .recognised)
  }
}
