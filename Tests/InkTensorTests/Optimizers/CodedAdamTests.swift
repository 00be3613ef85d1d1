import InkTensor
import Testing

@Suite("Adam with 8-bit moments") struct CodedAdamTests {
  private static let adam = AdamRule(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: .decoupled)

  @Test("The levels are those of bitsandbytes")
  func levels() throws {
    let fixture = try OptimizerFixture.load()
    for (code, expected) in [
      (DynamicCode.signed, fixture.signed_levels), (DynamicCode.unsigned, fixture.unsigned_levels),
    ] {
      #expect(code.levels.count == 256)
      #expect(zip(code.levels, expected).allSatisfy { abs($0 - $1) <= 1e-6 * abs($1) })
      #expect(code.levels[Int(code.zero)] == 0)
    }
  }

  /// One update from zero moments with beta1 = 0 and beta2 = 0: the moments are the gradients and their squares.
  private func codes(of gradients: [Float], set: InstructionSet) throws -> (first: [Int], second: [Int]) {
    let adam = AdamRule(beta1: 0, beta2: 0, epsilon: 1e-8, decay: .decoupled)
    let rule = try CodedAdamRule(adam: adam, block: 2048, smallest: 1)
    let shape: Shape = [gradients.count]
    let state = rule.slots(for: shape).map { $0.makeTensor() }
    let part = UpdatePart(
      value: Tensor(gradients, shape: shape), gradient: Tensor(gradients, shape: shape), state: state, step: 1,
      learningRate: 0, weightDecay: 0)
    try CPU(threads: 1, instructionSet: set).update([part], by: rule)
    return (state[0].toIntegers(), state[2].toIntegers())
  }

  @Test("A number gets the nearest level", arguments: InstructionSet.available)
  func nearest(_ set: InstructionSet) throws {
    func nearest(_ x: Float, _ levels: [Float]) -> Int {
      let distances = levels.map { abs(Double($0) - Double(x)) }
      return distances.firstIndex(of: distances.min() ?? 0) ?? 0
    }
    let signed = DynamicCode.signed.levels
    // The largest magnitude first, so that the scale is one; then levels and numbers right beside the borders.
    var numbers: [Float] = [1, 0, -0.0, -1, 1e-12, -1e-12, 1e-7, -1e-7, 2.7e-7, 2.8e-7, .leastNonzeroMagnitude]
    for (low, high) in zip(signed, signed.dropFirst()) {
      let middle = Float((Double(low) + Double(high)) / 2)
      numbers += [low, middle.nextDown.nextDown, middle.nextUp.nextUp]
    }
    numbers += OptimizerFixture.draw(seed: 9, count: 1000)
    let found = try codes(of: numbers, set: set)
    #expect(found.first == numbers.map { nearest($0, signed) })
    #expect(found.second == numbers.map { nearest($0 * $0, DynamicCode.unsigned.levels) })
  }

  @Test("Weights and codes are those of a plain implementation", arguments: InstructionSet.available)
  func values(_ set: InstructionSet) throws {
    let expected = try OptimizerFixture.load().coded_adam
    let rule = try CodedAdamRule(adam: Self.adam, block: expected.block, smallest: 1)
    let weight = TrainedWeight(seed: 7, shape: [expected.count], rule: rule)
    let cpu = CPU(threads: 2, instructionSet: set)
    for step in 0..<6 { try cpu.update([weight.part(step: step, weightDecay: 0.1)], by: rule) }
    let worst = zip(weight.value.toArray(), expected.weight).map { abs($0 - $1) }.max() ?? .infinity
    #expect(worst <= 2e-6)
    #expect(weight.state[0].toIntegers() == expected.first_codes)
    #expect(weight.state[2].toIntegers() == expected.second_codes)
  }

  @Test("Small weights keep exact moments")
  func small() throws {
    let rule = try CodedAdamRule(adam: Self.adam, block: 256, smallest: 4096)
    let (coded, exact) = (
      TrainedWeight(seed: 2, shape: [4095], rule: rule), TrainedWeight(seed: 2, shape: [4095], rule: Self.adam)
    )
    let cpu = CPU(threads: 1)
    try cpu.update([coded.part(step: 0, weightDecay: 0.1)], by: rule)
    try cpu.update([exact.part(step: 0, weightDecay: 0.1)], by: Self.adam)
    #expect(coded.everything == exact.everything)
    // Two codes a weight, and two scales for each of 16 blocks.
    let bytes = rule.slots(for: [4096]).reduce(0) { $0 + $1.byteCount }
    #expect(bytes == 8192 + 128)
  }

  @Test("The loss falls as with moments in full precision")
  func toyProblem() throws {
    let count = 5000
    let target = OptimizerFixture.draw(seed: 21, count: count)
    // Curvatures of 0.1 to 10.
    let curvature = OptimizerFixture.draw(seed: 22, count: count).map { $0 < 0 ? 0.1 - $0 : 10 * $0 + 0.1 }
    func losses(_ rule: some UpdateRule) throws -> [Double] {
      let weight = TrainedWeight(seed: 20, shape: [count], rule: rule)
      let cpu = CPU(threads: 2)
      var losses: [Double] = []
      for step in 1...150 {
        let x = weight.value.toArray()
        var gradient = [Float](repeating: 0, count: count)
        var loss = 0.0
        for index in 0..<count {
          let distance = x[index] - target[index]
          gradient[index] = curvature[index] * distance
          loss += Double(curvature[index] * distance * distance)
        }
        losses.append(loss)
        let part = UpdatePart(
          value: weight.value, gradient: Tensor(gradient, shape: [count]), state: weight.state, step: step,
          learningRate: 0.02, weightDecay: 0)
        try cpu.update([part], by: rule)
      }
      return losses
    }
    let exact = try losses(Self.adam)
    let coded = try losses(CodedAdamRule(adam: Self.adam, block: 256, smallest: 4096))
    #expect(exact[149] < exact[0] / 1000)
    for step in [10, 50, 100] { #expect(abs(coded[step] - exact[step]) <= 0.02 * exact[step], "step \(step)") }
    #expect(coded[149] < coded[0] / 1000)
  }
}
