import InkTensor
import Testing

/// The general f32 product against plain loops in double precision, and law 2: the same bits for every instruction set,
/// thread count, reading and cut.
@Suite("General products")
struct ProductTests {
  typealias Reading = MatrixOperand.Reading

  static let sizes: [(rows: Int, depth: Int, columns: Int)] = [
    (1, 1, 1), (3, 5, 17), (15, 29, 31), (30, 33, 129), (13, 70, 8), (43, 401, 66), (2, 800, 33),
  ]

  @Test("every reading of both factors gives the product, with the bits of the product with packed weights")
  func readings() throws {
    var random = TestRandom(seed: 11)
    for size in ProductTests.sizes {
      let factors = Factors(&random, size)
      let (sums, magnitudes) = factors.plainProduct
      var first: [UInt32] = []
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let packed = try PackedMatrix.pack(factors.stored(right: .transposed), cpu: cpu)
        let expected = cpu.multiply(factors.stored(left: .asStored), by: packed).bits
        if first.isEmpty { first = expected }
        #expect(expected == first)
        for left in [Reading.asStored, .transposed] {
          for right in [Reading.asStored, .transposed] {
            let product = cpu.product(factors.left(left), factors.right(right))
            #expect(product.bits == first, "\(set) \(size) \(left) \(right)")
          }
        }
      }
      for (index, bits) in first.enumerated() {
        #expect(abs(Double(Float(bitPattern: bits)) - sums[index]) <= 1e-6 * magnitudes[index])
      }
    }
  }

  @Test("a chain cut into pieces of the depth has the bits of the whole", arguments: InstructionSet.available)
  func accumulation(set: InstructionSet) {
    var random = TestRandom(seed: 12)
    let (tokens, outputs, inputs) = (97, 21, 35)
    let dy = Tensor(random.activations(rows: tokens, inputs: outputs), shape: [tokens, outputs])
    let x = Tensor(random.activations(rows: tokens, inputs: inputs), shape: [tokens, inputs])
    let before = random.activations(rows: outputs, inputs: inputs)
    for threads in [1, 2, 3] {
      let cpu = CPU(threads: threads, instructionSet: set)
      let whole = Tensor(before, shape: [outputs, inputs])
      cpu.product(.init(dy, .transposed), .init(x), into: whole, start: .fromOutput)
      let pieces = Tensor(before, shape: [outputs, inputs])
      for piece in [0..<1, 1..<40, 40..<40, 40..<96, 96..<97] {
        cpu.product(
          .init(dy.slice(piece), .transposed), .init(x.slice(piece)), into: pieces, start: .fromOutput)
      }
      #expect(pieces.bits == whole.bits)
      let together = Tensor(before, shape: [outputs, inputs])
      cpu.products(
        [0..<50, 50..<97].map { piece in
          MatrixProduct(
            .init(dy.slice(piece), .transposed), .init(x.slice(piece)), into: together, start: .fromOutput)
        })
      #expect(together.bits == whole.bits)
      let reference = Tensor(chain(from: before, dy.toArray(), x.toArray(), tokens: tokens), shape: [outputs, inputs])
      #expect(reference.bits == whole.bits)
    }
  }

  /// dWᵀ by fused multiply-adds one after the other.
  private func chain(from start: [Float], _ dy: [Float], _ x: [Float], tokens: Int) -> [Float] {
    let (outputs, inputs) = (dy.count / tokens, x.count / tokens)
    var result = start
    for token in 0..<tokens {
      for output in 0..<outputs {
        for input in 0..<inputs {
          result[output * inputs + input].addProduct(dy[token * outputs + output], x[token * inputs + input])
        }
      }
    }
    return result
  }

  @Test("a product larger than a pass has the bits of its rows and columns alone", arguments: [1, 2])
  func largeProducts(threads: Int) {
    var random = TestRandom(seed: 13)
    let cpu = CPU(threads: threads)
    for size in [(rows: 5, depth: 9_001, columns: 37), (rows: 29, depth: 700, columns: 6_100)] {
      let factors = Factors(&random, size)
      for right in [Reading.asStored, .transposed] {
        let whole = cpu.product(factors.left(.asStored), factors.right(right))
        let row = size.rows - 2
        let alone = cpu.product(.init(factors.stored(left: .asStored).slice(row..<row + 1)), factors.right(right))
        #expect(whole.slice(row..<row + 1).bits == alone.bits)
        let columns = size.columns - 3..<size.columns
        let few = cpu.product(
          factors.left(.transposed), .init(factors.stored(right: .transposed).slice(columns), .transposed))
        let bits = whole.bits
        let cut = (0..<size.rows).flatMap { row in columns.map { bits[row * size.columns + $0] } }
        #expect(few.bits == cut)
        let turned = cpu.product(
          .init(factors.stored(right: .transposed)), .init(factors.stored(left: .asStored), .transposed))
        #expect(turned.transposedBits == bits)
      }
    }
  }

  @Test("bias and residual are added to finished chains, as by the product with packed weights")
  func epilogues() throws {
    var random = TestRandom(seed: 14)
    for size in ProductTests.sizes {
      let factors = Factors(&random, size)
      let bias = Tensor(random.activations(rows: 1, inputs: size.columns), shape: [size.columns])
      let residual = Tensor(
        random.activations(rows: size.rows, inputs: size.columns), shape: [size.rows, size.columns])
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let packed = try PackedMatrix.pack(factors.stored(right: .transposed), cpu: cpu)
        let x = factors.stored(left: .asStored)
        for epilogue in [
          MatrixEpilogue.bias(bias), .residual(residual), .biasAndResidual(bias: bias, residual: residual),
        ] {
          let product = cpu.product(.init(x), factors.right(.asStored), epilogue: epilogue)
          #expect(product.bits == cpu.multiply(x, by: packed, epilogue: epilogue).bits, "\(set) \(size)")
        }
      }
    }
  }

  @Test("no rows, no columns and no depth are products too")
  func empty() {
    let cpu = CPU(threads: 2)
    let none = Tensor([], shape: [0, 4])
    let four = Tensor([1, 2, 3, 4, 5, 6, 7, 8], shape: [2, 4])
    #expect(cpu.product(.init(none), .init(four, .transposed)).shape == [0, 2])
    #expect(cpu.product(.init(four), .init(none, .transposed)).shape == [2, 0])
    let output = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])
    let (left, right) = (Tensor([], shape: [2, 0]), Tensor([], shape: [0, 3]))
    cpu.product(.init(left), .init(right), into: output, start: .fromOutput)
    #expect(output.toArray() == [1, 2, 3, 4, 5, 6])
    let bias = Tensor([10, 20, 30], shape: [3])
    cpu.product(.init(left), .init(right), into: output, start: .fromOutput, epilogue: .bias(bias))
    #expect(output.toArray() == [11, 22, 33, 14, 25, 36])
    cpu.product(.init(left), .init(right), into: output)
    #expect(output.toArray() == [0, 0, 0, 0, 0, 0])
  }

  @Test("values that are not finite stay where their rows and columns are")
  func notFinite() {
    let cpu = CPU(threads: 1)
    var a = [Float](repeating: 1, count: 15 * 9)
    a[14 * 9 + 3] = .nan
    a[9 + 1] = .infinity
    let product = cpu.product(
      .init(Tensor(a, shape: [15, 9])), .init(Tensor([Float](repeating: 2, count: 27), shape: [9, 3])))
    let values = product.toArray()
    for row in 0..<15 {
      for column in 0..<3 {
        let value = values[row * 3 + column]
        switch row {
        case 14: #expect(value.isNaN)
        case 1: #expect(value == .infinity)
        default: #expect(value == 18)
        }
      }
    }
  }
}
