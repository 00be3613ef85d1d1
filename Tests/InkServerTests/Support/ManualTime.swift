import InkServer
import Synchronization

/// A clock that a test moves: sleeping ends when the test says so, or when the task is cancelled.
final class ManualTime: Sendable {
  private struct State {
    var now: Duration = .zero
    var sleepers: [Int: (wake: Duration, continuation: AsyncStream<Void>.Continuation)] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  var clock: ServerClock {
    ServerClock(
      secondsSince1970: { 1_700_000_000 }, uptime: { self.state.withLock { $0.now } },
      sleep: { try await self.sleep($0) })
  }

  private func sleep(_ time: Duration) async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    let number = state.withLock { state in
      state.count += 1
      state.sleepers[state.count] = (state.now + time, continuation)
      return state.count
    }
    defer { state.withLock { $0.sleepers[number] = nil } }
    for await _ in stream {}
    try Task.checkCancellation()
  }

  func advance(by time: Duration) {
    let due = state.withLock { state in
      state.now += time
      return state.sleepers.values.filter { $0.wake <= state.now }
    }
    for sleeper in due { sleeper.continuation.finish() }
  }

  /// Moves on by the same step, again and again, whenever somebody sleeps, until the task is cancelled.
  func run(by step: Duration) async {
    while !Task.isCancelled {
      await untilSleeping(1)
      advance(by: step)
      // Who was woken gets time to act.
      try? await Task.sleep(for: .milliseconds(2))
    }
  }

  /// Waits until so many tasks sleep.
  func untilSleeping(_ count: Int) async {
    while state.withLock({ $0.sleepers.count }) < count, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(2))
    }
  }
}
