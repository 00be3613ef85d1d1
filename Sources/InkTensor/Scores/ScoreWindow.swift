import CInkKernels
import Synchronization

/// The sums of a window of neighbouring documents, and those of them that were picked.
///
/// `@unchecked Sendable`: whoever borrowed it uses it alone (``ScoreWindowPool``).
package final class ScoreWindow: @unchecked Sendable {
  /// The most documents of a window: their sums stay in a core's own cache.
  package static let capacity = 32_768
  /// A document picked by ``pick(reaching:among:)`` is packed with a block's others, so there is room for one more block.
  private static let block = 16
  /// Beyond this part of a window, its sums are looked through as they lie instead of one by one.
  private static let noted = 8
  /// The greatest rank that is searched for.
  package static let mostRanks = 1024

  private let storage: Storage
  private let kernels: ScoreKernels
  private let heap: UnsafeMutablePointer<Int64>
  private var window: ink_score_window
  /// Documents that were noted as not zero; nil once too many were added to.
  private var touched: Int? = 0
  /// Documents that are picked.
  package private(set) var count = 0

  init(_ kernels: ScoreKernels) {
    self.kernels = kernels
    let room = ScoreWindow.capacity + ScoreWindow.block
    storage = Storage.zeros(byteCount: room * (8 + 4 + 4 + 8) + ScoreWindow.mostRanks * 8)
    let sums = storage.base.assumingMemoryBound(to: Int64.self)
    let picked = (storage.base + room * 8).assumingMemoryBound(to: Int64.self)
    let touched = (storage.base + room * 16).assumingMemoryBound(to: UInt32.self)
    let documents = (storage.base + room * 20).assumingMemoryBound(to: UInt32.self)
    heap = (storage.base + room * 24).assumingMemoryBound(to: Int64.self)
    window = ink_score_window(
      sums: sums, touched: touched, documents: documents, picked: picked, first: 0, width: 0)
  }

  /// Begins a window of at most ``capacity`` documents, all sums zero.
  package func begin(_ range: Range<Int>) {
    guard range.lowerBound >= 0, range.upperBound <= Int(UInt32.max), range.count <= ScoreWindow.capacity else {
      trap("ScoreWindow.begin", "a window of at most \(ScoreWindow.capacity) documents, not \(range)")
    }
    window.first = UInt32(range.lowerBound)
    window.width = UInt32(range.count)
    touched = 0
    count = 0
  }

  /// Adds the postings at some places of a list, which lie in the window.
  package func add(_ list: ScoreList, _ places: Range<Int>) {
    list.withKernel { kernel in
      if let noted = touched, noted + places.count <= Int(window.width) / ScoreWindow.noted {
        touched = ink_score_add_noting(&window, kernel, places.lowerBound, places.upperBound, noted)
      } else {
        touched = nil
        ink_score_add(&window, kernel, places.lowerBound, places.upperBound)
      }
    }
  }

  /// What picking looks at: documents that were noted, or a part of the window.
  package var effort: Int { touched ?? Int(window.width) / 8 }

  /// Picks the documents whose sum reaches a bound of at least 1, among those of which a bit is set.
  package func pick(reaching bound: Int64, among allowed: [UInt64]?) {
    if let allowed {
      guard allowed.count * 64 >= Int(window.first) + Int(window.width) else {
        trap("ScoreWindow.pick", "a bit for every document")
      }
      count = allowed.withUnsafeBufferPointer { pickAll(bound, $0.baseAddress) }
    } else {
      count = pickAll(bound, nil)
    }
  }

  private func pickAll(_ bound: Int64, _ allowed: UnsafePointer<UInt64>?) -> Int {
    if let touched { return ink_score_pick_noted(&window, touched, bound, allowed) }
    return kernels.call.pick(&window, bound, allowed)
  }

  /// Adds what a term is worth to the documents picked; those that reach a bound stay.
  package func lookUp(_ list: ScoreList, reaching bound: Int64) {
    count = list.withKernel { ink_score_look_up(&window, count, $0, bound) }
  }

  /// Leaves only those picked that reach a bound.
  package func keep(reaching bound: Int64) { count = ink_score_keep(&window, count, bound) }

  /// A score that so many of the documents picked reach; 0 if there are fewer or the rank is above ``mostRanks``.
  package func score(ofRank rank: Int) -> Int64 {
    guard rank >= 1, rank <= ScoreWindow.mostRanks else { return 0 }
    return ink_score_ranked(window.picked, count, rank, heap)
  }

  /// One of the documents picked, and its sum.
  @inline(__always)
  package func picked(_ place: Int) -> (document: Int, score: Int64) {
    guard place >= 0, place < count else { trap("ScoreWindow.picked", "a place below \(count), not \(place)") }
    return (Int(window.documents[place]), window.picked[place])
  }

  /// Makes the sums zero for the next window.
  package func end() {
    if let touched { ink_score_clear_noted(&window, touched) } else { ink_score_clear(&window) }
    touched = 0
    count = 0
  }
}

/// Keeps the windows between searches: 0.8 MB for each search that ran at the same time as others, at most 16.
package final class ScoreWindowPool: Sendable {
  private let kept = Mutex<[ScoreWindow]>([])
  private let kernels: ScoreKernels
  private static let limit = 16

  /// A pool that keeps nothing yet.
  package init(_ kernels: ScoreKernels) { self.kernels = kernels }

  /// Lends a window whose sums are zero.
  package func borrow<Result, Failure: Error>(_ body: (ScoreWindow) throws(Failure) -> Result) throws(Failure) -> Result
  {
    let window = kept.withLock { $0.popLast() } ?? ScoreWindow(kernels)
    let result = try body(window)
    // Not given back after an error, so that its sums need not be zero.
    kept.withLock { if $0.count < ScoreWindowPool.limit { $0.append(window) } }
    return result
  }
}
