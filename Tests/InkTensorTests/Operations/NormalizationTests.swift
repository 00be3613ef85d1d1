import InkTensor
import Testing

/// Root-mean-square and layer normalization against plain loops in double precision.
@Suite("Normalization")
struct NormalizationTests {
  private static func rmsNorm(_ x: [Float], _ weight: [Float], epsilon: Float) -> [Double] {
    let mean = x.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(x.count)
    let factor = 1 / (mean + Double(epsilon)).squareRoot()
    return zip(x, weight).map { Double($0) * factor * Double($1) }
  }

  private static func layerNorm(_ x: [Float], _ weight: [Float], _ bias: [Float]?, epsilon: Float) -> [Double] {
    let mean = x.reduce(0.0) { $0 + Double($1) } / Double(x.count)
    let variance = x.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(x.count)
    let factor = 1 / (variance + Double(epsilon)).squareRoot()
    return x.indices.map { (Double(x[$0]) - mean) * factor * Double(weight[$0]) + Double(bias?[$0] ?? 0) }
  }

  @Test("rmsNorm is within 4 ulp of the definition", arguments: InstructionSet.available)
  func rootMeanSquare(_ set: InstructionSet) {
    let cpu = CPU(threads: 2, instructionSet: set)
    var random = TestRandom(seed: 1)
    for width in edgeWidths {
      for rows in [1, 3, 70] {
        let x = random.activations(rows: rows, inputs: width).map { $0 * 5 }
        let weight = random.activations(rows: 1, inputs: width)
        let result = cpu.rmsNorm(
          Tensor(x, shape: [rows, width]), weight: Tensor(weight, shape: [width]), epsilon: 1e-5)
        #expect(result.shape == [rows, width])
        let values = result.toArray()
        var worst = 0.0
        for row in 0..<rows {
          let part = row * width..<(row + 1) * width
          let expected = NormalizationTests.rmsNorm(Array(x[part]), weight, epsilon: 1e-5)
          for (value, exact) in zip(values[part], expected) { worst = max(worst, ulps(value, from: exact)) }
        }
        #expect(worst <= 4, "\(rows) rows of \(width)")
      }
    }
  }

  @Test("layerNorm with and without a bias is the definition's", arguments: InstructionSet.available)
  func layer(_ set: InstructionSet) {
    let cpu = CPU(threads: 2, instructionSet: set)
    var random = TestRandom(seed: 2)
    for width in edgeWidths {
      for rows in [1, 3, 70] {
        let x = random.activations(rows: rows, inputs: width).map { $0 * 5 + 2 }
        let weight = random.activations(rows: 1, inputs: width)
        let bias = random.activations(rows: 1, inputs: width)
        for bias in [bias, nil] {
          let result = cpu.layerNorm(
            Tensor(x, shape: [rows, width]), weight: Tensor(weight, shape: [width]),
            bias: bias.map { Tensor($0, shape: [width]) }, epsilon: 1e-3)
          let values = result.toArray()
          #expect(values.count == rows * width)
          var worst = 0.0
          for row in 0..<rows {
            let part = row * width..<(row + 1) * width
            let expected = NormalizationTests.layerNorm(Array(x[part]), weight, bias, epsilon: 1e-3)
            let spread = NormalizationTests.layerNorm(Array(x[part]), x.map { _ in 1 }, nil, epsilon: 1e-3)
            // What is taken off is rounded in units of the elements, up to 7, not of what is left of them.
            let factor = width == 1 ? 32 : (spread.max() ?? 0) / Double((x[part].max() ?? 0) - (x[part].min() ?? 0))
            for (index, (value, exact)) in zip(values[part], expected).enumerated() {
              let size = 7 * factor * Double(abs(weight[index])) + abs(exact) + Double(abs(bias?[index] ?? 0))
              worst = max(worst, abs(Double(value) - exact) / (size * 0x1p-24))
            }
          }
          #expect(worst <= 4, "\(rows) rows of \(width)")
        }
      }
    }
  }

  @Test("every backend gives the same bits")
  func sameBits() {
    var random = TestRandom(seed: 3)
    for (rows, width) in [(1, 1), (1, 4099), (2, 17), (300, 576), (1000, 33)] {
      let x = Tensor(random.activations(rows: rows, inputs: width), shape: [rows, width])
      let weight = Tensor(random.activations(rows: 1, inputs: width), shape: [width])
      let bias = Tensor(random.activations(rows: 1, inputs: width), shape: [width])
      #expect(backendsThatDiffer { $0.rmsNorm(x, weight: weight, epsilon: 1e-6) }.isEmpty)
      #expect(backendsThatDiffer { $0.layerNorm(x, weight: weight, bias: bias, epsilon: 1e-6) }.isEmpty)
      #expect(backendsThatDiffer { $0.layerNorm(x, weight: weight, bias: nil, epsilon: 1e-6) }.isEmpty)
    }
  }

  @Test(
    "a row does not depend on its neighbours, and a bad number stays in its row", arguments: InstructionSet.available)
  func rowsAlone(_ set: InstructionSet) {
    let cpu = CPU(threads: 3, instructionSet: set)
    var random = TestRandom(seed: 4)
    let (rows, width) = (90, 451)
    var x = random.activations(rows: rows, inputs: width)
    let weight = Tensor(random.activations(rows: 1, inputs: width), shape: [width])
    x[40 * width + 450] = .nan
    x[41 * width + 3] = .infinity
    let all = Tensor(x, shape: [rows, width])
    let norms: [(Tensor) -> Tensor] = [
      { cpu.rmsNorm($0, weight: weight, epsilon: 1e-5) },
      { cpu.layerNorm($0, weight: weight, bias: weight, epsilon: 1e-5) },
    ]
    for norm in norms {
      let together = norm(all)
      for row in 0..<rows {
        let alone = norm(all.slice(row..<row + 1)).toArray()
        let same = together[row].toArray()
        switch row {
        case 40:
          #expect(alone.allSatisfy { $0.isNaN } && same.allSatisfy { $0.isNaN })
        case 41:
          #expect(same[3].isNaN)
        default:
          #expect(alone.map(\.bitPattern) == same.map(\.bitPattern), "row \(row)")
          #expect(alone.allSatisfy { $0.isFinite })
        }
      }
    }
  }

  @Test("epsilon keeps zeros and the tiniest numbers from dividing by zero", arguments: InstructionSet.available)
  func small(_ set: InstructionSet) {
    let cpu = CPU(threads: 1, instructionSet: set)
    let weight = Tensor([Float](repeating: 2, count: 20), shape: [20])
    let zeros = Tensor([Float](repeating: 0, count: 20), shape: [20])
    #expect(cpu.rmsNorm(zeros, weight: weight, epsilon: 1e-6).toArray().allSatisfy { $0 == 0 })
    #expect(cpu.layerNorm(zeros, weight: weight, bias: weight, epsilon: 1e-6).toArray().allSatisfy { $0 == 2 })
    let tiny = Tensor([Float](repeating: 1e-30, count: 20), shape: [20])
    let result = cpu.rmsNorm(tiny, weight: weight, epsilon: 1e-6).toArray()
    #expect(result.allSatisfy { ulps($0, from: 2e-27) <= 4 })
    let constant = Tensor([Float](repeating: 1_000_000, count: 20), shape: [20])
    #expect(cpu.layerNorm(constant, weight: weight, bias: nil, epsilon: 1e-6).toArray().allSatisfy { $0 == 0 })
  }

  @Test("large numbers whose squares still fit are normalized", arguments: InstructionSet.available)
  func large(_ set: InstructionSet) {
    let cpu = CPU(threads: 1, instructionSet: set)
    let weight = Tensor([Float](repeating: 1, count: 18), shape: [18])
    let x = (0..<18).map { Float($0 % 2 == 0 ? 1e18 : -1e18) }
    for result in [
      cpu.rmsNorm(Tensor(x, shape: [18]), weight: weight, epsilon: 1e-6),
      cpu.layerNorm(Tensor(x, shape: [18]), weight: weight, bias: nil, epsilon: 1e-6),
    ] {
      #expect(zip(result.toArray(), x).allSatisfy { ulps($0, from: $1 > 0 ? 1 : -1) <= 2 })
    }
  }

  @Test("no rows, or rows of no elements, give nothing", arguments: [[0, 16], [0, 0], [3, 0], [2, 0, 5]])
  func nothing(extents: [Int]) {
    let cpu = CPU(threads: 2)
    let width = extents.last ?? 0
    let weight = Tensor([Float](repeating: 1, count: width), shape: [width])
    let x = Tensor([], shape: Shape(extents))
    #expect(cpu.rmsNorm(x, weight: weight, epsilon: 1e-6).shape == x.shape)
    #expect(cpu.layerNorm(x, weight: weight, bias: weight, epsilon: 1e-6).toArray().isEmpty)
  }

  @Test("the last axis is normalized whatever the axes before it")
  func axes() {
    let cpu = CPU(threads: 2)
    var random = TestRandom(seed: 6)
    let x = Tensor(random.activations(rows: 12, inputs: 10), shape: [12, 10])
    let weight = Tensor(random.activations(rows: 1, inputs: 10), shape: [10])
    let flat = cpu.rmsNorm(x, weight: weight, epsilon: 1e-6)
    let deep = cpu.rmsNorm(x.reshaped([2, 1, 6, 10]), weight: weight, epsilon: 1e-6)
    #expect(deep.shape == [2, 1, 6, 10])
    #expect(deep.toArray() == flat.toArray())
  }
}
