import Synchronization

/// Where routes hand over batches, and learn how far they are.
package final class BatchDesk: Sendable {
  /// Batches to be worked off.
  let orders: AsyncStream<StoredIdentifier>
  private let order: AsyncStream<StoredIdentifier>.Continuation
  private let progress = Mutex<[StoredIdentifier: BatchProgress]>([:])

  init() {
    (orders, order) = AsyncStream.makeStream(of: StoredIdentifier.self)
  }

  /// A batch is to be worked off.
  func submit(_ batch: StoredIdentifier) {
    order.yield(batch)
  }

  /// How far a batch is that is being worked off now.
  subscript(batch: StoredIdentifier) -> BatchProgress? {
    get { progress.withLock { $0[batch] } }
    set { progress.withLock { $0[batch] = newValue } }
  }

  /// One more request was answered.
  func count(_ batch: StoredIdentifier, isSuccess: Bool) {
    progress.withLock { progress in
      if isSuccess { progress[batch]?.completed += 1 } else { progress[batch]?.failed += 1 }
    }
  }
}
