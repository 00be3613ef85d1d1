/// Keeps the greatest candidates of a sequence; the least of them is at the root.
struct CandidateHeap {
  private var elements: [Candidate] = []
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    elements.reserveCapacity(capacity)
  }

  /// The least kept candidate once the heap is full.
  var threshold: Candidate? { elements.count == capacity ? elements.first : nil }

  mutating func offer(_ candidate: Candidate) {
    if elements.count < capacity {
      elements.append(candidate)
      if elements.count == capacity {
        for parent in stride(from: capacity / 2 - 1, through: 0, by: -1) { siftDown(from: parent) }
      }
    } else if let root = elements.first, root < candidate {
      elements[0] = candidate
      siftDown(from: 0)
    }
  }

  /// The kept candidates, best first.
  consuming func sorted() -> [Candidate] {
    elements.sort(by: >)
    return elements
  }

  private mutating func siftDown(from start: Int) {
    let moving = elements[start]
    var hole = start
    while true {
      var child = 2 * hole + 1
      guard child < elements.count else { break }
      if child + 1 < elements.count, elements[child + 1] < elements[child] { child += 1 }
      guard elements[child] < moving else { break }
      elements[hole] = elements[child]
      hole = child
    }
    elements[hole] = moving
  }
}
