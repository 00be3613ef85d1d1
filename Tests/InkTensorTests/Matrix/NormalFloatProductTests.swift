import InkTensor
import Testing

/// Products with NF4 panels: the bits of products with the decoded weights (law 2), forwards and backwards.
@Suite("Products with NF4 weights")
struct NormalFloatProductTests {
  /// Weights of several sizes a row, and what they are rounded to.
  private static func weights(
    _ random: inout TestRandom, outputs: Int, inputs: Int, _ scaling: NormalFloatScaling, cpu: CPU
  ) throws -> (packed: PackedMatrix, decoded: Tensor) {
    let values = random.activations(rows: outputs, inputs: inputs).enumerated().map { index, value in
      value * Float(1 + index / inputs % 5)
    }
    let blocks = try NormalFloatBlocks(rounding: Tensor(values, shape: [outputs, inputs]), scaling, on: cpu)
    return (
      try PackedMatrix.pack(blocks, outputs: outputs, inputs: inputs, cpu: cpu), try blocks.decoded([outputs, inputs])
    )
  }

  static let sizes: [(outputs: Int, inputs: Int)] = [(1, 64), (16, 128), (37, 192), (70, 320), (300, 64)]

  @Test("packing keeps every value, and every row can be read", arguments: NormalFloatScaling.allCases)
  func rows(_ scaling: NormalFloatScaling) throws {
    var random = TestRandom(seed: 31)
    for set in InstructionSet.available {
      let cpu = CPU(threads: 2, instructionSet: set)
      for size in Self.sizes {
        let (packed, decoded) = try Self.weights(
          &random, outputs: size.outputs, inputs: size.inputs, scaling, cpu: cpu)
        #expect(packed.gatherRows(Array(0..<size.outputs), cpu: cpu).bits == decoded.bits, "\(set) \(size)")
        #expect(packed.byteCount < size.outputs * size.inputs * 5 / 8 + 16 * size.inputs + 2048)
      }
    }
  }

  @Test(
    "a product has the bits of one with the decoded weights, for any rows, threads and instruction set",
    arguments: NormalFloatScaling.allCases)
  func products(_ scaling: NormalFloatScaling) throws {
    var random = TestRandom(seed: 32)
    for size in Self.sizes {
      let reference = CPU(threads: 1, instructionSet: .portable)
      let (packed, decoded) = try Self.weights(
        &random, outputs: size.outputs, inputs: size.inputs, scaling, cpu: reference)
      let bias = Tensor(random.activations(rows: 1, inputs: size.outputs), shape: [size.outputs])
      for rows in [1, 2, 5, 13, 14, 40, 130] {
        let x = Tensor(random.activations(rows: rows, inputs: size.inputs), shape: [rows, size.inputs])
        let residual = Tensor(random.activations(rows: rows, inputs: size.outputs), shape: [rows, size.outputs])
        let epilogue = MatrixEpilogue.biasAndResidual(bias: bias, residual: residual)
        let expected = reference.product(
          MatrixOperand(x), MatrixOperand(decoded, .transposed), epilogue: epilogue
        ).bits
        for set in InstructionSet.available {
          for threads in [1, 2] {
            let cpu = CPU(threads: threads, instructionSet: set)
            #expect(cpu.multiply(x, by: packed, epilogue: epilogue).bits == expected, "\(set) \(size) \(rows)")
            let linear = cpu.linear(x, by: [.packed(packed)], epilogues: [epilogue])[0]
            #expect(linear.bits == expected, "\(set) \(size) \(rows)")
            let operand = MatrixOperand(packed, .transposed)
            #expect(cpu.product(MatrixOperand(x), operand, epilogue: epilogue).bits == expected)
          }
        }
      }
    }
  }

  @Test("products whose chains are longer than a block of the depth have the same bits")
  func longChains() throws {
    var random = TestRandom(seed: 33)
    let cpu = CPU(threads: 2)
    let (packed, decoded) = try Self.weights(&random, outputs: 20, inputs: 64 * 70, .double, cpu: cpu)
    let x = Tensor(random.activations(rows: 40, inputs: 64 * 70), shape: [40, 64 * 70])
    let expected = cpu.product(MatrixOperand(x), MatrixOperand(decoded, .transposed)).bits
    #expect(cpu.multiply(x, by: packed).bits == expected)
    #expect(cpu.product(MatrixOperand(x), MatrixOperand(packed, .transposed)).bits == expected)
    #expect(cpu.multiply(x.slice(39..<40), by: packed).bits == Array(expected.suffix(20)))
  }

  @Test("the gradient of the input is that through the decoded weights", arguments: NormalFloatScaling.allCases)
  func gradients(_ scaling: NormalFloatScaling) throws {
    var random = TestRandom(seed: 34)
    for size in Self.sizes {
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let (packed, decoded) = try Self.weights(
          &random, outputs: size.outputs, inputs: size.inputs, scaling, cpu: cpu)
        for rows in [3, 90] {
          let gradient = Tensor(random.activations(rows: rows, inputs: size.outputs), shape: [rows, size.outputs])
          let expected = cpu.product(MatrixOperand(gradient), MatrixOperand(decoded))
          #expect(cpu.product(MatrixOperand(gradient), MatrixOperand(packed)).bits == expected.bits, "\(set) \(size)")
        }
      }
    }
  }

  @Test("the gradient of the input is the difference quotient of the loss", arguments: NormalFloatScaling.allCases)
  func differences(_ scaling: NormalFloatScaling) throws {
    var random = TestRandom(seed: 35)
    let cpu = CPU(threads: 2)
    let (packed, _) = try Self.weights(&random, outputs: 5, inputs: 64, scaling, cpu: cpu)
    for rows in [2, 66] {
      GradientCheck(cpu: cpu)([GradientCheck.input([rows, 64], seed: 36)]) { cpu, inputs in
        cpu.linear(inputs[0], by: [.packed(packed)], epilogues: [.none])
      }
    }
  }
}
