extension CodePointSet {
  /// The set as sequences of byte ranges: a character belongs to it exactly if its UTF-8 bytes lie in the ranges of one
  /// of the sequences. The method is that of Thompson's UTF-8 automata: ranges are cut until every byte varies alone.
  var byteSequences: [[ClosedRange<UInt8>]] {
    var sequences: [[ClosedRange<UInt8>]] = []
    for range in ranges {
      var waiting = [range]
      while let part = waiting.popLast() {
        if let (low, high) = Self.cut(part) {
          waiting.append(high)
          waiting.append(low)
          continue
        }
        var (first, last): ([UInt8], [UInt8]) = ([], [])
        UTF8Reader.append(part.lowerBound, to: &first)
        UTF8Reader.append(part.upperBound, to: &last)
        sequences.append(zip(first, last).map { $0...$1 })
      }
    }
    return sequences
  }

  /// The two parts of a range whose bytes do not vary independently, nil if they do.
  private static func cut(_ range: ClosedRange<UInt32>) -> (ClosedRange<UInt32>, ClosedRange<UInt32>)? {
    let (low, high) = (range.lowerBound, range.upperBound)
    for longest: UInt32 in [0x7F, 0x7FF, 0xFFFF] where low <= longest && high > longest {
      return (low...longest, longest + 1...high)
    }
    guard low > 0x7F else { return nil }
    for shift: UInt32 in [6, 12, 18] {
      let mask: UInt32 = 1 << shift - 1
      guard low & ~mask != high & ~mask else { break }
      if low & mask != 0 { return (low...(low | mask), (low | mask) + 1...high) }
      if high & mask != mask { return (low...(high & ~mask) - 1, (high & ~mask)...high) }
    }
    return nil
  }
}
