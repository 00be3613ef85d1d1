/// The writing end of a `GenerationStream`; sending never blocks.
public struct GenerationSink: Sendable {
  /// What became of an event.
  public enum Delivery: Sendable, Hashable {
    case delivered
    /// Nobody reads any more: the producer should stop and free what the request holds.
    case readerGone
  }

  private let continuation: AsyncStream<Result<GenerationEvent, GenerationError>>.Continuation

  init(continuation: AsyncStream<Result<GenerationEvent, GenerationError>>.Continuation) {
    self.continuation = continuation
  }

  /// Hands an event to the reader. A `finished` event ends the stream.
  @discardableResult
  public func send(_ event: GenerationEvent) -> Delivery {
    let outcome = continuation.yield(.success(event))
    if case .finished = event { continuation.finish() }
    if case .terminated = outcome { return .readerGone }
    return .delivered
  }

  /// Sends the `finished` event and ends the stream.
  public func finish(_ result: GenerationResult) {
    send(.finished(result))
  }

  /// Fails the stream; events already sent are still delivered before it.
  public func fail(_ error: GenerationError) {
    continuation.yield(.failure(error))
    continuation.finish()
  }

  func close() {
    continuation.finish()
  }
}
