/// Goes through the postings of one term in a segment, forwards only.
struct PostingCursor {
  let weight: Double
  /// How often each posting counts.
  let times: Int64
  private let blocks: Range<Int>
  /// The first block that has not been passed, and the last document before it.
  private var current: Int
  private var previous = -1
  /// The block that is decoded.
  private var decodedIndex = -1
  private(set) var decoded = DecodedBlock()
  private var place = 0
  /// The most that the current block is worth; -1 while nobody asked.
  private var currentBound: Int64 = -1

  /// The greatest worth in the window that was looked at last.
  private(set) var windowBound: Int64 = 0

  init(_ segment: KeywordSegment, term: Int, weight: Double, times: Int64, _ bytes: RawSpan) throws(IndexError) {
    self.weight = weight
    self.times = times
    blocks = try segment.blocks(of: term, bytes)
    current = blocks.lowerBound
  }

  /// The first document that it may hold from a place on; nil behind the last posting.
  func nextPossible(from start: Int) -> Int? {
    guard current < blocks.upperBound else { return nil }
    guard decodedIndex == current else { return max(previous + 1, start) }
    var index = place
    while index < decoded.count, Int(decoded.documents[index]) < start { index += 1 }
    return index < decoded.count ? Int(decoded.documents[index]) : Int(decoded.documents[decoded.count - 1]) + 1
  }

  /// Passes the blocks before a window and bounds what the term is worth in it.
  mutating func enter(
    _ window: Range<Int>, _ curve: FrequencyCurve, _ segment: borrowing KeywordSegment, _ bytes: RawSpan
  ) {
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
      windowBound = max(windowBound, bound(block, curve))
      before = Int(block.lastDocument)
      index += 1
    }
  }

  @inline(__always)
  private func bound(_ block: PostingBlock, _ curve: FrequencyCurve) -> Int64 {
    times
      * curve.bound(
        weight: weight, greatestFrequency: block.greatestFrequency, shortestLength: block.shortestLength)
  }

  private mutating func pass(_ last: Int) {
    previous = last
    current += 1
    place = 0
    currentBound = -1
  }

  private mutating func decodeCurrent(
    _ block: PostingBlock, _ segment: borrowing KeywordSegment, _ bytes: RawSpan
  ) throws(IndexError) {
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
    to sums: inout WindowSums, others: Int64, threshold: Int64, _ curve: FrequencyCurve,
    _ segment: borrowing KeywordSegment, _ bytes: RawSpan
  ) throws(IndexError) {
    let window = sums.window
    while current < blocks.upperBound, previous + 1 < window.upperBound {
      let block = segment.block(current, bytes)
      let last = Int(block.lastDocument)
      if bound(block, curve) + others >= threshold {
        try decodeCurrent(block, segment, bytes)
        sums.add(decoded, weight: weight, times: times, curve, segment, bytes)
      }
      if last >= window.upperBound { return }
      pass(last)
    }
  }

  /// What the term is worth in a document of the window, 0 if it does not hold it or is worth less than `needed` anyway.
  /// Documents must ascend.
  mutating func worth(
    of document: Int, needed: Int64, _ curve: FrequencyCurve, _ segment: borrowing KeywordSegment, _ bytes: RawSpan
  ) throws(IndexError) -> Int64 {
    while current < blocks.upperBound {
      let block = segment.block(current, bytes)
      let last = Int(block.lastDocument)
      if last < document {
        pass(last)
        continue
      }
      if previous >= document { return 0 }
      if currentBound < 0 { currentBound = bound(block, curve) }
      if currentBound < needed { return 0 }
      try decodeCurrent(block, segment, bytes)
      while place < decoded.count, decoded.documents[place] < UInt32(document) { place += 1 }
      guard place < decoded.count, decoded.documents[place] == UInt32(document) else { return 0 }
      return times
        * curve.worth(
          weight: weight, frequency: decoded.frequency(place, bytes), length: segment.length(document, bytes))
    }
    return 0
  }
}
