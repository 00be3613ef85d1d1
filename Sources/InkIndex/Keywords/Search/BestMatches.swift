/// The best documents seen so far: a heap whose first element is the worst of them.
struct BestMatches {
  struct Entry {
    var score: Int64
    var identifier: Int64

    /// Whether it comes behind another: a lower score, or the same and a greater number.
    @inline(__always)
    func isWorse(than other: Entry) -> Bool {
      score != other.score ? score < other.score : identifier > other.identifier
    }
  }

  /// How many are kept.
  let capacity: Int
  private var entries: [Entry] = []
  /// What a document must reach to be kept; it may still lose against an equal one with a smaller number.
  private(set) var threshold: Int64 = .min

  /// - Parameter capacity: how many are kept, at least 1.
  init(capacity: Int) { self.capacity = capacity }

  /// Keeps a document if it belongs to the best.
  @inline(__always)
  mutating func offer(_ score: Int64, _ identifier: Int64) {
    if score < threshold { return }
    insert(Entry(score: score, identifier: identifier))
  }

  private mutating func insert(_ entry: Entry) {
    if entries.count < capacity {
      entries.append(entry)
      siftUp()
    } else if entries[0].isWorse(than: entry) {
      entries[0] = entry
      siftDown()
    }
    if entries.count == capacity { threshold = entries[0].score }
  }

  private mutating func siftUp() {
    var place = entries.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      guard entries[place].isWorse(than: entries[parent]) else { return }
      entries.swapAt(place, parent)
      place = parent
    }
  }

  private mutating func siftDown() {
    var place = 0
    while true {
      let left = place * 2 + 1
      guard left < entries.count else { return }
      let right = left + 1
      let child = right < entries.count && entries[right].isWorse(than: entries[left]) ? right : left
      guard entries[child].isWorse(than: entries[place]) else { return }
      entries.swapAt(place, child)
      place = child
    }
  }

  /// The best first.
  func sorted(unit: Double) -> [KeywordMatch] {
    entries.sorted { $1.isWorse(than: $0) }
      .map { KeywordMatch(id: $0.identifier, score: Double($0.score) / unit) }
  }
}
