import CInkKernels
import Synchronization

/// The memory of one walk at a time, and of choosing links.
///
/// `@unchecked Sendable`: whoever borrowed it uses it alone (``WalkMemoryPool``).
final class WalkMemory: @unchecked Sendable {
  private let storage: Storage
  /// Slots that the sets have room for.
  let slots: Int
  /// Candidates that the lists have room for.
  let capacity: Int
  let pool: UnsafeMutablePointer<ink_candidate>
  let candidates: UnsafeMutablePointer<ink_candidate>
  let visited: UnsafeMutablePointer<UInt64>
  private let list: UnsafeMutablePointer<UInt32>
  private let scores: UnsafeMutablePointer<Float>
  private let codes: UnsafeMutablePointer<Int8>
  private let seen: UnsafeMutablePointer<UInt64>

  init(slots: Int, capacity: Int, codeWidth: Int) {
    self.slots = slots
    self.capacity = capacity
    let words = (slots + 63) / 64 * 8
    let sizes = [capacity * 8, capacity * 8, words, capacity * 4, capacity * 4, codeWidth * 2, words]
    let places = sizes.reduce(into: [0]) { $0.append(($0[$0.count - 1] + $1 + 63) / 64 * 64) }
    storage = Storage.zeros(byteCount: places[sizes.count])
    pool = (storage.base + places[0]).assumingMemoryBound(to: ink_candidate.self)
    candidates = (storage.base + places[1]).assumingMemoryBound(to: ink_candidate.self)
    visited = (storage.base + places[2]).assumingMemoryBound(to: UInt64.self)
    list = (storage.base + places[3]).assumingMemoryBound(to: UInt32.self)
    scores = (storage.base + places[4]).assumingMemoryBound(to: Float.self)
    codes = (storage.base + places[5]).assumingMemoryBound(to: Int8.self)
    seen = (storage.base + places[6]).assumingMemoryBound(to: UInt64.self)
  }

  /// What choosing links needs, with lists of exactly this length: results must not depend on which memory was lent.
  func links(capacity: Int) -> ink_link_memory {
    ink_link_memory(
      candidates: candidates, capacity: min(capacity, self.capacity), slots: list, scores: scores, codes: codes,
      seen: seen)
  }

  /// Room for the codes of a row.
  var rowCodes: UnsafeMutablePointer<Int8> { codes }
}

/// Keeps the memories of walks between searches.
package final class WalkMemoryPool: Sendable {
  private let kept = Mutex<[WalkMemory]>([])
  private static let limit = 64

  /// A pool that keeps nothing yet.
  package init() {}

  /// Lends a memory with at least this room.
  func borrow<Result>(slots: Int, capacity: Int, codeWidth: Int, _ body: (WalkMemory) -> Result) -> Result {
    let found = kept.withLock { $0.popLast() }
    let memory: WalkMemory
    if let found, found.slots >= slots, found.capacity >= capacity {
      memory = found
    } else {
      // Some more than needed, so that a growing index does not allocate for every batch.
      memory = WalkMemory(
        slots: slots + slots / 4 + 1024, capacity: max(capacity, found?.capacity ?? 0), codeWidth: codeWidth)
    }
    defer { kept.withLock { if $0.count < Self.limit { $0.append(memory) } } }
    return body(memory)
  }
}
