/// The documents of one block as numbers; frequencies are read where they lie, since most are never asked for.
struct DecodedBlock {
  /// Numbers within the segment, ascending; as many as `count` count.
  private(set) var documents = [UInt32](repeating: 0, count: PostingBlock.capacity)
  private var frequencyStart = 0
  private var frequencyWidth = 0
  private(set) var count = 0

  /// Decodes a block.
  ///
  /// - Parameter previous: the last document of the block before, or -1 for a term's first.
  /// - Throws: `damaged` if the postings leave the segment or are not those that the block's entry speaks of.
  mutating func decode(
    _ block: PostingBlock, after previous: Int, _ layout: SegmentLayout, _ bytes: RawSpan
  ) throws(IndexError) {
    let count = Int(block.count)
    let documentStart = try block.start(in: layout)
    frequencyStart = documentStart + block.documentByteCount
    frequencyWidth = Int(block.frequencyBits)
    var document = previous
    let documentWidth = Int(block.documentBits)
    for place in 0..<count {
      document &+= 1 &+ Int(BitPacking.value(place, width: documentWidth, at: documentStart, in: bytes))
      documents[place] = UInt32(truncatingIfNeeded: document)
    }
    _ = try block.checkedLast(document, layout)
    self.count = count
  }

  /// How often a document of the block holds the term, at least 1.
  @inline(__always)
  func frequency(_ place: Int, _ bytes: RawSpan) -> UInt32 {
    BitPacking.value(place, width: frequencyWidth, at: frequencyStart, in: bytes) &+ 1
  }
}
