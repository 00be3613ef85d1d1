import Synchronization

/// Counts, and remembers the greatest number at once.
final class Counter: Sendable {
  private let state = Mutex((now: 0, most: 0, total: 0))
  var most: Int { state.withLock { $0.most } }
  var total: Int { state.withLock { $0.total } }

  @discardableResult
  func enter() -> Int {
    state.withLock {
      $0.now += 1
      $0.total += 1
      $0.most = max($0.most, $0.now)
      return $0.total
    }
  }
  func leave() { state.withLock { $0.now -= 1 } }
}
