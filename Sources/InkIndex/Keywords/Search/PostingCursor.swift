/// Goes through the postings of one term in a segment, forwards only.
struct PostingCursor {
  let weight: Double
  private let segment: KeywordSegment
  private let blocks: Range<Int>
  private let curve: FrequencyCurve
  /// The first block that has not been passed, and the last document before it.
  private var current: Int
  private var previous = -1
  /// The block that is decoded.
  private var decodedIndex = -1
  private(set) var decoded = DecodedBlock()
  private var place = 0

  /// The greatest worth in the window that was looked at last.
  private(set) var windowBound: Int64 = 0

  init(
    _ segment: KeywordSegment, term: Int, weight: Double, _ curve: FrequencyCurve, _ bytes: RawSpan
  ) throws(IndexError) {
    self.segment = segment
    self.weight = weight
    self.curve = curve
    blocks = try segment.blocks(of: term, bytes)
    current = blocks.lowerBound
  }

  /// The first document that it may hold from here on; nil behind the last posting.
  var nextPossible: Int? { current < blocks.upperBound ? previous + 1 : nil }

  /// Passes the blocks before a window and bounds what the term is worth in it.
  mutating func enter(_ window: Range<Int>, _ bytes: RawSpan) {
    windowBound = 0
    while current < blocks.upperBound {
      let last = Int(segment.block(current, bytes).lastDocument)
      if last >= window.lowerBound { break }
      pass(last)
    }
    var index = current
    var before = previous
    while index < blocks.upperBound, before + 1 < window.upperBound {
      let block = segment.block(index, bytes)
      windowBound = max(windowBound, bound(block))
      before = Int(block.lastDocument)
      index += 1
    }
  }

  @inline(__always)
  private func bound(_ block: PostingBlock) -> Int64 {
    curve.bound(
      weight: weight, greatestFrequency: block.greatestFrequency, shortestLength: block.shortestLength)
  }

  private mutating func pass(_ last: Int) {
    previous = last
    current += 1
    place = 0
  }

  private mutating func decodeCurrent(_ block: PostingBlock, _ bytes: RawSpan) throws(IndexError) {
    if decodedIndex == current { return }
    try decoded.decode(block, after: previous, segment.layout, bytes)
    decodedIndex = current
    place = 0
  }

  /// Adds the worth of the postings in a window to its documents' sums, leaving out blocks of which no document can
  /// reach the threshold.
  ///
  /// - Parameter others: the most that all other terms together are worth in the window.
  mutating func add(
    to sums: inout WindowSums, others: Int64, threshold: Int64, _ bytes: RawSpan
  ) throws(IndexError) {
    let window = sums.window
    while current < blocks.upperBound, previous + 1 < window.upperBound {
      let block = segment.block(current, bytes)
      let last = Int(block.lastDocument)
      if bound(block) + others >= threshold {
        try decodeCurrent(block, bytes)
        sums.add(decoded, weight: weight, curve, segment, bytes)
      }
      if last >= window.upperBound { return }
      pass(last)
    }
  }

  /// What the term is worth in a document of the window, 0 if it does not hold it. Documents must ascend.
  mutating func worth(of document: Int, _ bytes: RawSpan) throws(IndexError) -> Int64 {
    while current < blocks.upperBound {
      let block = segment.block(current, bytes)
      let last = Int(block.lastDocument)
      if last < document {
        pass(last)
        continue
      }
      if previous >= document { return 0 }
      try decodeCurrent(block, bytes)
      while place < decoded.count, decoded.documents[place] < UInt32(document) { place += 1 }
      guard place < decoded.count, decoded.documents[place] == UInt32(document) else { return 0 }
      return curve.worth(
        weight: weight, frequency: decoded.frequencies[place], length: segment.length(document, bytes))
    }
    return 0
  }
}
