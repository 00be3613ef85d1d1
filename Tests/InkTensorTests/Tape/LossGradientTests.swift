import InkTensor
import Testing

@Suite struct LossGradientTests {
  private func input(_ shape: Shape, _ seed: UInt64) -> Tensor { GradientCheck.input(shape, seed: seed) }

  @Test("Gradients of the cross-entropy of some classes agree with differences", arguments: [Float(0), 0.2])
  func classes(smoothing: Float) {
    GradientCheck(cpu: CPU(threads: 2))([input([4, 5], 1)], "smoothing \(smoothing)") {
      [
        $0.crossEntropy(
          ofLogits: $1[0], targets: [4, 0, 2, 2], rowWeights: [1, 0.5, 0, 2], labelSmoothing: smoothing)
      ]
    }
  }

  @Test("The cross-entropy of scores is that of the same scores through a map")
  func sameAsMapped() {
    let cpu = CPU(threads: 1)
    let logits = input([3, 4], 2)
    let identity = Weight.dense(Tensor((0..<16).map { $0 % 5 == 0 ? 1 : 0 }, shape: [4, 4]))
    let mapped = cpu.crossEntropy(
      logits, weight: identity, targets: [1, 3, 0], rowWeights: [1, 2, 3],
      settings: CrossEntropySettings(labelSmoothing: 0.1)
    ).loss.toArray()[0]
    let own = cpu.crossEntropy(ofLogits: logits, targets: [1, 3, 0], rowWeights: [1, 2, 3], labelSmoothing: 0.1)
      .toArray()[0]
    #expect(abs(own - mapped) < 1e-5)
  }

  @Test("Gradients of squared differences and of what is above zero agree with differences")
  func squaresAndHinges() {
    let cpu = CPU(threads: 1)
    GradientCheck(cpu: cpu)([input([5, 1], 3)], "squares") {
      [$0.squaredError($1[0], targets: [1, 0, -1, 2, 0.5], weights: [1, 2, 0, 0.5, 1])]
    }
    // No element is so near to zero that the differences see the corner.
    GradientCheck(cpu: cpu)([Tensor([1, -1, 0.5, -0.25], shape: [4])], "hinges") {
      [$0.hingeSum($1[0], weights: [1, 1, 3, 2])]
    }
  }

  @Test("Gradients of the cross-entropy of sigmoids agree with differences")
  func sigmoids() {
    GradientCheck(cpu: CPU(threads: 1))([input([5, 1], 6)], "sigmoids") {
      [$0.binaryCrossEntropy($1[0], targets: [1, 0, 0.5, 0.2, 1], weights: [1, 2, 0, 0.5, 1])]
    }
  }

  @Test("The cross-entropy of sigmoids has the reference's values, far from zero too")
  func sigmoidValues() throws {
    let cpu = CPU(threads: 1)
    let x = Tensor([-2.5, 0, 0.75, 3, 90, -120], shape: [6, 1]).asParameter()
    let targets: [Float] = [0, 1, 0.25, 0.9, 0, 1]
    // torch.nn.BCEWithLogitsLoss(reduction="none") and the gradients of its sum, in double precision.
    let expected = [0.078889734, 0.693147181, 0.949371006, 0.348587352, 90.0, 120.0]
    let gradients = [0.07585818, -0.5, 0.429178699, 0.052574127, 1.0, -1.0]
    for (index, value) in expected.enumerated() {
      var weights = [Float](repeating: 0, count: targets.count)
      weights[index] = 1
      let found = Double(cpu.binaryCrossEntropy(x, targets: targets, weights: weights).toArray()[0])
      #expect(abs(found - value) <= 1e-6 * max(1, value))
    }
    let store = GradientStore(of: [x])
    _ = cpu.valueAndGradient(of: store) { cpu in
      cpu.binaryCrossEntropy(x, targets: targets, weights: targets.map { _ in 1 })
    }
    for (found, wanted) in zip(try #require(store[x]).toArray(), gradients) {
      #expect(abs(Double(found) - wanted) < 1e-6)
    }
  }

  @Test("Gradients of the distance from an order agree with differences")
  func order() {
    GradientCheck(cpu: CPU(threads: 1), step: 1e-3)([input([5], 4)]) {
      [$0.pairOrder($1[0], order: [0.5, 0, 0.5, 1, 0.2], scale: 3, weight: 2)]
    }
  }

  @Test("What is in order for certain, or cannot be out of order, is far from it by nothing")
  func inOrder() {
    let cpu = CPU(threads: 1)
    let x = Tensor([0, 10, 20], shape: [3])
    #expect(cpu.pairOrder(x, order: [1, 2, 3], scale: 100, weight: 1).toArray() == [0])
    #expect(cpu.pairOrder(x, order: [1, 1, 1], scale: 1, weight: 1).toArray() == [0])
    // Exponents far above what an exponential can hold.
    #expect(cpu.pairOrder(x, order: [3, 2, 1], scale: 100, weight: 1).toArray() == [2000])
  }

  @Test("Gradients of dot products, distances and angles of rows agree with differences")
  func pairs() {
    let cpu = CPU(threads: 2)
    let inputs = [input([4, 6], 5), input([4, 6], 6)]
    GradientCheck(cpu: cpu)(inputs, "dots") { [$0.rowDots($1[0], $1[1])] }
    GradientCheck(cpu: cpu)(inputs, "distances") { [$0.rowDistances($1[0], $1[1])] }
    GradientCheck(cpu: cpu)(inputs, "angles") { [$0.rowAngles($1[0], $1[1])] }
  }
}
