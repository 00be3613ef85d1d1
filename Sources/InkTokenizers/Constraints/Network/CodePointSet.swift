/// A set of Unicode scalar values, as ranges that neither touch nor overlap, in ascending order.
struct CodePointSet: Sendable, Equatable, Hashable {
  private(set) var ranges: [ClosedRange<UInt32>]

  /// The largest scalar value.
  static let last: UInt32 = 0x10_FFFF
  private static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

  /// Every character.
  static let all = CodePointSet([0...last])

  /// The union of ranges in any order; surrogates and values above the last scalar are left out.
  init(_ ranges: [ClosedRange<UInt32>]) {
    var whole: [ClosedRange<UInt32>] = []
    for range in ranges where range.lowerBound <= Self.last {
      let (low, high) = (range.lowerBound, min(range.upperBound, Self.last))
      if high < Self.surrogates.lowerBound || low > Self.surrogates.upperBound {
        whole.append(low...high)
        continue
      }
      if low < Self.surrogates.lowerBound { whole.append(low...Self.surrogates.lowerBound - 1) }
      if high > Self.surrogates.upperBound { whole.append(Self.surrogates.upperBound + 1...high) }
    }
    whole.sort { $0.lowerBound < $1.lowerBound }
    self.ranges = []
    for range in whole {
      if let previous = self.ranges.last, range.lowerBound <= previous.upperBound + 1 {
        self.ranges[self.ranges.count - 1] = previous.lowerBound...max(previous.upperBound, range.upperBound)
      } else {
        self.ranges.append(range)
      }
    }
  }

  /// The characters of a string.
  init(charactersOf string: String) {
    self.init(string.unicodeScalars.map { $0.value...$0.value })
  }

  var isEmpty: Bool { ranges.isEmpty }

  func contains(_ value: UInt32) -> Bool { ranges.contains { $0.contains(value) } }

  /// All characters that do not belong to it.
  var inverted: CodePointSet {
    var rest: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { rest.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.last { rest.append(next...Self.last) }
    return CodePointSet(rest)
  }

  func union(_ other: CodePointSet) -> CodePointSet { CodePointSet(ranges + other.ranges) }

  func subtracting(_ other: CodePointSet) -> CodePointSet {
    CodePointSet(inverted.ranges + other.ranges).inverted
  }

  func intersection(_ other: CodePointSet) -> CodePointSet {
    CodePointSet(inverted.ranges + other.inverted.ranges).inverted
  }
}
