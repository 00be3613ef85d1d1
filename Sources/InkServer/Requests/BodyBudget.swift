import Synchronization

/// How many bytes of bodies all requests hold together.
final class BodyBudget: Sendable {
  private let limit: Int
  private let held = Mutex(0)

  init(limit: Int) {
    self.limit = limit
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
