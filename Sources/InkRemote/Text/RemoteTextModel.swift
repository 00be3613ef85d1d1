public import InkChat

/// Raw text behind an endpoint: `/completions`, and where the endpoint has them `/tokenize`, `/detokenize` and the
/// probabilities of given tokens.
///
/// Endpoints of kind `openai` have no tokenizer: they continue text, and everything else throws `unsupported`.
public struct RemoteTextModel: TextModel {
  public let contextLength: Int
  public let beginningToken: Int32?
  let name: String
  let stream: RemoteStream

  /// A model of which everything is known.
  public init(
    _ name: String, contextLength: Int, beginningToken: Int32?, over transport: any RemoteTransport,
    clock: any Clock<Duration>
  ) {
    self.name = name
    self.contextLength = contextLength
    self.beginningToken = beginningToken
    stream = RemoteStream(transport: transport, clock: clock)
  }

  /// A model whose beginning token is found out by asking.
  ///
  /// - Throws: what the endpoint answers instead.
  public static func measured(
    _ name: String, contextLength: Int, over transport: any RemoteTransport, clock: any Clock<Duration>
  ) async throws(GenerationError) -> RemoteTextModel {
    let plain = RemoteTextModel(name, contextLength: contextLength, beginningToken: nil, over: transport, clock: clock)
    switch transport.dialect {
    case .openAI: return plain
    case .vLLM, .llamaCpp, .inkstone: break
    }
    let bare = try await plain.tokenize("a", specialTokens: .recognised)
    let whole = try await plain.tokenize("a", specialTokens: .addedAndRecognised)
    let beginning = whole.count > bare.count && whole.first != bare.first ? whole.first : nil
    return RemoteTextModel(
      name, contextLength: contextLength, beginningToken: beginning, over: transport, clock: clock)
  }

  public func stream(continuing prompt: TextPrompt, options: GenerationOptions) -> GenerationStream {
    let dialect = stream.transport.dialect
    return stream.events(patience: options.urgency.patience) {
      CompletionAnswerDecoder(detail: options.tokenDetail)
    } request: { [name] () throws(GenerationError) in
      let body = try ChatRequestBody.completion(prompt, options: options, model: name, dialect: dialect)
      return RemoteRequest(path: .versioned("/completions"), body: body, model: name)
    }
  }
}
