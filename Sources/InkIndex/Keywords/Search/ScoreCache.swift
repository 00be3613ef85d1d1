internal import InkTensor
internal import Synchronization

/// Keeps what terms are worth for as long as an index and its ranking stay as they are.
///
/// Scores are worked out when a term is first asked for. They take 12 bytes a posting; at most ``limit`` bytes are kept:
/// entries are put into one half until it is full, then it becomes the older half and what the older half held is
/// forgotten unless it was asked for since.
final class ScoreCache: Sendable {
  /// A term and how often a query repeats it.
  struct Key: Hashable, Sendable {
    var term: String
    var repeats: Int
  }

  /// Bytes of all entries together.
  static let limit = 64 << 20
  /// Bytes that the terms of one query may take that are not there yet. A query that needs more is searched without
  /// lists.
  static let queryLimit = limit / 4

  private struct Halves {
    var recent: [Key: TermScores] = [:]
    var older: [Key: TermScores] = [:]
    var recentByteCount = 0

    mutating func insert(_ key: Key, _ scores: TermScores) {
      if recentByteCount + scores.byteCount > ScoreCache.limit / 2 {
        older = recent
        recent = [:]
        recentByteCount = 0
      }
      if recent.updateValue(scores, forKey: key) == nil { recentByteCount += scores.byteCount }
    }
  }

  private let halves = Mutex(Halves())
  let kernels: ScoreKernels
  let windows: ScoreWindowPool

  /// A cache that holds nothing.
  init(_ kernels: ScoreKernels = .best) {
    self.kernels = kernels
    windows = ScoreWindowPool(kernels)
  }

  private init(kernels: ScoreKernels, windows: ScoreWindowPool) {
    self.kernels = kernels
    self.windows = windows
  }

  /// One that holds nothing, for an index that was changed. Copies of the index as it was keep this one.
  func emptied() -> ScoreCache { ScoreCache(kernels: kernels, windows: windows) }

  /// What is known of some terms.
  func find(_ keys: [Key]) -> [TermScores?] {
    halves.withLock { halves in
      keys.map { key in
        if let found = halves.recent[key] { return found }
        guard let found = halves.older[key] else { return nil }
        halves.insert(key, found)
        return found
      }
    }
  }

  /// Keeps what a term is worth.
  func insert(_ key: Key, _ scores: TermScores) { halves.withLock { $0.insert(key, scores) } }
}
