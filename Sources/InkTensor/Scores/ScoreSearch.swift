import CInkKernels

/// Finds the documents with the greatest sums of scores.
///
/// `@unchecked Sendable`: whoever borrowed it uses it alone (``ScoreSearchPool``).
package final class ScoreSearch: @unchecked Sendable {
  private let kernels: ScoreKernels
  private let window: Storage
  private var room: ink_score_room
  private var lists: Room<ink_score_list>
  private var order: Room<UnsafePointer<ink_score_list>?>
  private var greatest: Room<Int64>
  private var places: Room<Int>
  private var rest: Room<Int64>
  private var best: Room<ink_score_match>
  /// Documents that were found.
  package private(set) var count = 0

  /// Memory that grows and is never copied.
  private struct Room<Element> {
    private var storage = Storage.empty
    private var capacity = 0
    private(set) var base: UnsafeMutablePointer<Element>
    var byteCount: Int { storage.byteCount }

    init() {
      base = storage.base.assumingMemoryBound(to: Element.self)
    }

    mutating func reserve(_ count: Int) {
      guard count > capacity else { return }
      capacity = max(count, capacity * 2, 16)
      storage = Storage.allocate(byteCount: capacity * MemoryLayout<Element>.stride)
      base = storage.base.assumingMemoryBound(to: Element.self)
    }
  }

  init(_ kernels: ScoreKernels) {
    self.kernels = kernels
    let width = Int(INK_SCORE_WIDTH)
    let picked = width + Int(INK_SCORE_GROUP)
    window = Storage.zeros(byteCount: width * 8 + picked * 12)
    (lists, order, greatest, places, rest, best) = (Room(), Room(), Room(), Room(), Room(), Room())
    room = ink_score_room(
      sums: window.base.assumingMemoryBound(to: Int64.self),
      documents: (window.base + (width + picked) * 8).assumingMemoryBound(to: UInt32.self),
      picked: (window.base + width * 8).assumingMemoryBound(to: Int64.self), order: nil, greatest: nil, places: nil,
      rest: nil,
      best: nil)
  }

  /// Bytes that it takes.
  var byteCount: Int {
    window.byteCount + lists.byteCount + order.byteCount + greatest.byteCount + places.byteCount + rest.byteCount
      + best.byteCount
  }

  /// Finds the best documents of one segment; ``forEachMatch(_:)`` gives them.
  ///
  /// - Parameters:
  ///   - terms: lists whose documents lie below `documentCount`.
  ///   - allowed: a bit for every document that may be found; nil for all.
  ///   - wanted: how many at most, at least 1.
  ///   - threshold: documents with a lesser sum need not be found.
  package func run(
    _ terms: [TimedScoreList], documentCount: Int, among allowed: [UInt64]?, count wanted: Int,
    reaching threshold: Int64
  ) {
    guard wanted > 0, documentCount >= 0, documentCount <= Int(Int32.max),
      allowed.map({ $0.count * 64 >= documentCount }) ?? true
    else { trap("ScoreSearch.run", "a bit for every document, and at least one that is wanted") }
    lists.reserve(terms.count)
    order.reserve(terms.count)
    greatest.reserve(terms.count)
    places.reserve(terms.count)
    rest.reserve(terms.count + 1)
    best.reserve(min(wanted, documentCount) + 1)
    for (place, term) in terms.enumerated() {
      lists.base[place] = term.list.kernel
      lists.base[place].times = Int64(term.times)
    }
    room.order = order.base
    room.greatest = greatest.base
    room.places = places.base
    room.rest = rest.base
    room.best = best.base
    var query = ink_score_query(
      lists: lists.base, list_count: terms.count, document_count: UInt32(documentCount), allowed: nil,
      count: max(min(wanted, documentCount), 1), threshold: threshold)
    // The lists live as long as `terms`.
    count = withExtendedLifetime(terms) {
      guard let allowed else { return kernels.find(&query, &room) }
      return allowed.withUnsafeBufferPointer { bits in
        query.allowed = bits.baseAddress
        return kernels.find(&query, &room)
      }
    }
  }

  /// Hands over the documents that were found, the best first, equal ones by ascending number.
  package func forEachMatch(_ body: (_ document: Int, _ score: Int64) -> Void) {
    for match in UnsafeBufferPointer(start: best.base, count: count) { body(Int(match.document), match.score) }
  }
}
