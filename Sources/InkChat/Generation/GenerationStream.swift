/// The events of one answer, as they happen.
///
/// The stream may be read once. When the reader goes away (the loop is left, the stream is dropped, the reading task is
/// cancelled) the producer is cancelled. Every failure reaches the reader as a `GenerationError`, and the end
/// of the sequence means that a `finished` event was delivered.
///
/// ```swift
/// for try await event in model.stream([.user("Hello")], options: GenerationOptions()) {
///   if case .text(let text) = event { print(text, terminator: "") }
/// }
/// ```
public struct GenerationStream: AsyncSequence, Sendable {
  /// What is streamed.
  public typealias Element = GenerationEvent
  /// What can go wrong.
  public typealias Failure = GenerationError

  // AsyncThrowingStream cannot be built with a typed failure, hence results in a stream that does not throw.
  private let results: AsyncStream<Result<GenerationEvent, GenerationError>>

  /// An answer made by a task of its own, which is cancelled when the reader goes away.
  ///
  /// - Parameter producer: sends events through the sink and ends with `finish`; an error it throws fails the stream.
  public init(producer: @escaping @Sendable (GenerationSink) async throws(GenerationError) -> Void) {
    let (results, continuation) = AsyncStream.makeStream(of: Result<GenerationEvent, GenerationError>.self)
    self.results = results
    let sink = GenerationSink(continuation: continuation)
    let task = Task {
      do throws(GenerationError) {
        try await producer(sink)
        sink.close()
      } catch {
        sink.fail(error)
      }
    }
    continuation.onTermination = { _ in task.cancel() }
  }

  /// An answer made by somebody who is already running, such as a scheduler.
  ///
  /// - Parameter onReaderGone: called once when no further event can be delivered, also after the normal end.
  public static func makeStream(
    onReaderGone: @escaping @Sendable () -> Void
  ) -> (stream: GenerationStream, sink: GenerationSink) {
    let (results, continuation) = AsyncStream.makeStream(of: Result<GenerationEvent, GenerationError>.self)
    continuation.onTermination = { _ in onReaderGone() }
    return (GenerationStream(results: results), GenerationSink(continuation: continuation))
  }

  private init(results: AsyncStream<Result<GenerationEvent, GenerationError>>) {
    self.results = results
  }

  /// A stream that fails at once.
  public static func failing(_ error: GenerationError) -> GenerationStream {
    let (stream, sink) = makeStream(onReaderGone: {})
    sink.fail(error)
    return stream
  }

  /// The events' iterator.
  public func makeAsyncIterator() -> Iterator {
    Iterator(base: results.makeAsyncIterator())
  }

  /// Reads the events in order.
  public struct Iterator: AsyncIteratorProtocol {
    private enum State { case reading, ended }
    private var base: AsyncStream<Result<GenerationEvent, GenerationError>>.Iterator
    private var state = State.reading

    fileprivate init(base: AsyncStream<Result<GenerationEvent, GenerationError>>.Iterator) {
      self.base = base
    }

    /// The next event, or nil after `finished`.
    ///
    /// - Throws: the producer's error; `cancelled` when the reading task is cancelled; `modelFailure` when the producer
    ///   went away without a `finished` event, so that a cut answer cannot pass for a whole one.
    public mutating func next() async throws(GenerationError) -> GenerationEvent? {
      try await next(isolation: nil)
    }

    /// The next event, or nil after `finished`; keeps to the caller's actor.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(GenerationError) -> GenerationEvent? {
      guard state == .reading else { return nil }
      switch await base.next(isolation: actor) {
      case .success(let event):
        if case .finished = event { state = .ended }
        return event
      case .failure(let error):
        state = .ended
        throw error
      case nil:
        state = .ended
        if Task.isCancelled {
          throw GenerationError(code: .cancelled, context: "generation stream", found: "the reading task was cancelled")
        }
        throw GenerationError(
          code: .modelFailure, context: "generation stream", expected: "a finished event",
          found: "the end of the stream", hint: "The answer may be cut off; ask again.")
      }
    }
  }
}
