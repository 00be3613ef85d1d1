/// A chain's run as it happens; its output comes last.
///
/// The stream may be read once. When the reader goes away (the loop is left, the stream is dropped, the reading task is
/// cancelled) the run is cancelled.
///
/// ```swift
/// for try await update in chain.stream("What is a dpkg trigger?") {
///   if case .event(let event) = update, case .text(let piece) = event.happening { print(piece, terminator: "") }
/// }
/// ```
public struct ChainStream<Output: Sendable>: AsyncSequence, Sendable {
  /// What is streamed.
  public typealias Element = ChainUpdate<Output>
  /// What can go wrong.
  public typealias Failure = ChainError

  private let results: AsyncStream<Result<Element, ChainError>>

  /// The stream of a run, which gets an observer that writes to the stream.
  init(run: @escaping @Sendable (any ChainObserver) async throws(ChainError) -> Output) {
    let (results, continuation) = AsyncStream.makeStream(of: Result<Element, ChainError>.self)
    self.results = results
    let task = Task {
      do throws(ChainError) {
        let output = try await run(ClosureObserver { continuation.yield(.success(.event($0))) })
        continuation.yield(.success(.output(output)))
      } catch {
        continuation.yield(.failure(error))
      }
      continuation.finish()
    }
    continuation.onTermination = { _ in task.cancel() }
  }

  /// The updates' iterator.
  public func makeAsyncIterator() -> Iterator { Iterator(base: results.makeAsyncIterator()) }

  /// Reads the updates in order.
  public struct Iterator: AsyncIteratorProtocol {
    private var base: AsyncStream<Result<Element, ChainError>>.Iterator
    private var delivered = false

    init(base: AsyncStream<Result<Element, ChainError>>.Iterator) { self.base = base }

    /// The next update, or nil after the output.
    ///
    /// - Throws: the run's error; `cancelled` when the reading task was cancelled.
    public mutating func next() async throws(ChainError) -> Element? {
      try await next(isolation: nil)
    }

    /// The next update, or nil after the output; keeps to the caller's actor.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(ChainError) -> Element? {
      guard !delivered else { return nil }
      switch await base.next(isolation: actor) {
      case .success(let update):
        if case .output = update { delivered = true }
        return update
      case .failure(let error):
        delivered = true
        throw error
      case nil:
        delivered = true
        throw ChainError(.cancelled, context: "chain stream", found: "the reading task was cancelled")
      }
    }
  }
}
