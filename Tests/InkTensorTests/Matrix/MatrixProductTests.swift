import InkTensor
import Testing

/// Products of packed matrices against plain loops in double precision over the same integers, on every instruction
/// set of this machine, and law 2 for rows and threads.
@Suite("Matrix products")
struct MatrixProductTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let format: BlockFormat
    let set: InstructionSet
    var testDescription: String { "\(format.name) on \(set.rawValue)" }
  }

  static let formats: [BlockFormat] = [
    .f32, .f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_K, .q5_K, .q6_K, .q2_K, .q3_K, .iq4_NL, .iq4_XS, .mxfp4,
  ]
  static let cases = formats.flatMap { format in InstructionSet.available.map { Case(format: format, set: $0) } }

  @Test("a product is that of the decoded weights and the rounded activations", arguments: cases)
  func matchesReference(_ test: Case) throws {
    let cpu = CPU(threads: 2, instructionSet: test.set)
    var random = TestRandom(seed: 1)
    for (rows, outputs, blocks) in [(1, 1, 1), (2, 15, 3), (3, 16, 2), (5, 17, 1), (17, 100, 3), (31, 33, 2)] {
      let inputs = blocks * max(test.format.elementsPerBlock, 32)
      let weights = random.weights(test.format, outputs: outputs, inputs: inputs)
      let matrix = try weights.pack(cpu)
      let x = random.activations(rows: rows, inputs: inputs)
      let result = cpu.multiply(Tensor(x, shape: [rows, inputs]), by: matrix).toArray()
      let expected = try weights.product(x, rows: rows, rounded: matrix.roundsActivations)
      for (index, value) in result.enumerated() {
        let tolerance = 2e-6 * expected.magnitudes[index] + 1e-30
        #expect(
          abs(Double(value) - expected.values[index]) <= tolerance, "output \(index) of \(rows)x\(outputs)x\(inputs)")
      }
    }
  }

  @Test("one row, many rows, and any number of threads give the same bits on every instruction set", arguments: formats)
  func sameBits(_ format: BlockFormat) throws {
    var random = TestRandom(seed: 2)
    let (rows, outputs) = (37, 83)
    let inputs = 3 * max(format.elementsPerBlock, 64)
    let weights = random.weights(format, outputs: outputs, inputs: inputs)
    let x = random.activations(rows: rows, inputs: inputs)
    var first: [UInt32] = []
    for set in InstructionSet.available {
      for threads in 1...3 {
        let cpu = CPU(threads: threads, instructionSet: set)
        let matrix = try weights.pack(cpu)
        let together = cpu.multiply(Tensor(x, shape: [rows, inputs]), by: matrix).toArray().map(\.bitPattern)
        if first.isEmpty { first = together }
        #expect(together == first, "\(set) with \(threads) threads")
        for chunk in [1, 2, 5, 14] {
          var parts: [UInt32] = []
          for start in stride(from: 0, to: rows, by: chunk) {
            let end = min(start + chunk, rows)
            let part = Tensor(Array(x[start * inputs..<end * inputs]), shape: [end - start, inputs])
            parts += cpu.multiply(part, by: matrix).toArray().map(\.bitPattern)
          }
          #expect(parts == first, "\(set), \(threads) threads, chunks of \(chunk)")
        }
      }
    }
  }

  @Test(
    "a fused dispatch with bias and residual equals single products and additions", arguments: InstructionSet.available)
  func fusedDispatch(_ set: InstructionSet) throws {
    let cpu = CPU(threads: 2, instructionSet: set)
    var random = TestRandom(seed: 3)
    for rows in [1, 3, 40] {
      let inputs = 2304
      let x = Tensor(random.activations(rows: rows, inputs: inputs), shape: [rows, inputs])
      let formats: [BlockFormat] = [.q4_1, .f16, .q6_K, .f32, .q8_0, .q3_K]
      let sizes = [40, 17, 16, 70, 5, 20]
      let matrices = try zip(formats, sizes).map {
        try random.weights($0, outputs: $1, inputs: inputs).pack(cpu)
      }
      let biases = sizes.map { Tensor(random.activations(rows: 1, inputs: $0), shape: [$0]) }
      let residuals = sizes.map { Tensor(random.activations(rows: rows, inputs: $0), shape: [rows, $0]) }
      let epilogues = sizes.indices.map { index -> MatrixEpilogue in
        switch index % 4 {
        case 0: .biasAndResidual(bias: biases[index], residual: residuals[index])
        case 1: .residual(residuals[index])
        case 2: .bias(biases[index])
        default: .none
        }
      }
      let fused = cpu.multiply(x, by: matrices, epilogues: epilogues)
      for index in sizes.indices {
        var expected = cpu.multiply(x, by: matrices[index]).toArray()
        let bias = epilogues[index].biasValues
        let residual = epilogues[index].residualValues
        for position in expected.indices {
          if let bias { expected[position] += bias[position % sizes[index]] }
          if let residual { expected[position] += residual[position] }
        }
        #expect(fused[index].toArray() == expected, "\(formats[index]) with \(rows) rows")
      }
    }
  }

  @Test("gathered rows are the decoded weights", arguments: formats)
  func gatherRows(_ format: BlockFormat) throws {
    let cpu = CPU(threads: 2)
    var random = TestRandom(seed: 4)
    let (outputs, inputs) = (37, 2 * max(format.elementsPerBlock, 32))
    let weights = random.weights(format, outputs: outputs, inputs: inputs)
    let matrix = try weights.pack(cpu)
    let decoded = try weights.decoded()
    let ids = [36, 0, 5, 16, 15, 5]
    let rows = matrix.gatherRows(ids, cpu: cpu).toArray().map(\.bitPattern)
    let expected = ids.flatMap { decoded[$0 * inputs..<($0 + 1) * inputs].map(\.bitPattern) }
    #expect(rows == expected)
  }

  @Test("matrices that share an arena keep apart and keep their memory alive")
  func sharedArena() throws {
    let cpu = CPU(threads: 2)
    var random = TestRandom(seed: 6)
    var matrices: [(PackedMatrix, TestWeights)] = []
    do {
      let arena = WeightArena()
      for format in [BlockFormat.q4_1, .f16, .q8_0, .q6_K] {
        let weights = random.weights(format, outputs: 33, inputs: 256)
        let matrix = try PackedMatrix.pack(
          Storage.copying(weights.bytes), range: 0..<weights.bytes.count, format: format, outputs: 33, inputs: 256,
          cpu: cpu, arena: arena)
        matrices.append((matrix, weights))
      }
    }
    for (matrix, weights) in matrices {
      #expect(try matrix.gatherRows(Array(0..<33), cpu: cpu).toArray() == weights.decoded())
    }
  }

  @Test("weights of the wrong size are refused")
  func refusesWrongSizes() {
    let cpu = CPU(threads: 1)
    let storage = Storage.zeros(byteCount: 1000)
    #expect(throws: TensorError.self) {
      try PackedMatrix.pack(storage, range: 0..<180, format: .q4_0, outputs: 3, inputs: 64, cpu: cpu)
    }
    #expect(throws: TensorError.self) {
      try PackedMatrix.pack(storage, range: 0..<36, format: .q4_0, outputs: 1, inputs: 65, cpu: cpu)
    }
    #expect(throws: TensorError.self) {
      try PackedMatrix.pack(storage, range: 990..<1026, format: .q4_0, outputs: 1, inputs: 64, cpu: cpu)
    }
    #expect(throws: TensorError.self) {
      try PackedMatrix.pack(storage, range: 0..<36, format: .q4_0, outputs: Int.max / 2, inputs: 64, cpu: cpu)
    }
  }

  @Test(
    "activations that are not finite give NaN in their own row and trap nowhere", arguments: InstructionSet.available)
  func nonFiniteActivations(_ set: InstructionSet) throws {
    let cpu = CPU(threads: 1, instructionSet: set)
    var random = TestRandom(seed: 5)
    let inputs = 256
    let matrix = try random.weights(.q4_0, outputs: 20, inputs: inputs).pack(cpu)
    for bad in [Float.nan, .infinity, -.infinity] {
      var x = random.activations(rows: 3, inputs: inputs)
      x[inputs + 40] = bad
      let result = cpu.multiply(Tensor(x, shape: [3, inputs]), by: matrix).toArray()
      #expect(result[20..<40].filter { !$0.isNaN }.isEmpty)
      #expect(result[0..<20].filter { !$0.isFinite }.isEmpty)
      #expect(result[40..<60].filter { !$0.isFinite }.isEmpty)
    }
    for size in [Float.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e-37] {
      let x = [Float](repeating: size, count: inputs)
      let result = cpu.multiply(Tensor(x, shape: [1, inputs]), by: matrix).toArray()
      #expect(result.count == 20)
    }
  }
}
