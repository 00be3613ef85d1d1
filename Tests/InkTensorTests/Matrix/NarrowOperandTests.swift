import InkTensor
import Testing

/// Factors in bf16 are those numbers in f32.
@Suite struct NarrowOperandTests {
  @Test("A product with weights in bf16 has the bits of one with the same numbers in f32", arguments: [1, 2])
  func products(threads: Int) {
    var random = TestRandom(seed: 21)
    for set in InstructionSet.available {
      let cpu = CPU(threads: threads, instructionSet: set)
      for size in ProductTests.sizes + [(5, 900, 40)] {
        let factors = Factors(&random, size)
        for reading in [MatrixOperand.Reading.asStored, .transposed] {
          let narrow = cpu.roundedToBFloat16(factors.stored(right: reading))
          #expect(narrow.dtype == .bf16)
          let wide = narrow.toFloat32()
          #expect(wide.bits != factors.stored(right: reading).bits || size.depth * size.columns < 4)
          let left = factors.left(.asStored)
          let product = cpu.product(left, MatrixOperand(narrow, reading))
          #expect(product.bits == cpu.product(left, MatrixOperand(wide, reading)).bits, "\(set) \(size) \(reading)")
        }
      }
    }
  }

  @Test("Rows of a table, maps and losses see bf16 weights as their f32 numbers, and so do gradients")
  func operations() throws {
    var random = TestRandom(seed: 22)
    let cpu = CPU(threads: 2)
    let narrow = cpu.roundedToBFloat16(Tensor(random.activations(rows: 37, inputs: 19), shape: [37, 19])).asParameter()
    let wide = narrow.toFloat32().asParameter()
    let bits = try [narrow, wide].map { table -> [[UInt32]] in
      let store = GradientStore(of: [table])
      let loss = cpu.valueAndGradient(of: store) { cpu in
        let rows = cpu.gatherRows([3, 36, 0, 3], of: .dense(table))
        let mapped = cpu.linear(rows, by: [.dense(table)], epilogues: [.none])[0]
        let again = cpu.linear(
          mapped, by: [.dense(Tensor([Float](repeating: 0.1, count: 19 * 37), shape: [19, 37]))], epilogues: [.none])[0]
        return cpu.crossEntropy(again, weight: .dense(table), targets: [1, 2, 3, 4], rowWeights: [1, 1, 1, 0.5]).loss
      }
      return [loss.bits, try #require(store[table]).bits]
    }
    #expect(bits[0] == bits[1])
  }
}
