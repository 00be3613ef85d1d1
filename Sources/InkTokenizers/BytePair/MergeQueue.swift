/// A binary heap of words, smallest first: rank above, place below, so that ties go to the left.
struct MergeQueue: Sendable {
  private var heap: [UInt64] = []

  /// The memory of the heap.
  var byteCount: Int { heap.capacity * 8 }

  mutating func removeAll() {
    heap.removeAll(keepingCapacity: true)
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
