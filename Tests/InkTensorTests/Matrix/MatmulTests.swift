import InkTensor
import Testing

@Suite("Plain matrix products")
struct MatmulTests {
  @Test("both orders of the right-hand side give the product, the same bits on every instruction set")
  func bothOrders() {
    var random = TestRandom(seed: 1)
    for (rows, inner, columns) in [(1, 1, 1), (3, 5, 17), (30, 33, 47), (64, 2100, 20), (15, 1024, 33)] {
      let a = random.activations(rows: rows, inputs: inner)
      let b = random.activations(rows: inner, inputs: columns)
      var turned = b
      for k in 0..<inner { for n in 0..<columns { turned[n * inner + k] = b[k * columns + n] } }
      var first: [Float] = []
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let left = Tensor(a, shape: [rows, inner])
        let product = cpu.matmul(left, Tensor(b, shape: [inner, columns])).toArray()
        let transposed = cpu.matmul(left, Tensor(turned, shape: [columns, inner]), order: .transposed).toArray()
        #expect(product == transposed)
        if first.isEmpty { first = product }
        #expect(product == first)
      }
      for row in 0..<rows {
        for column in 0..<columns {
          var sum = 0.0
          var magnitude = 0.0
          for k in 0..<inner {
            let term = Double(a[row * inner + k]) * Double(b[k * columns + column])
            sum += term
            magnitude += abs(term)
          }
          #expect(abs(Double(first[row * columns + column]) - sum) <= 1e-6 * magnitude)
        }
      }
    }
  }

  @Test("an empty inner axis gives zeros")
  func emptyInner() {
    let cpu = CPU(threads: 1)
    #expect(cpu.matmul(Tensor([], shape: [2, 0]), Tensor([], shape: [0, 3])).toArray() == [0, 0, 0, 0, 0, 0])
  }
}
