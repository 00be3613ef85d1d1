/// Exponentials of logits relative to their maximum, and their sum in a fixed order.
package enum SoftmaxWeights {
  /// Elements of one partial sum. Partial sums are added in index order in Double, so that a vocabulary of 262,144 loses
  /// nothing and the result does not depend on who computes it.
  static let blockSize = 1024

  /// The sum over all tokens of exp(logit - maximum).
  package static func total(of logits: Span<Float>, maximum: Float) -> Double {
    var total = 0.0
    var start = 0
    while start < logits.count {
      let end = min(start + blockSize, logits.count)
      total += Double(blockSum(of: logits, in: start..<end, maximum: maximum))
      start = end
    }
    return total
  }

  /// Writes exp(logit - maximum) for every token and returns the sums of the blocks in order.
  static func write(_ logits: Span<Float>, maximum: Float, to weights: inout [Float]) -> [Double] {
    if weights.count != logits.count { weights = [Float](repeating: 0, count: logits.count) }
    var target = weights.mutableSpan
    var sums: [Double] = []
    sums.reserveCapacity(logits.count / blockSize + 1)
    let bytes = logits.bytes
    var start = 0
    while start < logits.count {
      let end = min(start + blockSize, logits.count)
      var sum = SIMD8<Float>(repeating: 0)
      var index = start
      while index + 8 <= end {
        let values = exponential(bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD8<Float>.self) - maximum)
        for lane in 0..<8 { target[index &+ lane] = values[lane] }
        sum += values
        index += 8
      }
      var rest: Float = 0
      while index < end {
        let value = exponential(SIMD8(repeating: logits[index] - maximum))[0]
        target[index] = value
        rest += value
        index += 1
      }
      sums.append(Double(sum.sum() + rest))
      start = end
    }
    return sums
  }

  private static func blockSum(of logits: Span<Float>, in range: Range<Int>, maximum: Float) -> Float {
    let bytes = logits.bytes
    var sum = SIMD8<Float>(repeating: 0)
    var index = range.lowerBound
    while index + 8 <= range.upperBound {
      sum += exponential(bytes.unsafeLoadUnaligned(fromByteOffset: index &* 4, as: SIMD8<Float>.self) - maximum)
      index += 8
    }
    var rest: Float = 0
    while index < range.upperBound {
      rest += exponential(SIMD8(repeating: logits[index] - maximum))[0]
      index += 1
    }
    return sum.sum() + rest
  }

  /// e to the power of each lane, for lanes of at most 0; below -87 the result is 0. Relative error under 2e-7.
  ///
  /// Range reduction by powers of two with ln 2 in two parts and a polynomial of degree 6 (Cody and Waite 1980);
  /// written out rather than taken from the C library so that every platform gives the same bits.
  @inline(__always)
  static func exponential(_ exponents: SIMD8<Float>) -> SIMD8<Float> {
    let tiny = exponents .< -87
    let clamped = exponents.replacing(with: -87, where: tiny)
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits of the sum.
    let shifted = clamped * 1.442_695_04 + 12_582_912
    let powers = shifted - 12_582_912
    let remainder = (clamped - powers * 0.693_359_375) - powers * -2.121_944_4e-4
    var polynomial = SIMD8<Float>(repeating: 1.388_888_9e-3)
    polynomial = polynomial * remainder + 8.333_333_8e-3
    polynomial = polynomial * remainder + 4.166_666_8e-2
    polynomial = polynomial * remainder + 1.666_666_7e-1
    polynomial = polynomial * remainder + 0.5
    polynomial = polynomial * remainder + 1
    polynomial = polynomial * remainder + 1
    let scale = (unsafeBitCast(shifted, to: SIMD8<Int32>.self) &+ 127) &<< 23
    let result = polynomial * unsafeBitCast(scale, to: SIMD8<Float>.self)
    return result.replacing(with: 0, where: tiny)
  }
}
