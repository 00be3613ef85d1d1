/// The events of one answer, as they happen. The stream may be read once; when the reader goes away the work is cancelled.
public struct AnswerStream: AsyncSequence, Sendable {
  /// What is streamed.
  public typealias Element = AnswerEvent
  /// What can go wrong.
  public typealias Failure = RetrievalError

  // AsyncThrowingStream cannot be built with a typed failure, hence results in a stream that does not throw.
  private let results: AsyncStream<Result<AnswerEvent, RetrievalError>>

  init(producer: @escaping @Sendable ((AnswerEvent) -> Void) async throws(RetrievalError) -> Void) {
    let (results, continuation) = AsyncStream.makeStream(of: Result<AnswerEvent, RetrievalError>.self)
    self.results = results
    let task = Task {
      do throws(RetrievalError) {
        try await producer { continuation.yield(.success($0)) }
      } catch {
        continuation.yield(.failure(error))
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
  }

  /// The events' iterator.
  public func makeAsyncIterator() -> Iterator { Iterator(base: results.makeAsyncIterator()) }

  /// Reads the events in order.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var base: AsyncStream<Result<AnswerEvent, RetrievalError>>.Iterator

    /// The next event, or nil after the last.
    public mutating func next() async throws(RetrievalError) -> AnswerEvent? {
      try await next(isolation: nil)
    }

    /// The next event, or nil after the last; keeps to the caller's actor.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(RetrievalError) -> AnswerEvent? {
      switch await base.next(isolation: actor) {
      case .success(let event): return event
      case .failure(let error): throw error
      case nil:
        if Task.isCancelled { throw RetrievalError(.cancelled, context: "answer") }
        return nil
      }
    }
  }

  /// Reads the stream to its end.
  public func answer() async throws(RetrievalError) -> GroundedAnswer {
    var iterator = makeAsyncIterator()
    while let event = try await iterator.next() {
      if case .finished(let answer) = event { return answer }
    }
    throw RetrievalError(.model, context: "answer", expected: "a whole answer", found: "the end of the stream")
  }
}
