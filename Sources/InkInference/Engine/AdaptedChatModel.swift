public import InkChat

/// A local model that answers every request with one of its adapters.
///
/// Its requests are computed in the same steps as those of the model and of other adapters.
public struct AdaptedChatModel: ChatModel, TextModel, BeamModel, PromptRenderer {
  /// The name of the adapter.
  public let adapter: String
  private let base: LocalChatModel

  /// A view of a model.
  ///
  /// - Throws: `invalidInput` for an adapter that the model does not have.
  public init(_ base: LocalChatModel, adapter: String) throws(GenerationError) {
    _ = try base.model.adapter(named: adapter)
    self.base = base
    self.adapter = adapter
  }

  public var contextLength: Int { base.contextLength }

  public var beginningToken: Int32? { base.beginningToken }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    base.stream(messages, options: adapted(options))
  }

  public func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    base.stream(continuing: prompt, options: adapted(options))
  }

  public func beams(
    continuing prompt: TextPrompt, options: BeamOptions
  ) async throws(GenerationError) -> [BeamAnswer] {
    try await base.beams(continuing: prompt, options: options, adapter: adapter)
  }

  public func renderedPrompt(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> String {
    try await base.renderedPrompt(for: messages, options: options)
  }

  public func promptTokens(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> [Int32] {
    try await base.promptTokens(for: messages, options: options)
  }

  public func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    try await base.tokenize(text, specialTokens: specialTokens)
  }

  public func text(of tokens: [Int32]) async throws(GenerationError) -> String { try await base.text(of: tokens) }

  public func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken] {
    try await base.details(of: tokens, at: positions, alternatives: alternatives, adapter: adapter)
  }

  private func adapted(_ options: GenerationOptions) -> GenerationOptions {
    var options = options
    options.adapter = adapter
    return options
  }
}
