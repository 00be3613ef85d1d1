import Foundation
import InkTensor
import Testing

/// Activations against the library's functions in double precision.
@Suite("Activations")
struct ActivationTests {
  static let functions: [ActivationFunction] = [.silu, .geluTanh, .geluErf, .relu, .quickGELU]

  static func exact(_ function: ActivationFunction, _ x: Double) -> Double {
    switch function {
    case .silu: x / (1 + exp(-x))
    case .geluTanh: 0.5 * x * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    case .geluErf: 0.5 * x * erfc(-x / 2.0.squareRoot())
    case .relu: max(x, 0)
    case .quickGELU: x / (1 + exp(-1.702 * x))
    }
  }

  /// How far a result may be off.
  ///
  /// silu: 4 ulp, until its exponential overflows at -88.7 and leaves zero for what is below 3e-37. The two forms of
  /// gelu: the error of `1 + tanh` or `1 + erf` (5e-7), times half of x, and the rounding of the last product, which
  /// may be subnormal.
  static func tolerance(_ function: ActivationFunction, _ x: Double, _ exact: Double) -> Double {
    switch function {
    case .silu: 4 * Double(Float(abs(exact)).ulp) + (x < -88 ? 3e-37 : 0)
    case .geluTanh, .geluErf: 0.5 * abs(x) * 5e-7 + abs(exact) * 0x1p-23 + 0x1p-149
    case .relu: 0
    // As silu; the argument of the exponential carries the roundings of the constant and of the product.
    case .quickGELU:
      4 * Double(Float(abs(exact)).ulp) + abs(exact * x) * 1.702 * 0x1p-23 + (x < -51 ? 3e-37 : 0)
    }
  }

  /// Floats of every size and both signs, evenly in their bits, and densely between -20 and 20.
  static let range: [Float] = {
    var values: [Float] = []
    for bits in stride(from: UInt32(0), to: Float(1e12).bitPattern, by: 200_003) {
      values.append(Float(bitPattern: bits))
      values.append(-Float(bitPattern: bits))
    }
    for step in -10_000...10_000 { values.append(Float(step) * 0.002) }
    return values
  }()

  @Test("activations are within their error over the whole range", arguments: functions)
  func values(_ function: ActivationFunction) {
    let x = ActivationTests.range
    for set in InstructionSet.available {
      let result = CPU(threads: 2, instructionSet: set).activate(Tensor(x, shape: [x.count]), function).toArray()
      var worst: (excess: Double, x: Float) = (0, 0)
      for (value, input) in zip(result, x) {
        let exact = ActivationTests.exact(function, Double(input))
        let excess = abs(Double(value) - exact) - ActivationTests.tolerance(function, Double(input), exact)
        if !(excess <= worst.excess) { worst = (excess, input) }
      }
      #expect(worst.excess <= 0, "\(function) of \(worst.x) on \(set)")
    }
  }

  @Test("any number of elements, also around a vector's sixteen", arguments: functions)
  func sizes(_ function: ActivationFunction) {
    var random = TestRandom(seed: 5)
    for set in InstructionSet.available {
      let cpu = CPU(threads: 3, instructionSet: set)
      for count in [0, 2047, 2048, 2049, 10_001] + edgeWidths {
        let x = random.activations(rows: 1, inputs: count).map { $0 * 6 }
        let up = random.activations(rows: 1, inputs: count)
        let result = cpu.activate(Tensor(x, shape: [count]), function).toArray()
        let gated = cpu.gated(Tensor(x, shape: [1, count]), Tensor(up, shape: [1, count]), function).toArray()
        #expect(result.count == count && gated.count == count)
        let fits = zip(result, x).allSatisfy { value, input in
          let exact = ActivationTests.exact(function, Double(input))
          return abs(Double(value) - exact) <= ActivationTests.tolerance(function, Double(input), exact)
        }
        #expect(fits, "\(count) elements on \(set)")
        // The gate is the same activation; one product follows.
        #expect(zip(gated, zip(result, up)).allSatisfy { $0 == $1.0 * $1.1 }, "\(count) elements on \(set)")
      }
    }
  }

  @Test("every backend gives the same bits", arguments: functions)
  func sameBits(_ function: ActivationFunction) {
    let x = Tensor(ActivationTests.range, shape: [ActivationTests.range.count])
    #expect(backendsThatDiffer { $0.activate(x, function) }.isEmpty)
    #expect(backendsThatDiffer { $0.gated(x, x, function) }.isEmpty)
    #expect(backendsThatDiffer { $0.activate(x.slice(0..<1), function) }.isEmpty)
  }

  @Test("zeros, the largest numbers and not-a-number", arguments: functions)
  func extremes(_ function: ActivationFunction) {
    let huge = Float.greatestFiniteMagnitude
    for set in InstructionSet.available {
      // Twice, so that the vector loop and the rest of a row both meet them.
      let x: [Float] = [0, -0.0, huge, -huge, .infinity, .nan, -100, 0x1p-149, -0x1p-149, 0x1p-127, -1e5, 1e5]
      let values = CPU(threads: 1, instructionSet: set).activate(Tensor(x + x, shape: [24]), function).toArray()
      for result in [values.prefix(12), values.suffix(12)].map(Array.init) {
        #expect(result[0] == 0 && result[1] == 0)
        #expect(result[2] == huge)
        #expect(result[3] == 0)
        #expect(result[4] == .infinity)
        #expect(result[5].isNaN)
        #expect(abs(result[6]) <= 0x1p-137)
        #expect(abs(result[7]) <= 0x1p-149 && abs(result[8]) <= 0x1p-149)
        #expect(result[9] == (function == .relu ? 0x1p-127 : 0x1p-128))
        #expect(result[10] == 0)
        #expect(result[11] == 1e5)
      }
    }
  }
}
