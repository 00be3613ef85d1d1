import Synchronization

/// Where the maker of a streamed answer puts its events, and where the connection takes them from.
///
/// Sending never waits: how much can pile up is bounded, and a reader that is slower than that is given up.
package final class EventSink: Sendable {
  /// What became of an event.
  package enum Delivery: Sendable, Hashable {
    case accepted
    /// Nobody reads any more: the work should stop.
    case readerGone
  }

  /// How the stream began.
  enum Beginning: Sendable {
    case begun
    case failed(ServerError)
  }

  private enum Phase {
    case waiting
    case open
    case ended
    case failedBeforehand(ServerError)
    case readerGone
  }

  private struct State {
    var phase = Phase.waiting
    var pending: [UInt8] = []
    var isQuiet = true
  }

  private let state = Mutex(State())
  private let limit: Int
  private let dialect: StreamDialect
  private let wakes: AsyncStream<Void>
  private let wake: AsyncStream<Void>.Continuation

  init(dialect: StreamDialect, limit: Int) {
    self.dialect = dialect
    self.limit = limit
    (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Puts an event at the end.
  @discardableResult
  package func send(_ event: StreamEvent) -> Delivery {
    let bytes = event.bytes
    let delivery = state.withLock { state -> Delivery in
      switch state.phase {
      case .waiting, .open:
        guard state.pending.count + bytes.count <= limit else {
          state.phase = .readerGone
          state.pending = []
          return .readerGone
        }
        state.phase = .open
        state.pending += bytes
        state.isQuiet = false
        return .accepted
      case .ended, .failedBeforehand, .readerGone: return .readerGone
      }
    }
    wake.yield()
    return delivery
  }

  /// The answer is complete.
  func end() {
    state.withLock { state in
      switch state.phase {
      case .waiting, .open: state.phase = .ended
      case .ended, .failedBeforehand, .readerGone: break
      }
    }
    wake.finish()
  }

  /// The answer failed: before the first event that is the whole answer, afterwards it is an event.
  func fail(_ error: ServerError) {
    state.withLock { state in
      switch state.phase {
      case .waiting: state.phase = .failedBeforehand(error)
      case .open:
        for event in dialect.failure(error) { state.pending += event.bytes }
        state.phase = .ended
      case .ended, .failedBeforehand, .readerGone: break
      }
    }
    wake.finish()
  }

  /// The client is gone.
  func abandon() {
    state.withLock { state in
      state.phase = .readerGone
      state.pending = []
    }
    wake.finish()
  }

  /// Sends a sign of life if nothing was sent since the last call.
  func ping() {
    guard let ping = dialect.ping else { return }
    let isQuiet = state.withLock { state in
      defer { state.isQuiet = true }
      return state.isQuiet
    }
    guard isQuiet else { return }
    send(ping)
    state.withLock { $0.isQuiet = true }
  }

  /// Waits for the first event or the failure in its place, or until the status has to be told anyway.
  func beginning(within time: Duration, clock: ServerClock) async -> Beginning {
    let alarm = Task { [wake] in
      try await clock.sleep(time)
      wake.yield()
    }
    for await _ in wakes { break }
    alarm.cancel()
    return state.withLock { state in
      if case .failedBeforehand(let error) = state.phase { return .failed(error) }
      if case .waiting = state.phase { state.phase = .open }
      return .begun
    }
  }

  /// What waits to be written, once there is something; nil at the end.
  ///
  /// - Throws: `CancellationError` when the stream was given up.
  func next() async throws -> [UInt8]? {
    while true {
      let (bytes, isOver, isGone) = state.withLock { state -> ([UInt8], Bool, Bool) in
        defer { state.pending = [] }
        switch state.phase {
        case .waiting, .open: return (state.pending, false, false)
        case .ended, .failedBeforehand: return (state.pending, true, false)
        case .readerGone: return ([], true, true)
        }
      }
      if isGone { throw CancellationError() }
      if !bytes.isEmpty { return bytes }
      if isOver { return nil }
      var iterator = wakes.makeAsyncIterator()
      guard await iterator.next() != nil || !Task.isCancelled else { throw CancellationError() }
    }
  }
}
