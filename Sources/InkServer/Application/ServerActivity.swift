import Synchronization

/// Counts the requests that are being answered, and knows whether new ones are still taken.
package final class ServerActivity: Sendable {
  private struct State {
    var running = 0
    var isDraining = false
    var waiters: [AsyncStream<Void>.Continuation] = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Requests that are being answered, streams that are still being sent among them.
  package var running: Int { state.withLock { $0.running } }

  /// Whether new requests are refused.
  package var isDraining: Bool { state.withLock { $0.isDraining } }

  /// Takes no new requests any more.
  package func drain() {
    state.withLock { $0.isDraining = true }
    releaseIfIdle()
  }

  func begin() { state.withLock { $0.running += 1 } }

  func end() {
    state.withLock { $0.running -= 1 }
    releaseIfIdle()
  }

  /// Returns when the server drains and the last request is answered, or when the task is cancelled.
  func untilDrained() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { $0.waiters.append(continuation) }
    releaseIfIdle()
    for await _ in stream {}
  }

  private func releaseIfIdle() {
    let waiters = state.withLock { state -> [AsyncStream<Void>.Continuation] in
      guard state.isDraining, state.running == 0 else { return [] }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.finish() }
  }
}
