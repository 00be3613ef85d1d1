/// The inverse cosine transform of a block in integers, by the algorithm of Loeffler, Ligtenberg and Moschytz (1989) with
/// constants of 13 bits and 2 more bits kept between columns and rows: the arithmetic that the libraries in use share, so
/// that a picture decodes to the same samples everywhere.
struct JPEGInverseTransform {
  private static let constantBits: Int32 = 13
  private static let keptBits: Int32 = 2
  private var work = [Int32](repeating: 0, count: 64)

  /// The 64 samples of a block.
  ///
  /// - Parameters:
  ///   - coefficients: of the plane, row by row inside a block.
  ///   - start: where the block begins.
  ///   - steps: the quantization steps in the same order.
  ///   - plane: gets the samples.
  ///   - target: where the first sample goes; `stride` leads to the next row.
  mutating func run(
    _ coefficients: [Int16], at start: Int, steps: [Int32], into plane: inout [UInt8], at target: Int, stride: Int
  ) {
    for column in 0..<8 {
      var input = SIMD8<Int32>()
      for row in 0..<8 { input[row] = Int32(coefficients[start + row * 8 + column]) &* steps[row * 8 + column] }
      let output = Self.transform(input, descale: Self.constantBits - Self.keptBits)
      for row in 0..<8 { work[row * 8 + column] = output[row] }
    }
    for row in 0..<8 {
      var input = SIMD8<Int32>()
      for column in 0..<8 { input[column] = work[row * 8 + column] }
      let output = Self.transform(input, descale: Self.constantBits + Self.keptBits + 3) &+ 128
      for column in 0..<8 {
        plane[target + row * stride + column] = UInt8(truncatingIfNeeded: max(0, min(output[column], 255)))
      }
    }
  }

  /// Eight numbers, their sum over cosines, divided by two to the power of `descale` and rounded.
  ///
  /// Wraps around for numbers that no encoder makes.
  private static func transform(_ x: SIMD8<Int32>, descale: Int32) -> SIMD8<Int32> {
    // Even part: 2 and 6 turned, 0 and 4 added.
    let shared = (x[2] &+ x[6]) &* 4433
    let even2 = shared &- x[6] &* 15137
    let even3 = shared &+ x[2] &* 6270
    let even0 = (x[0] &+ x[4]) &<< constantBits
    let even1 = (x[0] &- x[4]) &<< constantBits
    let sums = SIMD4(even0 &+ even3, even1 &+ even2, even1 &- even2, even0 &- even3)
    // Odd part: four products each for 7, 5, 3 and 1.
    let all = (x[7] &+ x[3] &+ x[5] &+ x[1]) &* 9633
    let outer = (x[7] &+ x[1]) &* -7373
    let inner = (x[5] &+ x[3]) &* -20995
    let first = (x[7] &+ x[3]) &* -16069 &+ all
    let second = (x[5] &+ x[1]) &* -3196 &+ all
    let odds = SIMD4(
      x[1] &* 12299 &+ outer &+ second, x[3] &* 25172 &+ inner &+ first, x[5] &* 16819 &+ inner &+ second,
      x[7] &* 2446 &+ outer &+ first)
    let rounding = Int32(1) &<< (descale - 1)
    let low = (sums &+ odds &+ rounding) &>> SIMD4(repeating: descale)
    let high = (sums &- odds &+ rounding) &>> SIMD4(repeating: descale)
    return SIMD8(low[0], low[1], low[2], low[3], high[3], high[2], high[1], high[0])
  }
}
