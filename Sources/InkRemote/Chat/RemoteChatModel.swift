public import InkChat

/// A chat model behind an endpoint with OpenAI's API.
///
/// ```swift
/// let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .remoteModels())
/// let transport = EndpointClient(Endpoint(address: "http://localhost:8080/v1"), client: client, clock: .continuous)
/// let model = RemoteChatModel("assistant", over: transport, clock: .continuous)
/// ```
///
/// What an endpoint does not tell stays empty: token ids are -1 and counts 0. An answer that is cut off fails the stream
/// with `modelFailure`, one that the endpoint's filter stopped too.
public struct RemoteChatModel: ChatModel {
  private let name: String
  private let stream: RemoteStream
  private let tokenLimitField: TokenLimitField

  /// A model.
  ///
  /// - Parameters:
  ///   - name: its name at the endpoint.
  ///   - tokenLimitField: nil takes what endpoints of the kind expect.
  ///   - clock: measures how long answers take.
  public init(
    _ name: String, over transport: any RemoteTransport, tokenLimitField: TokenLimitField? = nil,
    clock: any Clock<Duration>
  ) {
    self.name = name
    self.tokenLimitField = tokenLimitField ?? TokenLimitField(for: transport.dialect)
    stream = RemoteStream(transport: transport, clock: clock)
  }

  public func stream(_ messages: [Message], options: GenerationOptions) -> GenerationStream {
    let dialect = stream.transport.dialect
    return stream.events(patience: options.urgency.patience) {
      ChatAnswerDecoder(detail: options.tokenDetail)
    } request: { [name, tokenLimitField] () throws(GenerationError) in
      let body = try ChatRequestBody.chat(
        messages, options: options, model: name, dialect: dialect, tokenLimitField: tokenLimitField)
      return RemoteRequest(path: .versioned("/chat/completions"), body: body, model: name)
    }
  }
}
