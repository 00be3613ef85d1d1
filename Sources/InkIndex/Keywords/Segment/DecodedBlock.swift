/// The postings of one block, as numbers.
struct DecodedBlock {
  /// Numbers within the segment, ascending; as many as `count` count.
  private(set) var documents = [UInt32](repeating: 0, count: PostingBlock.capacity)
  private(set) var frequencies = [UInt32](repeating: 0, count: PostingBlock.capacity)
  private(set) var count = 0

  /// Decodes a block.
  ///
  /// - Parameter previous: the last document of the block before, or -1 for a term's first.
  /// - Throws: `damaged` if the postings leave the segment or are not those that the block's entry speaks of.
  mutating func decode(
    _ block: PostingBlock, after previous: Int, _ layout: SegmentLayout, _ bytes: RawSpan
  ) throws(IndexError) {
    let count = Int(block.count)
    let length = block.documentByteCount + block.frequencyByteCount
    guard (1...PostingBlock.capacity).contains(count), block.documentBits <= 32, block.frequencyBits <= 31,
      block.start <= UInt64(layout.postingByteCount), length <= layout.postingByteCount - Int(block.start)
    else { throw KeywordSegment.damaged("a block of postings inside the index") }
    let documentStart = layout.postingStart + Int(block.start)
    let frequencyStart = documentStart + block.documentByteCount
    var document = previous
    let documentWidth = Int(block.documentBits)
    let frequencyWidth = Int(block.frequencyBits)
    for place in 0..<count {
      document &+= 1 &+ Int(BitPacking.value(place, width: documentWidth, at: documentStart, in: bytes))
      documents[place] = UInt32(truncatingIfNeeded: document)
    }
    for place in 0..<count {
      frequencies[place] = BitPacking.value(place, width: frequencyWidth, at: frequencyStart, in: bytes) &+ 1
    }
    // The documents ascend, so the last bounds them all.
    guard document == Int(block.lastDocument), document < layout.documentCount else {
      throw KeywordSegment.damaged("documents that ascend to the block's last")
    }
    self.count = count
  }
}
