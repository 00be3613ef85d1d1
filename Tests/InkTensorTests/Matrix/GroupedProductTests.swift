import InkTensor
import Testing

/// Products of groups of rows, each with a matrix of its own, against the same products one by one.
@Suite("Grouped products")
struct GroupedProductTests {
  /// Rows of the groups: one each as in decoding, none that share, many.
  private static let sizes: [[Int]] = [[1], [1, 1, 1], [3, 1, 40, 2], [17, 90], [1, 1, 1, 1, 1, 1, 1, 1, 1]]

  @Test("each group has the bits of its product alone", arguments: MatrixProductTests.formats, [1, 3])
  func sameBits(format: BlockFormat, threads: Int) throws {
    var random = TestRandom(seed: 5)
    let inputs = 2 * max(format.elementsPerBlock, 64)
    let outputs = 37
    for set in InstructionSet.available {
      let cpu = CPU(threads: threads, instructionSet: set)
      for sizes in GroupedProductTests.sizes {
        let rows = sizes.reduce(0, +)
        let x = random.activations(rows: rows, inputs: inputs)
        var groups: [Range<Int>] = []
        for size in sizes { groups.append((groups.last?.upperBound ?? 0)..<(groups.last?.upperBound ?? 0) + size) }
        let kinds = try (0..<2).map { _ in
          try sizes.map { _ in try random.weights(format, outputs: outputs, inputs: inputs).pack(cpu) }
        }
        let together = cpu.multiply(
          Tensor(x, shape: [rows, inputs]), groups: groups, by: kinds.map { $0.map(Weight.packed) })
        #expect(together.map(\.shape) == [[rows, outputs], [rows, outputs]])
        for (result, matrices) in zip(together, kinds) {
          for (group, matrix) in zip(groups, matrices) {
            let part = Tensor(
              Array(x[group.lowerBound * inputs..<group.upperBound * inputs]), shape: [group.count, inputs])
            let alone = cpu.multiply(part, by: matrix).toArray().map(\.bitPattern)
            #expect(result.slice(group).toArray().map(\.bitPattern) == alone, "\(set), rows \(group) of \(sizes)")
          }
        }
      }
    }
  }

  @Test("inputs that are cut for the cache keep their chains")
  func longInputs() throws {
    var random = TestRandom(seed: 6)
    let (inputs, sizes) = (4096 + 32, [1, 30])
    let cpu = CPU(threads: 2)
    let matrices = try sizes.map { _ in try random.weights(.f32, outputs: 20, inputs: inputs).pack(cpu) }
    let x = Tensor(random.activations(rows: 31, inputs: inputs), shape: [31, inputs])
    let together = cpu.multiply(x, groups: [0..<1, 1..<31], by: [matrices.map(Weight.packed)])[0]
    for (group, matrix) in zip([0..<1, 1..<31], matrices) {
      let alone = cpu.multiply(x.slice(group), by: matrix).toArray().map(\.bitPattern)
      #expect(together.slice(group).toArray().map(\.bitPattern) == alone)
    }
  }

  @Test("no rows give no results")
  func empty() {
    let cpu = CPU(threads: 1)
    #expect(cpu.multiply(Tensor([], shape: [0, 8]), groups: [], by: [[]])[0].shape == [0, 0])
  }
}
