public import InkChat

extension RemoteTransport {
  /// The models that the endpoint lists.
  ///
  /// - Throws: as `send`; `modelFailure` for an answer that is no list.
  public func models(clock: any Clock<Duration>) async throws(GenerationError) -> [EndpointModel] {
    let answer = try await object(RemoteRequest(path: .versioned("/models"), model: ""), clock: clock)
    guard case .array(let entries)? = answer["data"] else {
      throw .strangeAnswer("a list of models", String(answer.text.prefix(200)))
    }
    return entries.compactMap { EndpointModel($0) }
  }
}
