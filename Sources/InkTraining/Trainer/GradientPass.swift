package import InkTensor

/// The gradient of one step of training: clean passes over the batches that are accumulated, and attacked ones.
package struct GradientPass<Model: TrainedModel> {
  package let model: Model
  package let store: GradientStore
  package let adversarial: AdversarialTraining?
  package let summation: PartSummation
  /// How what lies between operations is kept for the way back.
  package let precision: KeptPrecision
  package let seed: UInt64
  package let cpu: CPU

  package init(
    model: Model, store: GradientStore, adversarial: AdversarialTraining?, summation: PartSummation = .chained,
    precision: KeptPrecision = .f32, seed: UInt64, cpu: CPU
  ) {
    self.model = model
    self.store = store
    self.adversarial = adversarial
    self.summation = summation
    self.precision = precision
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
    try sum(parts.indices) { (index, store) throws(TrainingError) in
      let moment = TrainingMoment(seed: seed, step: step, part: first + index)
      return try run(parts[index], share: 1 / weight, moment: moment, into: store)
    }
  }

  /// The same without attacks and other processes, with an update that uses gradients up on the way back of the last
  /// part.
  func run(
    _ parts: [Model.Batch], weight: Double, step: Int, update: WholeGradientUpdate
  ) throws(TrainingError) -> Double {
    try sum(parts.indices) { (index, store) throws(TrainingError) in
      let moment = TrainingMoment(seed: seed, step: step, part: index)
      let isLast = index == parts.count - 1
      return try pass(
        parts[index], share: 1 / weight, moment: moment, into: store, saw: update.saw(loss:),
        whole: isLast ? update.use : nil)
    }
  }

  /// Adds the gradients of parts, each of which `part` puts into the store that it gets; gives the sum of their losses.
  func sum(
    _ parts: Range<Int>, _ part: (Int, GradientStore) throws(TrainingError) -> Double
  ) throws(TrainingError) -> Double {
    var loss = 0.0
    let own = summation == .apart && parts.count > 1 ? GradientStore(of: model.parameters.map(\.value)) : nil
    for index in parts {
      if index > parts.lowerBound, let own {
        own.clear()
        loss += try part(index, own)
        add(own, to: store)
      } else {
        loss += try part(index, store)
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
      return try attackTable(
        batch, share: share, moment: moment, epsilon: epsilon, alpha: epsilon, steps: 1, into: store)
    case .pgd(let epsilon, let alpha, let steps):
      return try attackTable(
        batch, share: share, moment: moment, epsilon: epsilon, alpha: alpha, steps: steps, into: store)
    case .freeLB(let epsilon, let alpha, let start, let steps):
      return try attackRows(
        batch, share: share, moment: moment, epsilon: epsilon, alpha: alpha, start: start, steps: steps,
        into: store)
    case .freeAT:
      // The trainer uses the batch several times and keeps the perturbation between them.
      return try pass(batch, share: share, moment: moment, into: store)
    case .smart(let weight, let epsilon, let alpha, let deviation, let steps):
      let smoothness = SmoothnessAttack(
        weight: weight, epsilon: epsilon, alpha: alpha, deviation: deviation, steps: steps)
      return try smooth(batch, share: share, moment: moment, smoothness, into: store)
    }
  }

  /// One pass forward and back into the store.
  ///
  /// - Parameters:
  ///   - saw: gets the loss before the way back.
  ///   - whole: gets weights as soon as nothing more is added to their gradients.
  package func pass(
    _ batch: Model.Batch, share: Double, moment: TrainingMoment, perturbation: Tensor? = nil,
    into store: GradientStore, saw: ((Double) -> Void)? = nil, whole: WholeGradients? = nil
  ) throws(TrainingError) -> Double {
    let model = model
    let value = try cpu.valueAndGradient(of: store, keeping: precision, whole: whole) { (cpu) throws(TrainingError) in
      let loss = try model.guidedLoss(of: batch, share: share, moment: moment, perturbation: perturbation, on: cpu)
      saw?(Double(loss.toArray()[0]))
      return loss
    }
    return Double(value.toArray()[0])
  }
}
