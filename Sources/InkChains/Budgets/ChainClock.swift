/// Time as chains see it: how long the run lasts, and waiting.
public struct ChainClock: Sendable {
  private let start: @Sendable () -> ChainClock
  private let measure: @Sendable () -> Duration
  private let wait: @Sendable (Duration) async throws -> Void

  /// Time by a clock, counted from now.
  public init<Base: Clock>(_ clock: Base) where Base.Duration == Duration {
    let beginning = clock.now
    start = { ChainClock(clock) }
    measure = { beginning.duration(to: clock.now) }
    wait = { duration in try await clock.sleep(until: clock.now.advanced(by: duration), tolerance: nil) }
  }

  /// The same clock, counted from now.
  func restarted() -> ChainClock { start() }

  /// Time since the clock began to count.
  public func elapsed() -> Duration { measure() }

  /// Waits.
  ///
  /// - Throws: `cancelled` when the task was cancelled.
  public func sleep(for duration: Duration) async throws(ChainError) {
    guard duration > .zero else { return }
    do {
      try await wait(duration)
    } catch {
      throw ChainError(.cancelled, context: "waiting", found: "the task was cancelled")
    }
  }
}
