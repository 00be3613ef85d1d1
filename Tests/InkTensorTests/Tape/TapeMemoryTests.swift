import InkTensor
import Testing

/// What a tape keeps between the way forward and the way back.
@Suite("Memory of a tape")
struct TapeMemoryTests {
  private static let (rows, width, layers) = (512, 256, 12)
  /// The bytes of one result, [rows, width].
  private static let resultBytes = 4 * rows * width

  private struct Stack {
    let matrices = (0..<layers).map { GradientCheck.input([width, width], seed: UInt64($0)).asParameter() }
    let norms = (0..<layers).map { GradientCheck.input([width], seed: UInt64(100 + $0)).asParameter() }

    /// One step of training without its update; its loss and the gradients.
    func step(_ store: GradientStore, _ x: Tensor, on cpu: CPU) -> Float {
      store.clear()
      return cpu.valueAndGradient(of: store) { cpu in
        var stream = x
        for (matrix, norm) in zip(matrices, norms) {
          let normalized = cpu.rmsNorm(stream, weight: norm, epsilon: 1e-5)
          stream = cpu.linear(normalized, by: [.dense(matrix)], epilogues: [.residual(stream)])[0]
        }
        return cpu.crossEntropy(
          stream, weight: .dense(matrices[0]), targets: [Int32](repeating: 3, count: rows),
          rowWeights: [Float](repeating: 1 / Float(rows), count: rows)
        ).loss
      }.toArray()[0]
    }
  }

  @Test("results of norms are not kept beside the rows that they are made of")
  func norms() {
    let stack = Stack()
    let cpu = CPU(threads: 1, keptMemory: .everything)
    let store = GradientStore(of: stack.matrices + stack.norms)
    _ = stack.step(store, GradientCheck.input([Self.rows, Self.width], seed: 7), on: cpu)
    // One residual stream a layer, and what the loss needs; norms would be as many again.
    #expect(cpu.peakMemory < 2 * Self.layers * Self.resultBytes)
  }

  @Test("steps after the first need no more memory and give the same bits")
  func again() {
    let stack = Stack()
    let cpu = CPU(threads: 1, keptMemory: .everything)
    let store = GradientStore(of: stack.matrices + stack.norms)
    let x = GradientCheck.input([Self.rows, Self.width], seed: 7)
    let loss = stack.step(store, x, on: cpu)
    let gradients = store.parameters.map { store[$0]?.toArray() }
    let peak = cpu.peakMemory
    for _ in 0..<3 {
      #expect(stack.step(store, x, on: cpu) == loss)
      #expect(store.parameters.map { store[$0]?.toArray() } == gradients)
    }
    #expect(cpu.peakMemory <= peak + Self.resultBytes / 8)
  }

  @Test("the gradient of a head that a loss hands over is added to what is there")
  func handedOver() {
    let cpu = CPU(threads: 2)
    let head = GradientCheck.input([9, 5], seed: 1).asParameter()
    let (first, second) = (GradientCheck.input([3, 5], seed: 2), GradientCheck.input([4, 5], seed: 3))
    func gradient(_ parts: [Tensor]) -> [Float] {
      let store = GradientStore(of: [head])
      for part in parts {
        _ = cpu.valueAndGradient(of: store) { cpu in
          cpu.crossEntropy(
            part, weight: .dense(head), targets: [Int32](repeating: 2, count: part.shape[0]),
            rowWeights: [Float](repeating: 1, count: part.shape[0])
          ).loss
        }
      }
      return store[head]?.toArray() ?? []
    }
    let (one, other) = (gradient([first]), gradient([second]))
    #expect(one.count == 45)
    #expect(gradient([first, second]) == zip(one, other).map { $0 + $1 })
    #expect(gradient([first]) == one)
  }
}
