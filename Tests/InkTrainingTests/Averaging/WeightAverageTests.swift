import InkTensor
import InkTraining
import Testing

@Suite("Averages of weights") struct WeightAverageTests {
  private let cpu = CPU(threads: 2)

  /// Some steps of a model with an average beside it.
  private func trained(_ decay: AverageDecay, steps: Int) throws -> (model: SmallModel, average: WeightAverage) {
    let model = SmallModel()
    let average = try WeightAverage(of: model.parameters, decay: decay, on: cpu)
    let optimizer = try model.optimizer(.descent())
    for step in 0..<steps {
      _ = try optimizer.step(gradients: model.gradients(step: step), learningRate: 0.1, clipping: .none, on: cpu)
      average.update(on: cpu)
    }
    return (model, average)
  }

  @Test("The average is the sum of weights that decay", arguments: [AverageDecay.constant(0.9), .growing(to: 0.3)])
  func values(_ decay: AverageDecay) throws {
    let (model, average) = try trained(decay, steps: 4)
    let other = SmallModel()
    var expected = other.parameters.map { $0.value.toArray().map(Double.init) }
    let optimizer = try other.optimizer(.descent())
    for step in 0..<4 {
      _ = try optimizer.step(gradients: other.gradients(step: step), learningRate: 0.1, clipping: .none, on: cpu)
      let kept =
        switch decay {
        case .constant(let share): share
        case .growing(let share): min(share, Double(1 + step) / Double(10 + step))
        }
      for (index, parameter) in other.parameters.enumerated() {
        for (place, value) in parameter.value.toArray().enumerated() {
          expected[index][place] += (1 - kept) * (Double(value) - expected[index][place])
        }
      }
    }
    average.withAverages(on: cpu) {
      for (parameter, exact) in zip(model.parameters, expected) {
        let wrong = zip(parameter.value.toArray(), exact).contains { abs(Double($0) - $1) > 1e-6 }
        #expect(!wrong, "\(parameter.name)")
      }
    }
  }

  @Test("Weights are back to the bit after an evaluation, also one that fails")
  func restoration() throws {
    struct Failure: Error {}
    let (model, average) = try trained(.constant(0.5), steps: 2)
    let (weights, averages) = (model.bits, average.state.averages.map { $0.tensor.toArray() })
    let inside = average.withAverages(on: cpu) { model.bits }
    #expect(inside != weights)
    #expect(inside == averages.map { $0.map(\.bitPattern) })
    #expect(throws: Failure.self) {
      try average.withAverages(on: cpu) { () throws(Failure) in throw Failure() }
    }
    #expect(model.bits == weights)
    #expect(average.state.averages.map { $0.tensor.toArray() } == averages)
  }

  @Test("A restored average goes on with the same bits")
  func resume() throws {
    let (model, average) = try trained(.growing(to: 0.99), steps: 3)
    let other = try WeightAverage(of: model.parameters, decay: .growing(to: 0.99), on: cpu)
    try other.restore(average.state.averages, updates: average.state.updates, on: cpu)
    average.update(on: cpu)
    other.update(on: cpu)
    #expect(
      average.state.averages.map { $0.tensor.toArray() } == other.state.averages.map { $0.tensor.toArray() })
    #expect(average.state.updates == 4 && other.state.updates == 4)
    #expect(throws: TrainingError.self) {
      try other.restore(Array(average.state.averages.dropLast()), updates: 1, on: cpu)
    }
    #expect(throws: TrainingError.self) { try other.restore(average.state.averages, updates: -1, on: cpu) }
    #expect(throws: TrainingError.self) { try WeightAverage(of: model.parameters, decay: .constant(1), on: cpu) }
  }
}
