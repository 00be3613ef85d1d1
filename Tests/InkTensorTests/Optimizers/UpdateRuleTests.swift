import InkTensor
import Testing

/// A rule with the weight decay of the reference, and how near it comes.
struct RuleCase: Sendable, CustomTestStringConvertible {
  let name: String
  let rule: any UpdateRule
  var weightDecay = 0.1
  var tolerance: Float = 2e-6
  var shapes = ["matrix", "tall", "vector", "stack"]

  var testDescription: String { name }

  private static func adafactor(
    _ rate: AdafactorRate, _ size: AdafactorSize, beta1: Double? = nil
  ) -> AdafactorRule {
    AdafactorRule(rate: rate, size: size, decayExponent: -0.8, epsilon: 1e-30, threshold: 1, beta1: beta1)
  }

  static let all: [RuleCase] = [
    RuleCase(name: "adamw", rule: AdamRule(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: .decoupled)),
    RuleCase(name: "adam_l2", rule: AdamRule(beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: .l2)),
    RuleCase(name: "sgd", rule: MomentumRule(.plain)),
    RuleCase(name: "sgd_momentum", rule: MomentumRule(.heavyBall(momentum: 0.9))),
    RuleCase(name: "sgd_nesterov", rule: MomentumRule(.nesterov(momentum: 0.9)), weightDecay: 0),
    RuleCase(name: "adagrad", rule: RootRule(.adagrad(start: 0.2, rateDecay: 0.1), epsilon: 1e-10)),
    RuleCase(
      name: "rmsprop", rule: RootRule(.rmsprop(smoothing: 0.99, momentum: 0), epsilon: 1e-8), weightDecay: 0),
    RuleCase(name: "rmsprop_momentum", rule: RootRule(.rmsprop(smoothing: 0.99, momentum: 0.9), epsilon: 1e-8)),
    RuleCase(name: "lion", rule: LionRule(beta1: 0.9, beta2: 0.99)),
    RuleCase(name: "adafactor", rule: adafactor(.scheduled, .absolute), weightDecay: 0),
    RuleCase(name: "adafactor_moment", rule: adafactor(.scheduled, .absolute, beta1: 0.9)),
    RuleCase(
      name: "adafactor_own", rule: adafactor(.inverseRoot, .relativeToWeights(least: 1e-3)), weightDecay: 0),
    RuleCase(
      name: "adafactor_warm_up", rule: adafactor(.inverseRootWithWarmUp, .relativeToWeights(least: 1e-3)),
      weightDecay: 0),
    RuleCase(
      name: "muon", rule: MuonRule(momentum: 0.95, iterations: 5, rateScale: .byShape), tolerance: 1e-5,
      shapes: ["matrix", "tall"]),
    RuleCase(
      name: "muon_adam", rule: MuonRule(momentum: 0.95, iterations: 5, rateScale: .matchingAdam), tolerance: 1e-5,
      shapes: ["matrix", "tall"]),
    // Its iterations run in bf16.
    RuleCase(
      name: "muon_torch", rule: MuonRule(momentum: 0.95, iterations: 5, rateScale: .byShape), tolerance: 0.01,
      shapes: ["matrix", "tall"]),
  ]

  /// Those that differ in what they compute, and 8-bit Adam.
  static func distinct() throws -> [RuleCase] {
    let adam = AdamRule(beta1: 0.9, beta2: 0.95, epsilon: 1e-8, decay: .decoupled)
    return try all.filter { !$0.name.hasPrefix("muon_") }
      + [RuleCase(name: "coded adamw", rule: CodedAdamRule(adam: adam, block: 64, smallest: 30))]
  }
}

@Suite("Updates of weights") struct UpdateRuleTests {
  @Test("Weights after several steps are those of the reference", arguments: RuleCase.all)
  func values(_ example: RuleCase) throws { try compare(example, example.rule) }

  private func compare(_ example: RuleCase, _ rule: some UpdateRule) throws {
    let fixture = try OptimizerFixture.load()
    for name in example.shapes {
      let shape = Shape(try #require(fixture.shapes[name]))
      let expected = try #require(fixture.results[example.name]?[name])
      for set in InstructionSet.available {
        let cpu = CPU(threads: 2, instructionSet: set)
        let weight = TrainedWeight(seed: name.utf8.count, shape: shape, rule: rule)
        for step in 0..<fixture.steps {
          // Adafactor with its own rate takes the learning rate as a factor.
          var part = weight.part(step: step, weightDecay: example.weightDecay)
          if example.name == "adafactor_own" || example.name == "adafactor_warm_up" {
            part = UpdatePart(
              value: part.value, gradient: part.gradient, state: part.state, step: part.step, learningRate: 1,
              weightDecay: 0)
          }
          try cpu.update([part], by: rule)
        }
        let found = weight.value.toArray()
        #expect(found.count == expected.count)
        let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= example.tolerance, "\(name) on \(set)")
      }
    }
  }

  @Test("The bits do not depend on instruction set and threads", arguments: try RuleCase.distinct())
  func sameBits(_ example: RuleCase) { sameBits(example.rule) }

  private func sameBits(_ rule: some UpdateRule) {
    let shapes: [Shape] = [[1], [15], [16], [17], [3, 5], [70_001], [129, 333], [2, 40, 7], [0], [300, 1]]
    let different = backendsThatDiffer { cpu in
      let weights = shapes.enumerated().map { TrainedWeight(seed: $0 + 1, shape: $1, rule: rule) }
      for step in 0..<3 {
        let parts = weights.map { $0.part(step: step, weightDecay: 0.1) }
        do { try cpu.update(parts, by: rule, scale: GradientScale(factor: 0.7, limit: 0.4)) } catch {
          Issue.record(error)
        }
      }
      let everything = weights.flatMap(\.everything)
      return Tensor(everything, shape: [everything.count])
    }
    #expect(different.isEmpty)
  }

  @Test("A weight changes alike alone and among others", arguments: try RuleCase.distinct())
  func together(_ example: RuleCase) throws { try together(example.rule) }

  private func together(_ rule: some UpdateRule) throws {
    let cpu = CPU(threads: 2)
    let shapes: [Shape] = (1...40).map { [$0 % 7 + 1, $0] }
    func weights() -> [TrainedWeight] { shapes.map { TrainedWeight(seed: $0[1], shape: $0, rule: rule) } }
    let (alone, among) = (weights(), weights())
    for step in 0..<2 {
      try cpu.update(among.map { $0.part(step: step, weightDecay: 0.1) }, by: rule)
      for weight in alone { try cpu.update([weight.part(step: step, weightDecay: 0.1)], by: rule) }
    }
    #expect(alone.flatMap(\.everything) == among.flatMap(\.everything))
  }

  @Test("Gradients are scaled and bounded as if that had been done before", arguments: try RuleCase.distinct())
  func scale(_ example: RuleCase) throws { try scale(example.rule) }

  private func scale(_ rule: some UpdateRule) throws {
    let cpu = CPU(threads: 1)
    let (read, made) = (
      TrainedWeight(seed: 3, shape: [12, 11], rule: rule), TrainedWeight(seed: 3, shape: [12, 11], rule: rule)
    )
    for step in 0..<2 {
      let part = read.part(step: step, weightDecay: 0)
      try cpu.update([part], by: rule, scale: GradientScale(factor: 0.5, limit: 0.125))
      let scaled = part.gradient.toArray().map { min(max($0 * 0.5, -0.125), 0.125) }
      let other = UpdatePart(
        value: made.value, gradient: Tensor(scaled, shape: [12, 11]), state: made.state, step: part.step,
        learningRate: part.learningRate, weightDecay: 0)
      try cpu.update([other], by: rule)
    }
    #expect(read.everything == made.everything)
  }

  @Test("Gradients and states of other shapes are refused, and nothing changes")
  func refusals() throws {
    let cpu = CPU(threads: 1)
    let rule = AdamRule(beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: .decoupled)
    let good = TrainedWeight(seed: 1, shape: [4, 3], rule: rule)
    let before = good.everything
    let part = good.part(step: 0, weightDecay: 0)
    func changed(
      gradient: Tensor? = nil, value: Tensor? = nil, state: [Tensor]? = nil, step: Int = 1
    ) -> UpdatePart {
      UpdatePart(
        value: value ?? part.value, gradient: gradient ?? part.gradient, state: state ?? part.state, step: step,
        learningRate: 0.1, weightDecay: 0)
    }
    let wrong = [
      changed(gradient: cpu.zeros([3, 4])), changed(gradient: cpu.zeros([4, 3]).transposed([1, 0])),
      changed(value: cpu.zeros([3, 4]).transposed([1, 0])), changed(state: []),
      changed(state: [part.state[0], cpu.zeros([12])]), changed(step: 0),
    ]
    for other in wrong {
      #expect(throws: TensorError.self) { try cpu.update([part, other], by: rule) }
    }
    #expect(good.everything == before)
    #expect(throws: TensorError.self) { try CodedAdamRule(adam: rule, block: 4096, smallest: 1) }
    #expect(throws: TensorError.self) { try CodedAdamRule(adam: rule, block: 24, smallest: 1) }
    #expect(throws: TensorError.self) { try CodedAdamRule(adam: rule, block: 0, smallest: 1) }
  }

  @Test("Muon's direction has singular values near one", arguments: [[6, 6], [20, 5], [5, 20]])
  func orthogonal(_ extents: [Int]) {
    let cpu = CPU(threads: 2)
    let shape = Shape(extents)
    let matrix = Tensor(OptimizerFixture.draw(seed: 5, count: shape.elementCount), shape: shape)
    let rule = MuonRule(momentum: 0.9, iterations: 5, rateScale: .byShape)
    let result = rule.orthogonalized(matrix, on: cpu)
    let gram =
      extents[0] <= extents[1]
      ? cpu.matmul(result, result, order: .transposed)
      : cpu.product(MatrixOperand(result, .transposed), MatrixOperand(result))
    let side = gram.shape[0]
    let trace = (0..<side).map { gram.toArray()[$0 * side + $0] }
    #expect(trace.allSatisfy { $0 > 0.4 && $0 < 1.5 })
  }
}
