import InkServer
import Synchronization

/// A clock that a test moves: sleeping ends when the test says so, or when the task is cancelled.
final class ManualTime: Sendable {
  private struct State {
    var now: Duration = .zero
    var sleepers: [(wake: Duration, continuation: AsyncStream<Void>.Continuation)] = []
  }

  private let state = Mutex(State())

  var clock: ServerClock {
    ServerClock(
      secondsSince1970: { 1_700_000_000 }, uptime: { self.state.withLock { $0.now } },
      sleep: { try await self.sleep($0) })
  }

  private func sleep(_ time: Duration) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    state.withLock { $0.sleepers.append(($0.now + time, continuation)) }
    for await _ in stream {}
    try Task.checkCancellation()
  }

  func advance(by time: Duration) {
    let due = state.withLock { state in
      state.now += time
      defer { state.sleepers.removeAll { $0.wake <= state.now } }
      return state.sleepers.filter { $0.wake <= state.now }
    }
    for sleeper in due { sleeper.continuation.finish() }
  }

  /// Waits until so many tasks sleep.
  func untilSleeping(_ count: Int) async {
    while state.withLock({ $0.sleepers.count }) < count { await Task.yield() }
  }
}
