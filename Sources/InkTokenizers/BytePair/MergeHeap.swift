/// A binary heap of merges that may come next, the smallest on top.
struct MergeHeap<Candidate: Comparable & Sendable>: Sendable {
  private var heap: [Candidate] = []

  var first: Candidate? { heap.first }
  var count: Int { heap.count }
  /// The memory of the heap.
  var byteCount: Int { heap.capacity * MemoryLayout<Candidate>.stride }

  mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
  }

  /// The candidates in rising order, after which the heap is empty.
  mutating func drain() -> [Candidate] {
    let candidates = heap.sorted()
    heap.removeAll(keepingCapacity: true)
    return candidates
  }

  mutating func push(_ candidate: Candidate) {
    heap.append(candidate)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard candidate < heap[parent] else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = candidate
  }

  mutating func pop() -> Candidate? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    var parent = 0
    while true {
      var child = parent * 2 + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < last else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return top
  }
}
