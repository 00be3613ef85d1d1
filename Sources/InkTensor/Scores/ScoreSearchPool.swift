import Synchronization

/// Keeps searches' memory between them: 0.1 MB for each that ran at the same time as others, at most 16. One that took
/// more than 1 MiB, for very many terms or matches, is not kept.
package final class ScoreSearchPool: Sendable {
  private let kept = Mutex<[ScoreSearch]>([])
  private let kernels: ScoreKernels
  private static let limit = 16
  private static let greatestByteCount = 1 << 20

  /// A pool that keeps nothing yet.
  package init(_ kernels: ScoreKernels) { self.kernels = kernels }

  /// Lends a search.
  package func borrow<Result, Failure: Error>(_ body: (ScoreSearch) throws(Failure) -> Result) throws(Failure) -> Result
  {
    let search = kept.withLock { $0.popLast() } ?? ScoreSearch(kernels)
    defer { giveBack(search) }
    return try body(search)
  }

  private func giveBack(_ search: ScoreSearch) {
    guard search.byteCount <= ScoreSearchPool.greatestByteCount else { return }
    kept.withLock { if $0.count < ScoreSearchPool.limit { $0.append(search) } }
  }
}
