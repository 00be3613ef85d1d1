/// A queue of words, smallest first: rank above, place below, so that ties go to the left.
///
/// A few words lie in a heap. Of a piece of megabytes the heap would be larger than the processor's caches, and every word
/// would walk through it; such a queue keeps the places of each rank in a list of their own.
struct MergeQueue: Sendable {
  private var heap = MergeHeap<UInt64>()
  private var lists = RankLists()
  private var isLarge = false

  /// From how many words on lists are faster than a heap.
  private static let heapLimit = 1 << 14

  /// The memory of the words.
  var byteCount: Int { heap.byteCount + lists.byteCount }

  mutating func removeAll() {
    heap.removeAll()
    if isLarge { lists = RankLists() }
    isLarge = false
  }

  mutating func push(_ value: UInt64) {
    if isLarge { return lists.push(value) }
    heap.push(value)
    guard heap.count > Self.heapLimit else { return }
    isLarge = true
    for word in heap.drain() { lists.push(word) }
  }

  mutating func pop() -> UInt64? { isLarge ? lists.pop() : heap.pop() }
}
