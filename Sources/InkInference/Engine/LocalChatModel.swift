public import InkChat
import InkTokenizers

/// A model that runs in this process, behind the protocols of InkChat.
///
/// Requests are answered one after the other. The last conversation stays cached, so its next turn computes only what
/// is new.
public final class LocalChatModel: ChatModel, TextModel {
  /// The model.
  public let model: LanguageModel
  private let engine: GenerationEngine

  /// A chat model over a loaded one.
  public init(_ model: LanguageModel) {
    self.model = model
    self.engine = GenerationEngine(model: model)
  }

  public var contextLength: Int { model.contextLength }

  public var beginningToken: Int32? {
    // Only when the tokenizer puts it there by itself.
    guard let first = model.tokenizer.encode("", specialTokens: .add).first,
      first == model.tokenizer.roles.beginningOfSequence
    else { return nil }
    return first
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    GenerationStream { [model, engine] sink throws(GenerationError) in
      var options = options
      options.stopStrings += model.template?.stopStrings ?? []
      try await engine.run(messages, options: options, sink: sink)
    }
  }

  public func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    GenerationStream { [model, engine] sink throws(GenerationError) in
      let tokens =
        switch prompt {
        case .text(let text): model.tokenizer.encode(text)
        case .tokens(let tokens): tokens
        }
      try await engine.run(ModelPrompt(tokens: tokens), options: options, sink: sink)
    }
  }

  public func tokenize(_ text: String, specialTokens: SpecialTokenRule) async throws(GenerationError) -> [Int32] {
    switch specialTokens {
    case .none: model.tokenizer.encode(text, specialTokens: .omit, parsing: .asText)
    case .added: model.tokenizer.encode(text, specialTokens: .add, parsing: .asText)
    case .recognised: model.tokenizer.encode(text, specialTokens: .omit, parsing: .parse)
    case .addedAndRecognised: model.tokenizer.encode(text, specialTokens: .add, parsing: .parse)
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
}
