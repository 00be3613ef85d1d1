import Synchronization

/// A clock that stands still until it is told to go on; sleeping moves it at once.
final class ManualClock: Clock {
  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
  }

  private let state = Mutex(Duration.zero)
  private let waits = Mutex<[Duration]>([])

  var now: Instant { Instant(offset: state.withLock { $0 }) }
  var minimumResolution: Duration { .nanoseconds(1) }
  /// How long each sleep was to be.
  var sleeps: [Duration] { waits.withLock { $0 } }

  func advance(by duration: Duration) { state.withLock { $0 += duration } }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    let left = now.duration(to: deadline)
    waits.withLock { $0.append(left) }
    state.withLock { $0 = max($0, deadline.offset) }
  }
}
