import Synchronization

/// A date that a test sets.
final class TestDate: Sendable {
  private let value = Mutex(0.0)

  var seconds: Double { value.withLock { $0 } }

  func set(_ seconds: Double) { value.withLock { $0 = seconds } }
}
