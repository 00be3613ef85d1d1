import Synchronization

/// How many bytes of bodies all requests hold together.
final class BodyBudget: Sendable {
  /// From how many bytes on the end of a body is told.
  static let largeBody = 1 << 20
  /// How long after that end: what the body was made into is gone then, and one telling does for several.
  static let restBeforeTelling = Duration.seconds(1)

  private let limit: Int
  private let held = Mutex(0)
  private let isTelling = Mutex(false)
  private let clock: ServerClock
  private let onLargeEnd: @Sendable () -> Void

  /// - Parameter onLargeEnd: called some time after requests with large bodies have ended.
  init(limit: Int, clock: ServerClock, onLargeEnd: @escaping @Sendable () -> Void) {
    self.limit = limit
    self.clock = clock
    self.onLargeEnd = onLargeEnd
  }

  /// Bytes that are held now.
  var heldBytes: Int { held.withLock { $0 } }

  fileprivate func take(_ count: Int) -> Bool {
    held.withLock { held in
      guard count <= limit - held else { return false }
      held += count
      return true
    }
  }

  fileprivate func giveBack(_ count: Int) {
    held.withLock { $0 -= count }
    guard count >= Self.largeBody else { return }
    let isFirst = isTelling.withLock { isTelling in
      defer { isTelling = true }
      return !isTelling
    }
    guard isFirst else { return }
    Task { [self] in
      // A sleep that is broken off is no reason to keep the memory.
      try? await clock.sleep(Self.restBeforeTelling)
      isTelling.withLock { $0 = false }
      onLargeEnd()
    }
  }
}

/// The share of one request, which ends with whoever holds it.
final class BodyReservation: Sendable {
  private let budget: BodyBudget
  private let taken = Mutex(0)

  init(_ budget: BodyBudget) {
    self.budget = budget
  }

  /// Takes more; false when there is no more.
  func grow(by count: Int) -> Bool {
    guard budget.take(count) else { return false }
    taken.withLock { $0 += count }
    return true
  }

  deinit {
    budget.giveBack(taken.withLock { $0 })
  }
}
