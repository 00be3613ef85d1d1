/// Up to 128 postings of a term: where they lie, and what bounds their scores.
struct PostingBlock: Sendable {
  static let byteCount = 24
  static let capacity = 128

  /// Where its bytes begin in the postings.
  var start: UInt64
  /// The number of its last document within the segment.
  var lastDocument: UInt32
  /// The most often that one of its documents holds the term.
  var greatestFrequency: UInt32
  /// The length of its shortest document.
  var shortestLength: UInt32
  /// Bits of a difference between documents, and of a frequency less one.
  var documentBits: UInt8
  var frequencyBits: UInt8
  /// Postings, 1 to 128.
  var count: UInt8

  init(
    start: UInt64, lastDocument: UInt32, greatestFrequency: UInt32, shortestLength: UInt32, documentBits: UInt8,
    frequencyBits: UInt8, count: UInt8
  ) {
    self.start = start
    self.lastDocument = lastDocument
    self.greatestFrequency = greatestFrequency
    self.shortestLength = shortestLength
    self.documentBits = documentBits
    self.frequencyBits = frequencyBits
    self.count = count
  }

  /// Reads a block's entry; the place is inside the span.
  @inline(__always)
  init(_ bytes: RawSpan, at place: Int) {
    start = bytes.number(at: place, as: UInt64.self)
    lastDocument = bytes.number(at: place + 8, as: UInt32.self)
    greatestFrequency = bytes.number(at: place + 12, as: UInt32.self)
    shortestLength = bytes.number(at: place + 16, as: UInt32.self)
    documentBits = bytes.number(at: place + 20, as: UInt8.self)
    frequencyBits = bytes.number(at: place + 21, as: UInt8.self)
    count = bytes.number(at: place + 22, as: UInt8.self)
  }

  func append(to bytes: inout [UInt8]) {
    bytes.appendLittleEndian(start)
    bytes.appendLittleEndian(lastDocument)
    bytes.appendLittleEndian(greatestFrequency)
    bytes.appendLittleEndian(shortestLength)
    bytes.append(contentsOf: [documentBits, frequencyBits, count, 0])
  }

  /// Where it begins in the segment.
  ///
  /// - Throws: `damaged` if it leaves the postings.
  func start(in layout: SegmentLayout) throws(IndexError) -> Int {
    guard (1...PostingBlock.capacity).contains(Int(count)), documentBits <= 32, frequencyBits <= 31,
      start <= UInt64(layout.postingByteCount),
      documentByteCount + frequencyByteCount <= layout.postingByteCount - Int(start)
    else { throw KeywordSegment.damaged("a block of postings inside the index") }
    return layout.postingStart + Int(start)
  }

  /// The last document, as it was unpacked: documents ascend, so that it bounds them all.
  ///
  /// - Throws: `damaged` if it is not the one that the entry names.
  func checkedLast(_ document: Int, _ layout: SegmentLayout) throws(IndexError) -> Int {
    guard document == Int(lastDocument), document < layout.documentCount else {
      throw KeywordSegment.damaged("documents that ascend to the block's last")
    }
    return document
  }

  /// Bytes that its documents and its frequencies take.
  var documentByteCount: Int { (Int(count) * Int(documentBits) + 7) / 8 }
  var frequencyByteCount: Int { (Int(count) * Int(frequencyBits) + 7) / 8 }
}
