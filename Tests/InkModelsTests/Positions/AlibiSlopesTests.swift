import Foundation
import InkNN
import Testing

@Suite("Slopes of linear attention biases")
struct AlibiSlopesTests {
  @Test("a power of two of heads has a geometric row of slopes", arguments: [1, 2, 4, 8, 16, 128])
  func powers(heads: Int) {
    let slopes = AlibiSlopes.slopes(heads: heads)
    #expect(slopes.count == heads)
    #expect(slopes.last == 0.00390625)
    for (index, slope) in slopes.enumerated() {
      #expect(abs(slope - powf(slopes[0], Float(index + 1))) <= 1e-5 * slope)
    }
  }

  /// What `build_alibi_tensor` (BLOOM, Falcon) and `build_mpt_alibi_tensor` (MPT) of transformers give, as exponents of
  /// two.
  @Test(
    "other counts fill up from the power above",
    arguments: [
      (3, [4, 8, 2]), (5, [2, 4, 6, 8, 1]), (6, [2, 4, 6, 8, 1, 3]), (7, [2, 4, 6, 8, 1, 3, 5]),
      (12, [1, 2, 3, 4, 5, 6, 7, 8, 0.5, 1.5, 2.5, 3.5]),
    ] as [(Int, [Float])])
  func others(heads: Int, exponents: [Float]) {
    let slopes = AlibiSlopes.slopes(heads: heads)
    #expect(slopes.count == heads)
    #expect(zip(slopes, exponents).allSatisfy { abs($0 - exp2f(-$1)) <= 1e-7 })
  }

  @Test("another largest bias stretches the exponents")
  func largestBias() {
    #expect(AlibiSlopes.slopes(heads: 3, largestBias: 4) == [0.25, 0.0625, 0.5])
  }
}
