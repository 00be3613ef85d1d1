/// A binary heap of words, smallest first.
struct WordHeap: Sendable {
  private var heap: [UInt64] = []

  var first: UInt64? { heap.first }
  var isEmpty: Bool { heap.isEmpty }
  var count: Int { heap.count }

  mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
  }

  /// The words in rising order, after which the heap is empty.
  mutating func drain() -> [UInt64] {
    let words = heap.sorted()
    heap.removeAll(keepingCapacity: true)
    return words
  }

  mutating func push(_ value: UInt64) {
    heap.append(value)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent] <= value { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = value
  }

  mutating func pop() -> UInt64? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    var parent = 0
    while true {
      var child = parent * 2 + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      if heap[child] >= last { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return top
  }
}
