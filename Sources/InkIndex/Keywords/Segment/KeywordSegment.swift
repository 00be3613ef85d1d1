internal import InkTensor

/// A part of an index that never changes: documents with their lengths, terms, and for each term who holds it.
struct KeywordSegment: Sendable {
  let storage: Storage
  let layout: SegmentLayout

  /// A segment whose bytes were written by this process.
  init(storage: Storage, layout: SegmentLayout) {
    self.storage = storage
    self.layout = layout
  }

  /// A segment from a file, checked whole.
  init(checking storage: Storage, name: String) throws(IndexError) {
    self.storage = storage
    layout = try storage.withBytes(in: 0..<storage.byteCount) { (bytes: RawSpan) throws(IndexError) in
      try SegmentLayout(bytes, name: name)
    }
  }

  static func damaged(_ expected: String) -> IndexError {
    IndexError(
      .damaged, context: "keyword index", expected: expected, found: "something else",
      hint: "Build the keyword index anew.")
  }

  /// Lends the bytes of the segment.
  @inline(__always)
  func withBytes<Result>(_ body: (RawSpan) throws(IndexError) -> Result) throws(IndexError) -> Result {
    try storage.withBytes(in: 0..<storage.byteCount, body)
  }

  // MARK: Documents

  /// The caller's number of a document.
  @inline(__always)
  func identifier(_ document: Int, _ bytes: RawSpan) -> Int64 {
    bytes.number(at: layout.identifierStart + document * 8, as: Int64.self)
  }

  /// The number of terms of a document.
  @inline(__always)
  func length(_ document: Int, _ bytes: RawSpan) -> UInt32 {
    bytes.number(at: layout.lengthStart + document * 4, as: UInt32.self)
  }

  /// The document of a caller's number.
  func document(_ identifier: Int64, _ bytes: RawSpan) -> Int? {
    var lower = 0
    var upper = layout.documentCount
    while lower < upper {
      let middle = (lower + upper) / 2
      if self.identifier(middle, bytes) < identifier { lower = middle + 1 } else { upper = middle }
    }
    return lower < layout.documentCount && self.identifier(lower, bytes) == identifier ? lower : nil
  }

  /// Hands over the numbers of the terms that a document holds, ascending.
  func forEachTerm(of document: Int, _ bytes: RawSpan, _ body: (Int) -> Void) throws(IndexError) {
    let place = layout.forwardTableStart + document * 8
    let start = bytes.number(at: place, as: UInt64.self)
    let end = bytes.number(at: place + 8, as: UInt64.self)
    guard start <= end, end <= UInt64(layout.forwardByteCount) else {
      throw KeywordSegment.damaged("a document's terms inside the index")
    }
    var cursor = layout.forwardStart + Int(start)
    let limit = layout.forwardStart + Int(end)
    var term = -1
    while cursor < limit {
      var difference = 0
      var shift = 0
      var byte: UInt8
      repeat {
        guard cursor < limit, shift < 35 else { throw KeywordSegment.damaged("whole numbers of terms") }
        byte = bytes.number(at: cursor, as: UInt8.self)
        difference |= Int(byte & 0x7F) << shift
        shift += 7
        cursor += 1
      } while byte & 0x80 != 0
      term += 1 + difference
      guard term < layout.termCount else { throw KeywordSegment.damaged("numbers of terms inside the index") }
      body(term)
    }
  }

  // MARK: Terms

  @inline(__always)
  func entry(_ term: Int, _ bytes: RawSpan) -> TermEntry {
    TermEntry(bytes, at: layout.termStart + term * TermEntry.byteCount)
  }

  /// Where a term's bytes lie.
  @inline(__always)
  func textRange(_ term: Int, _ bytes: RawSpan) throws(IndexError) -> Range<Int> {
    let start = entry(term, bytes).textStart
    let end = entry(term + 1, bytes).textStart
    guard start <= end, end <= UInt64(layout.textByteCount) else {
      throw KeywordSegment.damaged("a term's bytes inside the index")
    }
    return layout.textStart + Int(start)..<layout.textStart + Int(end)
  }

  /// The blocks of a term.
  func blocks(of term: Int, _ bytes: RawSpan) throws(IndexError) -> Range<Int> {
    let first = entry(term, bytes).firstBlock
    let end = entry(term + 1, bytes).firstBlock
    guard first <= end, end <= UInt64(layout.blockCount) else {
      throw KeywordSegment.damaged("a term's blocks inside the index")
    }
    return Int(first)..<Int(end)
  }

  @inline(__always)
  func block(_ index: Int, _ bytes: RawSpan) -> PostingBlock {
    PostingBlock(bytes, at: layout.blockStart + index * PostingBlock.byteCount)
  }

  /// The number of a term.
  func term(_ text: [UInt8], _ bytes: RawSpan) throws(IndexError) -> Int? {
    var lower = 0
    var upper = layout.termCount
    while lower < upper {
      let middle = (lower + upper) / 2
      switch try order(of: middle, text, bytes) {
      case 0: return middle
      case ..<0: lower = middle + 1
      default: upper = middle
      }
    }
    return nil
  }

  /// Below 0 if a term comes before a text, 0 if they are equal.
  @inline(__always)
  private func order(of term: Int, _ text: [UInt8], _ bytes: RawSpan) throws(IndexError) -> Int {
    let range = try textRange(term, bytes)
    for place in 0..<min(range.count, text.count) {
      let own = bytes.number(at: range.lowerBound + place, as: UInt8.self)
      if own != text[place] { return own < text[place] ? -1 : 1 }
    }
    return range.count - text.count
  }

  /// Hands over the postings of a term in order.
  func forEachPosting(
    of term: Int, _ bytes: RawSpan, _ decoded: inout DecodedBlock, _ body: (UInt32, UInt32) -> Void
  ) throws(IndexError) {
    var previous = -1
    for index in try blocks(of: term, bytes) {
      let block = block(index, bytes)
      try decoded.decode(block, after: previous, layout, bytes)
      for place in 0..<decoded.count { body(decoded.documents[place], decoded.frequency(place, bytes)) }
      previous = Int(block.lastDocument)
    }
  }
}
