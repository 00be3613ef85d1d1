internal import InkTensor
internal import Synchronization

/// Keeps what terms are worth for as long as an index and its ranking stay as they are.
///
/// Scores are worked out when a term is first asked for. They take 8 bytes a posting; at most ``limit`` bytes are kept:
/// entries are put into one half until it is full, then it becomes the older half and what the older half held is
/// forgotten unless it was asked for since.
final class ScoreCache: Sendable {
  /// Bytes of all entries together.
  static let limit = 128 << 20
  /// Bytes that the terms of one query may take that are not there yet. A query that needs more is searched without
  /// lists.
  static let queryLimit = limit / 4

  private struct Halves {
    var recent = ScoreTable()
    var older = ScoreTable()

    mutating func insert(_ scores: TermScores) {
      if recent.byteCount + scores.byteCount > ScoreCache.limit / 2 {
        older = recent
        recent = ScoreTable()
      }
      recent.insert(scores)
    }

    mutating func find(_ term: AskedTerm) -> TermScores? {
      if let found = recent.find(term) { return found }
      guard let found = older.find(term) else { return nil }
      insert(found)
      return found
    }
  }

  private let halves = Mutex(Halves())
  let kernels: ScoreKernels
  let searches: ScoreSearchPool

  /// A cache that holds nothing.
  init(_ kernels: ScoreKernels = .best) {
    self.kernels = kernels
    searches = ScoreSearchPool(kernels)
  }

  private init(kernels: ScoreKernels, searches: ScoreSearchPool) {
    self.kernels = kernels
    self.searches = searches
  }

  /// One that holds nothing, for an index that was changed. Copies of the index as it was keep this one.
  func emptied() -> ScoreCache { ScoreCache(kernels: kernels, searches: searches) }

  /// What is known of some terms.
  func find(_ terms: [AskedTerm]) -> [TermScores?] {
    halves.withLock { halves in terms.map { halves.find($0) } }
  }

  /// Keeps what terms are worth. Those that another search has brought meanwhile are left as they are.
  func insert(_ made: [(AskedTerm, TermScores)]) {
    halves.withLock { halves in
      for (term, scores) in made where halves.find(term) == nil { halves.insert(scores) }
    }
  }
}
