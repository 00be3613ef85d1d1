import InkTensor
import InkTraining
import Testing

/// Weights of a small model with gradients that a random stream gives.
struct SmallModel {
  let parameters: [Parameter]

  init() {
    let shapes: [(String, Shape)] = [
      ("embedding.weight", [70, 64]), ("layers.0.mixer.query.weight", [16, 16]), ("layers.0.mixer.query.bias", [16]),
      ("layers.1.feedForward.up.weight", [16, 48]), ("norm.weight", [16]), ("head.weight", [50, 16]),
    ]
    parameters = shapes.map { Parameter(name: $0.0, value: Self.random(name: $0.0, step: 0, shape: $0.1)) }
  }

  static func random(name: String, step: UInt64, shape: Shape) -> Tensor {
    let stream = RandomStream(seed: 11, name: name, step: step)
    return Tensor((0..<shape.elementCount).map { Float(2 * stream.uniform(at: UInt64($0)) - 1) }, shape: shape)
  }

  func gradients(step: Int) -> [Tensor?] {
    parameters.map { Self.random(name: $0.name, step: UInt64(step + 1), shape: $0.value.shape) }
  }

  var bits: [[UInt32]] { parameters.map { $0.value.toArray().map(\.bitPattern) } }

  func optimizer(_ settings: OptimizerSettings, _ grouping: ParameterGrouping = ParameterGrouping()) throws -> Optimizer
  {
    try Optimizer(settings, plans: grouping.plans(for: parameters))
  }
}

@Suite("Optimizers") struct OptimizerTests {
  static let every: [OptimizerSettings] = [
    .adamW(), .codedAdamW(), .adam(), .adafactor(), .adafactor(beta1: 0.9), .lion(), .descent(),
    .descent(.heavyBall(momentum: 0.9)), .descent(.nesterov(momentum: 0.9)), .adagrad(), .rmsprop(momentum: 0.5),
    .muon(),
  ]

  @Test("A restored optimizer goes on with the same bits", arguments: every)
  func resume(_ settings: OptimizerSettings) throws {
    let cpu = CPU(threads: 2)
    let (whole, first) = (SmallModel(), SmallModel())
    let (one, two) = (try whole.optimizer(settings), try first.optimizer(settings))
    for step in 0..<6 {
      _ = try one.step(gradients: whole.gradients(step: step), learningRate: 0.01, clipping: .norm(1), on: cpu)
    }
    for step in 0..<3 {
      _ = try two.step(gradients: first.gradients(step: step), learningRate: 0.01, clipping: .norm(1), on: cpu)
    }
    let second = try first.optimizer(settings)
    try second.importState(two.exportedState())
    for step in 3..<6 {
      _ = try second.step(gradients: first.gradients(step: step), learningRate: 0.01, clipping: .norm(1), on: cpu)
    }
    #expect(whole.bits == first.bits)
    let (expected, found) = (try one.exportedState(), try second.exportedState())
    #expect(expected.map(\.name) == found.map(\.name))
    for (a, b) in zip(expected, found) { #expect(a.tensor.toArray() == b.tensor.toArray(), "\(a.name)") }
  }

  @Test("An imported state is a copy: the stored tensors stay as they are")
  func copies() throws {
    let cpu = CPU(threads: 1)
    let model = SmallModel()
    let (one, two) = (try model.optimizer(.adamW()), try model.optimizer(.adamW()))
    _ = try one.step(gradients: model.gradients(step: 0), learningRate: 0.01, clipping: .none, on: cpu)
    let stored = try one.exportedState()
    let before = stored.map { $0.tensor.toArray() }
    try two.importState(stored)
    _ = try two.step(gradients: model.gradients(step: 1), learningRate: 0.01, clipping: .none, on: cpu)
    #expect(stored.map { $0.tensor.toArray() } == before)
  }

  @Test("A state of another optimizer, with a tensor missing or left over, is refused by name")
  func otherStates() throws {
    let model = SmallModel()
    let optimizer = try model.optimizer(.adamW())
    let state = try optimizer.exportedState()
    let missing = #expect(throws: TrainingError.self) { try optimizer.importState(Array(state.dropFirst())) }
    #expect(missing?.context == "embedding.weight.first_moment")
    let extra = #expect(throws: TrainingError.self) {
      try optimizer.importState(state + [("layers.9.weight.first_moment", state[0].tensor)])
    }
    #expect(extra?.context == "layers.9.weight.first_moment")
    var other = state
    other[1].tensor = Tensor([0], shape: [1])
    let shape = #expect(throws: TrainingError.self) { try optimizer.importState(other) }
    #expect(shape?.context == "embedding.weight.second_moment")
    #expect(shape?.expected == "F32 [70, 64]")
    #expect(throws: TrainingError.self) { try optimizer.importState(model.optimizer(.lion()).exportedState()) }
    var steps = state
    steps[steps.count - 1].tensor = Tensor([0, 0], shape: [2])
    #expect(throws: TrainingError.self) { try optimizer.importState(steps) }
  }

  @Test("The bytes of a state are known before it is made", arguments: every)
  func bytes(_ settings: OptimizerSettings) throws {
    let model = SmallModel()
    let state = try model.optimizer(settings).exportedState().dropLast()
    let held = state.reduce(0) { $0 + $1.tensor.elementCount * $1.tensor.dtype.byteCount }
    #expect(try Optimizer.stateByteCount(settings, of: model.parameters) == held)
  }

  @Test("A weight without a gradient stays as it is, and its steps are not counted")
  func withoutGradient() throws {
    let cpu = CPU(threads: 1)
    let model = SmallModel()
    let optimizer = try model.optimizer(.adamW())
    let before = model.bits
    var gradients = model.gradients(step: 0)
    gradients[1] = nil
    _ = try optimizer.step(gradients: gradients, learningRate: 0.01, clipping: .none, on: cpu)
    #expect(model.bits[1] == before[1])
    #expect(model.bits[0] != before[0] && model.bits[5] != before[5])
    #expect(try optimizer.exportedState().last?.tensor.toIntegers() == [1, 0, 1, 1, 1, 1])
  }

  @Test("The norm is that of all gradients, and clipping by it is a factor")
  func clipping() throws {
    let cpu = CPU(threads: 2)
    let (clipped, scaled) = (SmallModel(), SmallModel())
    let gradients = clipped.gradients(step: 0)
    var sum = 0.0
    for element in gradients.flatMap({ $0?.toArray() ?? [] }) { sum += Double(element) * Double(element) }
    let norm = sum.squareRoot()
    let found = try clipped.optimizer(.descent()).step(
      gradients: gradients, learningRate: 0.5, clipping: .norm(1), on: cpu)
    #expect(abs(found - norm) <= 1e-12 * norm)
    let factor = Float(1 / (norm + 1e-6))
    let small = gradients.map { gradient in gradient.map { cpu.scale($0, by: factor) } }
    _ = try scaled.optimizer(.descent()).step(gradients: small, learningRate: 0.5, clipping: .none, on: cpu)
    #expect(clipped.bits == scaled.bits)
    #expect(GradientClipping.norm(1).scale(norm: 0.5).factor == 1)
    #expect(GradientClipping.norm(1).scale(norm: 3).factor == Float(1 / (3 + 1e-6)))
    #expect(throws: TrainingError.self) { try GradientClipping.norm(0).check() }
    #expect(throws: TrainingError.self) { try GradientClipping.value(.nan).check() }
  }

  @Test("Gradients that are not finite, of another shape or too few, and odd rates change nothing")
  func refusals() throws {
    let cpu = CPU(threads: 1)
    let model = SmallModel()
    let optimizer = try model.optimizer(.adamW())
    let before = model.bits
    func expectError(_ code: TrainingError.Code, rate: Double = 0.1, _ change: (inout [Tensor?]) -> Void) {
      var gradients = model.gradients(step: 0)
      change(&gradients)
      let error = #expect(throws: TrainingError.self) {
        try optimizer.step(gradients: gradients, learningRate: rate, clipping: .norm(1), on: cpu)
      }
      #expect(error?.code == code)
    }
    expectError(.divergence) { $0[2] = Tensor([Float](repeating: .nan, count: 16), shape: [16]) }
    expectError(.divergence) { $0[2] = Tensor([Float](repeating: .infinity, count: 16), shape: [16]) }
    expectError(.mismatch) { $0[5] = Tensor([1], shape: [1]) }
    expectError(.mismatch) { $0.removeLast() }
    expectError(.invalidValue, rate: -1) { _ in }
    expectError(.invalidValue, rate: .nan) { _ in }
    #expect(model.bits == before)
    #expect(try optimizer.exportedState().last?.tensor.toIntegers() == [0, 0, 0, 0, 0, 0])
  }

  @Test(
    "Settings that cannot be are refused",
    arguments: [
      .adamW(beta1: 1), .adamW(beta2: -0.1), .adam(epsilon: 0), .lion(beta1: .nan), .codedAdamW(block: 100),
      .codedAdamW(block: Int.max), .codedAdamW(smallest: -1), .adafactor(threshold: 0), .adafactor(epsilon: 0),
      .adafactor(size: .relativeToWeights(least: 0)), .descent(.nesterov(momentum: 1.5)), .adagrad(start: -1),
      .rmsprop(smoothing: 2), .muon(iterations: 0), .muon(momentum: 1),
    ] as [OptimizerSettings])
  func settings(_ settings: OptimizerSettings) throws {
    let model = SmallModel()
    let error = #expect(throws: TrainingError.self) { try model.optimizer(settings) }
    #expect(error?.code == .invalidValue)
  }

  @Test("Muon changes matrices; vectors, embeddings and heads are Adam's")
  func muon() throws {
    let model = SmallModel()
    let names = try model.optimizer(.muon()).exportedState().map(\.name)
    #expect(names.contains("layers.0.mixer.query.weight.momentum"))
    #expect(names.contains("layers.1.feedForward.up.weight.momentum"))
    for name in ["embedding.weight", "layers.0.mixer.query.bias", "norm.weight", "head.weight"] {
      #expect(names.contains("\(name).second_moment"))
    }
  }
}
