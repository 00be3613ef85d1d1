package import InkTensor

/// The gradient of one step of training: clean passes over the batches that are accumulated, and attacked ones.
package struct GradientPass<Model: TrainedModel> {
  package let model: Model
  package let store: GradientStore
  package let adversarial: AdversarialTraining?
  package let summation: PartSummation
  package let seed: UInt64
  package let cpu: CPU

  package init(
    model: Model, store: GradientStore, adversarial: AdversarialTraining?, summation: PartSummation = .chained,
    seed: UInt64, cpu: CPU
  ) {
    self.model = model
    self.store = store
    self.adversarial = adversarial
    self.summation = summation
    self.seed = seed
    self.cpu = cpu
  }

  /// Adds the gradients of all parts to the store.
  ///
  /// - Parameters:
  ///   - parts: the batches of the step that are this process's.
  ///   - first: the position of the first of them among those of the whole step.
  ///   - weight: the weight of all terms of their loss, in all processes.
  /// - Returns: the mean loss of the clean passes.
  package func run(
    _ parts: [Model.Batch], first: Int = 0, weight: Double, step: Int
  ) throws(TrainingError) -> Double {
    var loss = 0.0
    let own = summation == .apart && parts.count > 1 ? GradientStore(of: model.parameters.map(\.value)) : nil
    for (index, part) in parts.enumerated() {
      let moment = TrainingMoment(seed: seed, step: step, part: first + index)
      if index > 0, let own {
        own.clear()
        loss += try run(part, share: 1 / weight, moment: moment, into: own)
        add(own, to: store)
      } else {
        loss += try run(part, share: 1 / weight, moment: moment, into: store)
      }
    }
    return loss
  }

  /// Adds the gradients of one store to another.
  func add(_ source: GradientStore, to destination: GradientStore) {
    for parameter in model.parameters {
      if let part = source[parameter.value] { destination.add(part, to: parameter.value, on: cpu) }
    }
  }

  private func run(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, into store: GradientStore
  ) throws(TrainingError) -> Double {
    switch adversarial {
    case nil: return try pass(batch, share: share, moment: moment, into: store)
    case .fgm(let epsilon):
      return try attackTable(batch, share: share, moment: moment, epsilon: epsilon, alpha: epsilon, steps: 1, into: store)
    case .pgd(let epsilon, let alpha, let steps):
      return try attackTable(batch, share: share, moment: moment, epsilon: epsilon, alpha: alpha, steps: steps, into: store)
    case .freeLB(let epsilon, let alpha, let start, let steps):
      return try attackRows(
        batch, share: share, moment: moment, epsilon: epsilon, alpha: alpha, start: start, steps: steps,
        into: store)
    case .freeAT:
      throw TrainingError(
        .unsupported, context: "adversarial: freeat", expected: "fgm, pgd or freelb",
        hint: "Updating the weights within a step is not there yet.")
    case .smart:
      throw TrainingError(
        .unsupported, context: "adversarial: smart", expected: "a task of classes",
        hint: "Its divergence is defined between distributions over classes.")
    }
  }

  /// One pass forward and back into the store.
  package func pass(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, perturbation: Tensor? = nil,
    into store: GradientStore
  ) throws(TrainingError) -> Double {
    let model = model
    let value = try cpu.valueAndGradient(of: store) { (cpu) throws(TrainingError) in
      try model.loss(of: batch, share: share, moment: moment, perturbation: perturbation, on: cpu)
    }
    return Double(value.toArray()[0])
  }
}
