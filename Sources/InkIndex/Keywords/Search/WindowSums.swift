/// The sums of a window of neighbouring documents.
struct WindowSums {
  /// The widest window, and the first: windows double, so that a threshold is known after few documents.
  static let width = 4096
  static let firstWidth = 256

  private(set) var window = 0..<0
  private var sums = [Int64](repeating: 0, count: width)
  /// A bit for each document that was added to.
  private var touched = [UInt64](repeating: 0, count: width / 64)

  /// Begins an empty window, at most ``width`` wide.
  mutating func begin(_ window: Range<Int>) { self.window = window }

  /// Adds the worth of the postings that lie in the window.
  mutating func add(
    _ block: borrowing DecodedBlock, weight: Double, times: Int64, _ curve: FrequencyCurve, _ segment: KeywordSegment,
    _ bytes: RawSpan
  ) {
    let lower = UInt32(window.lowerBound)
    let count = UInt32(window.count)
    for place in 0..<block.count {
      let document = block.documents[place]
      let offset = document &- lower
      guard offset < count else { continue }
      let slot = Int(offset)
      sums[slot] &+=
        times
        &* curve.worth(
          weight: weight, frequency: block.frequency(place, bytes), length: segment.length(Int(document), bytes))
      touched[slot &>> 6] |= 1 &<< UInt64(slot & 63)
    }
  }

  /// The next document that was added to, with its sum, which is then empty again; ascending. Nil when none is left.
  ///
  /// - Parameter word: where the last call stopped, 0 at first.
  @inline(__always)
  mutating func takeNext(_ word: inout Int) -> (document: Int, sum: Int64)? {
    while word < touched.count {
      let bits = touched[word]
      if bits == 0 {
        word += 1
        continue
      }
      let slot = word &* 64 &+ bits.trailingZeroBitCount
      touched[word] = bits & (bits &- 1)
      let sum = sums[slot]
      sums[slot] = 0
      return (window.lowerBound + slot, sum)
    }
    return nil
  }
}
