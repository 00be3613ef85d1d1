import InkTensor
import Testing

/// What lies between operations, kept in half the memory.
@Suite struct KeptPrecisionTests {
  /// Layers of a norm, attention and a gated map, with their weights.
  private struct Layers {
    let weights: [Tensor]
    let input: Tensor
    static let (rows, width, inner) = (64, 32, 96)

    init() {
      var random = TestRandom(seed: 31)
      func matrix(_ rows: Int, _ columns: Int) -> Tensor {
        let drawn = random.activations(rows: rows, inputs: columns).map { $0 * 0.15 }
        return Tensor(drawn, shape: [rows, columns]).asParameter()
      }
      weights = (0..<3).flatMap { _ in
        [matrix(Self.width, Self.width), matrix(Self.inner, Self.width), matrix(Self.inner, Self.width)]
          + [matrix(Self.width, Self.inner)]
      }
      input = Tensor(random.activations(rows: Self.rows, inputs: Self.width), shape: [Self.rows, Self.width])
    }

    /// The loss, its gradients, and the memory that they took.
    func gradients(
      _ precision: KeptPrecision, isRecomputed: Bool = false, threads: Int = 1
    ) throws -> (loss: Float, gradients: [[Float]], memory: Int) {
      let cpu = CPU(threads: threads, keptMemory: .everything)
      let store = GradientStore(of: weights)
      let ones = Tensor([Float](repeating: 1, count: Self.width), shape: [Self.width])
      let loss = cpu.valueAndGradient(of: store, keeping: precision) { cpu in
        var x = input
        for layer in 0..<3 {
          let own = weights[4 * layer..<4 * layer + 4].map { Weight.dense($0) }
          let body: @Sendable (CPU, [Tensor]) -> [Tensor] = { cpu, inputs in
            let x = inputs[0]
            let normed = cpu.rmsNorm(x, weight: ones, epsilon: 1e-5)
            let heads = cpu.linear(normed, by: [own[0]], epilogues: [.none])[0].reshaped([Self.rows, 2, Self.width / 2])
            let seen = cpu.attention(
              heads, key: heads, value: heads, segments: [AttentionSegment(wholeSequence: 0..<Self.rows)],
              settings: AttentionSettings(scale: 0.25, mask: .causal))
            let gates = cpu.linear(seen, by: [own[1], own[2]], epilogues: [.none, .none])
            let bent = cpu.gated(gates[0], gates[1], .silu)
            return [cpu.linear(bent, by: [own[3]], epilogues: [.residual(x)])[0]]
          }
          x = isRecomputed ? cpu.checkpointed([x], body)[0] : body(cpu, [x])[0]
        }
        return cpu.squaredError(
          x.reshaped([x.elementCount, 1]), targets: [Float](repeating: 0.5, count: x.elementCount),
          weights: [Float](repeating: 1 / Float(x.elementCount), count: x.elementCount))
      }
      return (loss.toArray()[0], try weights.map { try #require(store[$0]).toArray() }, cpu.peakMemory)
    }
  }

  @Test(
    "The loss is the same, gradients agree to what bf16 holds, and what is kept takes about half",
    arguments: [false, true]
  )
  func halved(isRecomputed: Bool) throws {
    let layers = Layers()
    let wide = try layers.gradients(.f32, isRecomputed: isRecomputed)
    let narrow = try layers.gradients(.bf16, isRecomputed: isRecomputed)
    #expect(narrow.loss == wide.loss)
    for (found, expected) in zip(narrow.gradients, wide.gradients) {
      let length = expected.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      let apart = zip(found, expected).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
      // Rounding to nearest is wrong by 2^-8 at most, and by 0.0016 in the root of the mean square.
      #expect(apart < 0.01 * length, "\(apart / length)")
      // Cutting digits off would make what is kept 0.0028 smaller on average, and products of it by a multiple of that.
      let along = zip(found, expected).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(along / (length * length) - 1) < 0.0025, "\(along / (length * length))")
      #expect(apart > 0)
    }
    // Gradients and what is computed again are in f32 in both.
    if !isRecomputed {
      #expect(Double(narrow.memory) < 0.9 * Double(wide.memory), "\(narrow.memory) of \(wide.memory)")
    }
  }

  @Test("The bits do not depend on the threads")
  func threads() throws {
    let layers = Layers()
    let found = try [1, 2].map { try layers.gradients(.bf16, threads: $0).gradients.map { $0.map(\.bitPattern) } }
    #expect(found[0] == found[1])
  }
}
