import CInkKernels
import Foundation
import InkTensor
import Testing

/// The error bounds that the row-wise kernels state for their exponential and hyperbolic tangent.
@Suite("Error bounds")
struct ErrorBoundTests {
  /// Floats between two bounds, about fifty thousand of each sign, evenly in their bits.
  private func floats(_ lower: Float, _ upper: Float, both: Bool) -> [Float] {
    let step = Swift.max((upper.bitPattern - lower.bitPattern) / 50_000, 1)
    var values: [Float] = []
    for bits in stride(from: lower.bitPattern, through: upper.bitPattern, by: Int(step)) {
      values.append(Float(bitPattern: bits))
      if both { values.append(-Float(bitPattern: bits)) }
    }
    return values
  }

  /// The exponentials of `x`, by the kernel that softmax uses.
  private func exponentials(_ x: [Float], _ set: InstructionSet) throws -> [Float] {
    let kernels = try #require(ink_row_kernels_named(set.rawValue))
    var result = x
    _ = kernels.pointee.exp_sum(&result, 0, result.count)
    return result
  }

  @Test("the exponential is within 3 ulp wherever its result is a normal number", arguments: InstructionSet.available)
  func exponential(_ set: InstructionSet) throws {
    let x = floats(0x1p-126, 87.33, both: true) + floats(80, 88.72, both: false)
    var worst = 0.0
    for (value, input) in zip(try exponentials(x, set), x) { worst = max(worst, ulps(value, from: exp(Double(input)))) }
    #expect(worst <= 3, "\(worst) ulp")
    #expect(worst > 0.4, "a bound that is never neared is measured wrongly")
  }

  @Test("the exponential's ends are zero, one and infinity", arguments: InstructionSet.available)
  func exponentialEnds(_ set: InstructionSet) throws {
    let x: [Float] = [
      0, -0.0, 0x1p-149, -87.4, -1000, -.infinity, 88.73, 1e10, .infinity, .nan, -.greatestFiniteMagnitude,
    ]
    let result = try exponentials(x + x, set)
    for part in [result.prefix(11), result.suffix(11)].map(Array.init) {
      #expect(part[0..<3].allSatisfy { $0 == 1 })
      #expect(part[3..<6].allSatisfy { $0 == 0 })
      #expect(part[6..<9].allSatisfy { $0 == .infinity })
      #expect(part[9].isNaN)
      #expect(part[10] == 0)
    }
  }

  @Test("tanh is within 9 ulp and 2.5e-7 everywhere", arguments: InstructionSet.available)
  func tangent(_ set: InstructionSet) {
    // With a cap of one the soft cap is tanh itself.
    let x = floats(0x1p-126, 30, both: true) + floats(0.2, 1, both: true) + [1e30, -1e30]
    let result = CPU(threads: 2, instructionSet: set).softCap(Tensor(x, shape: [x.count]), cap: 1).toArray()
    var (worst, largest) = (0.0, 0.0)
    for (value, input) in zip(result, x) {
      let exact = tanh(Double(input))
      worst = max(worst, ulps(value, from: exact))
      largest = max(largest, abs(Double(value) - exact))
    }
    #expect(worst <= 9, "\(worst) ulp")
    #expect(largest <= 2.5e-7, "\(largest)")
  }

  @Test(
    "erf, read back from gelu, is within 4e-7 and the rounding of gelu's own products",
    arguments: InstructionSet.available)
  func errorFunction(_ set: InstructionSet) {
    let x = floats(0.001, 8, both: true)
    let result = CPU(threads: 2, instructionSet: set).activate(Tensor(x, shape: [x.count]), .geluErf).toArray()
    var largest = 0.0
    for (value, input) in zip(result, x) {
      let readBack = 2 * Double(value) / Double(input) - 1
      // One rounding of 1 + erf, one each of the two products, and those of the argument.
      let rounding = 0x1p-24 * (3 * (1 + abs(readBack)) + 1)
      largest = max(largest, abs(readBack - erf(Double(input) / 2.0.squareRoot())) - rounding)
    }
    #expect(largest <= 4e-7, "\(largest)")
  }

  @Test("the largest of a row ignores the order, and of none is minus infinity", arguments: InstructionSet.available)
  func largest(_ set: InstructionSet) throws {
    let kernels = try #require(ink_row_kernels_named(set.rawValue))
    for count in edgeWidths {
      for place in Set([0, count / 2, count - 1]) {
        var row = (0..<count).map { -Float($0) - 5 }
        row[place] = -1
        #expect(kernels.pointee.maximum(row, count) == -1)
      }
    }
    #expect(kernels.pointee.maximum([1], 0) == -.infinity)
  }
}
