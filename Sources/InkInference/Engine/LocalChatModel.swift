public import InkChat
import InkTokenizers

/// A model that runs in this process, behind the protocols of InkChat.
///
/// Requests are answered side by side. What was computed of a conversation is kept while there is room, so its next turn,
/// or another conversation that begins alike, computes only what is new.
public final class LocalChatModel: ChatModel, TextModel, BeamModel, PromptRenderer, EngineStatisticsSource {
  /// The model.
  public let model: LanguageModel
  /// The most tokens that prompt and answer may have together: those of the model, or as many as the cache has room for.
  public let contextLength: Int
  private let engine: BatchEngine
  private let shaper: AnswerShaper
  private let desk = BeamDesk()
  private let texts = LongTextDesk()

  /// A chat model over a loaded one.
  public init(_ model: LanguageModel, settings: EngineSettings = EngineSettings()) {
    self.model = model
    self.engine = BatchEngine(model: model, settings: settings)
    self.shaper = AnswerShaper(tokenizer: model.tokenizer, endTokens: model.endTokens)
    self.contextLength = settings.contextLength(for: model)
  }

  /// What the engine does.
  public var statistics: EngineStatistics { get async { await engine.statistics } }

  public func renderedPrompt(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> String {
    try await texts.read(byteCount: messages.textByteCount) { [model] () throws(GenerationError) in
      try model.renderedPrompt(for: messages, options: options)
    }
  }

  public func promptTokens(
    for messages: [Message], options: GenerationOptions
  ) async throws(GenerationError) -> [Int32] {
    try await texts.read(byteCount: messages.textByteCount) { [model] () throws(GenerationError) in
      try model.modelPrompt(for: messages, options: options).tokens
    }
  }

  public var beginningToken: Int32? {
    // Only when the tokenizer puts it there by itself.
    guard let first = model.tokenizer.encode("", specialTokens: .add).first,
      first == model.tokenizer.roles.beginningOfSequence
    else { return nil }
    return first
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    var options = options
    options.stopStrings += model.template?.stopStrings ?? []
    return GenerationStream { [model, engine, shaper, texts, contextLength, options] sink throws(GenerationError) in
      let (prompt, layout) = try await texts.read(byteCount: messages.textByteCount) {
        () throws(GenerationError) in
        try model.conversation(for: messages, options: options, contextLength: contextLength)
      }
      try await engine.answer(
        prompt, shape: try shaper.shape(of: layout, prompt: prompt.tokens.count, options: options), options: options,
        sink: sink)
    }
  }

  public func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    GenerationStream { [self] sink throws(GenerationError) in
      let tokens = try await tokens(of: prompt)
      try await engine.answer(
        ModelPrompt(tokens: tokens), shape: try shaper.shape(options: options), options: options, sink: sink)
    }
  }

  private func tokens(of prompt: TextPrompt) async throws(GenerationError) -> [Int32] {
    switch prompt {
    case .text(let text):
      try await texts.read(byteCount: text.utf8.count) { [model, contextLength] () throws(GenerationError) in
        try model.requireRoom(forByteCount: text.utf8.count, contextLength: contextLength)
        return model.tokenizer.encode(text)
      }
    case .tokens(let tokens): tokens
    }
  }

  public func beams(
    continuing prompt: TextPrompt, options: BeamOptions
  ) async throws(GenerationError) -> [BeamAnswer] {
    try await desk.answers(to: try await tokens(of: prompt), options: options, on: model, contextLength: contextLength)
  }

  /// The same with an adapter.
  func beams(
    continuing prompt: TextPrompt, options: BeamOptions, adapter: String
  ) async throws(GenerationError) -> [BeamAnswer] {
    let adapted = model.answering(try model.adapter(named: adapter))
    return try await desk.answers(
      to: try await tokens(of: prompt), options: options, on: adapted, contextLength: contextLength)
  }

  public func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    try await texts.read(byteCount: text.utf8.count) { [model] () throws(GenerationError) in
      switch specialTokens {
      case .none: model.tokenizer.encode(text, specialTokens: .omit, parsing: .asText)
      case .added: model.tokenizer.encode(text, specialTokens: .add, parsing: .asText)
      case .recognised: model.tokenizer.encode(text, specialTokens: .omit, parsing: .parse)
      case .addedAndRecognised: model.tokenizer.encode(text, specialTokens: .add, parsing: .parse)
      }
    }
  }

  public func text(of tokens: [Int32]) async throws(GenerationError) -> String {
    do { return try model.tokenizer.decode(tokens) } catch {
      throw GenerationError(code: .invalidInput, context: "tokens", found: "\(error)")
    }
  }

  public func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int
  ) async throws(GenerationError) -> [GeneratedToken] {
    try await engine.details(of: tokens, at: positions, alternatives: alternatives)
  }

  /// The same with an adapter.
  func details(
    of tokens: [Int32], at positions: Range<Int>, alternatives: Int, adapter: String
  ) async throws(GenerationError) -> [GeneratedToken] {
    try await engine.details(of: tokens, at: positions, alternatives: alternatives, adapter: adapter)
  }
}
