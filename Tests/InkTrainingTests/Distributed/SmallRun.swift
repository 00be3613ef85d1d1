import InkTensor
import InkTraining

/// A table of vectors and a head that learn which number follows which, by descent with momentum: all that a run over
/// several processes shares, small.
struct SmallRun {
  struct Outcome: Sendable, Equatable {
    var losses: [Double] = []
    var norms: [Double] = []
    /// The bits of every weight at the end.
    var values: [[UInt32]] = []
  }

  static let entries = 11
  static let width = 6
  /// What follows what, in each step.
  static let samples: [(Int, Int32)] = [(0, 3), (1, 4), (2, 10), (7, 7), (10, 0), (5, 1), (3, 3)]

  let parallel: DataParallel
  let cpu: CPU
  let store: GradientStore
  var momenta: [[StateEntry]]

  /// Only rank 0 begins with the weights of the run.
  init(_ communicator: any Communicator, sharing: GradientSharing, threads: Int = 1) throws {
    cpu = CPU(threads: threads)
    let isFirst = communicator.rank == 0
    func weight(_ name: String, _ shape: Shape) -> Parameter {
      var random = RandomStream(seed: 3, name: name)
      let values = (0..<shape.elementCount).map { _ in isFirst ? Float(random.nextUniform() - 0.5) : .nan }
      return Parameter(name: name, value: Tensor(values, shape: shape).asParameter())
    }
    let parameters = [
      weight("table", [Self.entries, Self.width]), weight("head", [Self.entries, Self.width]),
      weight("bias", [Self.entries]), weight("unused", [2, 3]),
    ]
    parallel = DataParallel(parameters: parameters, sharing: sharing, communicator: communicator, cpu: cpu)
    store = GradientStore(of: parameters.map(\.value))
    momenta = parallel.ownedParameters.map { parameter in
      let zeros = [Float](repeating: 0, count: parameter.value.elementCount)
      return [StateEntry(name: "momentum", tensor: Tensor(zeros, shape: parameter.value.shape))]
    }
    try parallel.shareValues()
  }

  /// Steps of training.
  mutating func run(_ steps: Int) throws -> Outcome {
    var outcome = Outcome()
    for _ in 0..<steps {
      store.clear()
      let block = parallel.samples(of: Self.samples.count)
      let local = try block.reduce(0.0) { try $0 + loss(of: Self.samples[$1]) }
      try parallel.reduce(store)
      outcome.losses.append(try parallel.sum([local])[0])
      let norm = try parallel.gradientNorm(store)
      outcome.norms.append(norm)
      update(scale: Float(min(1, 0.5 / norm)))
      try parallel.gatherValues()
    }
    outcome.values = parallel.parameters.map { $0.value.toArray().map(\.bitPattern) }
    return outcome
  }

  private func loss(of sample: (Int, Int32)) throws -> Double {
    let values = parallel.parameters.map(\.value)
    let value = cpu.valueAndGradient(of: store) { cpu in
      let x = cpu.gatherRows([sample.0], of: .dense(values[0]))
      return cpu.crossEntropy(
        x, weight: .dense(values[1]), bias: values[2], targets: [sample.1],
        rowWeights: [1 / Float(Self.samples.count)], settings: CrossEntropySettings()
      ).loss
    }
    return Double(value.toArray()[0])
  }

  private func update(scale: Float) {
    for (parameter, state) in zip(parallel.ownedParameters, momenta) {
      guard let gradient = store[parameter.value] else { continue }
      cpu.scaleInPlace(state[0].tensor, by: 0.9)
      cpu.addInPlace(gradient, times: scale, to: state[0].tensor)
      cpu.addInPlace(state[0].tensor, times: -0.3, to: parameter.value)
    }
  }
}
