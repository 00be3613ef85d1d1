/// A set of a segment's documents, a bit each.
struct DocumentBits: Sendable, Hashable {
  private(set) var words: [UInt64]

  /// All documents of a segment, or none.
  init(count: Int, repeating isIn: Bool) {
    words = Array(repeating: isIn ? .max : 0, count: (count + 63) / 64)
  }

  @inline(__always)
  func contains(_ document: Int) -> Bool { words[document &>> 6] &>> UInt64(document & 63) & 1 != 0 }

  @inline(__always)
  mutating func insert(_ document: Int) { words[document &>> 6] |= 1 &<< UInt64(document & 63) }

  @inline(__always)
  mutating func remove(_ document: Int) { words[document &>> 6] &= ~(1 &<< UInt64(document & 63)) }

  mutating func formIntersection(_ other: DocumentBits) {
    for place in words.indices { words[place] &= other.words[place] }
  }

  mutating func subtract(_ other: DocumentBits) {
    for place in words.indices { words[place] &= ~other.words[place] }
  }
}
