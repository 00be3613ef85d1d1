import InkTensor
import Testing

/// Several products in one call: those that share a factor, those of a mixture's experts, and those with packed weights.
@Suite("Lists of products")
struct ProductListTests {
  @Test("products that share a factor have the bits that they have alone", arguments: [1, 2])
  func sharedFactor(threads: Int) {
    var random = TestRandom(seed: 21)
    let cpu = CPU(threads: threads)
    let x = Tensor(random.activations(rows: 50, inputs: 40), shape: [50, 40])
    let weights = [70, 17, 17].map { Tensor(random.activations(rows: $0, inputs: 40), shape: [$0, 40]) }
    let bias = Tensor(random.activations(rows: 1, inputs: 17), shape: [17])
    let results = weights.map { cpu.zeros([50, $0.shape[0]]) }
    let epilogues: [MatrixEpilogue] = [.none, .bias(bias), .none]
    cpu.products(
      (0..<3).map {
        MatrixProduct(.init(x), .init(weights[$0], .transposed), into: results[$0], epilogue: epilogues[$0])
      })
    for index in 0..<3 {
      let alone = cpu.product(.init(x), .init(weights[index], .transposed), epilogue: epilogues[index])
      #expect(results[index].bits == alone.bits)
    }
    // The gradient of x: three products that go on in one output.
    let dx = cpu.zeros([50, 40])
    cpu.products(
      (0..<3).map {
        MatrixProduct(.init(results[$0]), .init(weights[$0]), into: dx, start: $0 == 0 ? .zero : .fromOutput)
      })
    let joined = cpu.product(.init(results[0]), .init(weights[0]))
    for index in 1..<3 { cpu.product(.init(results[index]), .init(weights[index]), into: joined, start: .fromOutput) }
    #expect(dx.bits == joined.bits)
  }

  @Test("rows of experts have the bits of each expert's product alone", arguments: [1, 2])
  func experts(threads: Int) {
    var random = TestRandom(seed: 22)
    let cpu = CPU(threads: threads)
    let groups = [0..<3, 3..<3, 3..<20, 20..<21]
    let (rows, inputs, outputs) = (21, 19, 37)
    let x = Tensor(random.activations(rows: rows, inputs: inputs), shape: [rows, inputs])
    let weights = groups.map { _ in
      Tensor(random.activations(rows: outputs, inputs: inputs), shape: [outputs, inputs])
    }
    let y = cpu.zeros([rows, outputs])
    cpu.products(
      zip(groups, weights).map { .init(.init(x.slice($0)), .init($1, .transposed), into: y.slice($0)) })
    let gradients = groups.map { _ in cpu.zeros([outputs, inputs]) }
    let dx = cpu.zeros([rows, inputs])
    cpu.products(
      groups.indices.flatMap { index -> [MatrixProduct] in
        let group = groups[index]
        return [
          .init(
            .init(y.slice(group), .transposed), .init(x.slice(group)), into: gradients[index], start: .fromOutput),
          .init(.init(y.slice(group)), .init(weights[index]), into: dx.slice(group)),
        ]
      })
    for (index, group) in groups.enumerated() {
      let part = x.slice(group)
      #expect(y.slice(group).bits == cpu.product(.init(part), .init(weights[index], .transposed)).bits)
      #expect(dx.slice(group).bits == cpu.product(.init(y.slice(group)), .init(weights[index])).bits)
      let gradient = cpu.product(.init(y.slice(group), .transposed), .init(part))
      #expect(gradients[index].bits == gradient.bits)
    }
  }

  @Test("packed weights have the bits of their decoded values, read either way", arguments: MatrixProductTests.formats)
  func packedWeights(format: BlockFormat) throws {
    var random = TestRandom(seed: 23)
    let inputs = 2 * max(format.elementsPerBlock, 64)
    let (rows, outputs) = (19, 51)
    let weights = random.weights(format, outputs: outputs, inputs: inputs)
    let decoded = Tensor(try weights.decoded(), shape: [outputs, inputs])
    let dy = Tensor(random.activations(rows: rows, inputs: outputs), shape: [rows, outputs])
    let x = Tensor(random.activations(rows: rows, inputs: inputs), shape: [rows, inputs])
    for set in InstructionSet.available {
      for threads in [1, 2] {
        let cpu = CPU(threads: threads, instructionSet: set)
        let packed = try weights.pack(cpu)
        #expect(cpu.product(.init(dy), .init(packed)).bits == cpu.product(.init(dy), .init(decoded)).bits)
        let forward = cpu.product(.init(x), .init(packed, .transposed))
        #expect(forward.bits == cpu.product(.init(x), .init(decoded, .transposed)).bits)
      }
    }
  }
}
