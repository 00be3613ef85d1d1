import InkTensor

/// Numbers as codes of 8 bits with a half-precision scale for 32 of them, by the definition.
struct CodedNumbers {
  let codes: [Float]
  /// One for each block of 32.
  let scales: [Float]

  init(_ numbers: some Collection<Float>) {
    let numbers = Array(numbers)
    var (codes, scales) = ([Float](), [Float]())
    for start in stride(from: 0, to: numbers.count, by: 32) {
      let block = numbers[start..<min(start + 32, numbers.count)]
      let scale = block.contains { $0.isNaN } ? .nan : CodedNumbers.scale(largest: block.map(abs).max() ?? 0)
      scales.append(scale)
      codes += block.map { scale > 0 ? min(max(($0 / scale).rounded(.toNearestOrEven), -127), 127) : 0 }
    }
    self.codes = codes
    self.scales = scales
  }

  var decoded: [Float] { codes.indices.map { codes[$0] * scales[$0 / 32] } }

  /// The smallest half that is not below a 127th of the largest magnitude: the bits of halves count up as they do.
  private static func scale(largest: Float) -> Float {
    let wanted = largest / 127
    let lower = (0..<0x7bff).partitioningIndex { HalfPrecision.float(fromF16: UInt16($0)) >= wanted }
    return HalfPrecision.float(fromF16: UInt16(lower))
  }
}

extension Range<Int> {
  /// The first number that a property which stays true once it is true holds for; the end if there is none.
  fileprivate func partitioningIndex(_ holds: (Int) -> Bool) -> Int {
    var (lower, upper) = (lowerBound, upperBound)
    while lower < upper {
      let middle = (lower + upper) / 2
      if holds(middle) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }
}
