package import InkData
package import InkTensor

/// Changes the weights of a model step by step. It knows neither files nor recipes.
package struct Trainer<Model: TrainedModel> {
  /// What is trained.
  package let model: Model
  package let cpu: CPU
  /// Steps that were done.
  package private(set) var step = 0
  /// The optimizer with what it remembers.
  package let optimizer: Optimizer
  /// The processes of the run; for most runs there is one.
  package let parallel: DataParallel
  /// The mean of the weights over the steps, if one is kept.
  package let average: WeightAverage?
  /// What takes ranks away, if the model has some to give out.
  package let ranks: RankAllocator?
  private let settings: TrainerSettings
  private let store: GradientStore
  private let pass: GradientPass<Model>
  private let updateTime: UpdateTime
  private var hasCheckedGradients = false

  /// A trainer at the beginning.
  ///
  /// - Parameter communicator: the processes of the run, each with a trainer of the same model and settings. The weights
  ///   become those of rank 0.
  /// - Throws: `unsupported` when the model has no weights that are trained; what the optimizer throws.
  package init(
    model: Model, settings: TrainerSettings, communicator: any Communicator = .alone, on cpu: CPU
  ) throws(TrainingError) {
    guard !model.parameters.isEmpty else {
      throw TrainingError(
        .unsupported, context: "train", expected: "weights that change", found: "none",
        hint: "The patterns under freeze leave nothing.")
    }
    guard communicator.size == 1 || model.parameters.allSatisfy({ $0.value.dtype == .f32 }) else {
      throw TrainingError(
        .unsupported, context: "precision: bf16", expected: "one process", found: "\(communicator.size)",
        hint: "Processes share weights in f32.")
    }
    self.model = model
    self.cpu = cpu
    parallel = DataParallel(
      parameters: model.parameters, sharing: settings.sharing ?? .replicated, communicator: communicator, cpu: cpu)
    let plans = try settings.grouping.plans(for: model.parameters)
    optimizer = try Optimizer(settings.optimizer, plans: Array(plans[parallel.owned]))
    ranks = model.ranks.map { RankAllocator($0) }
    guard ranks == nil || settings.sharing == nil || settings.sharing == .replicated else {
      throw TrainingError(
        .unsupported, context: "train.method: adalora", expected: "sharing: replicated, as ranks need all gradients",
        found: settings.sharing?.rawValue ?? "none")
    }
    self.settings = settings
    updateTime = settings.updateTime(processes: communicator.size, ranks: model.ranks)
    store = GradientStore(of: model.parameters.map(\.value))
    pass = GradientPass(
      model: model, store: store, adversarial: settings.adversarial,
      summation: settings.sharing == nil && communicator.size == 1 ? .chained : .apart,
      precision: settings.precision, seed: settings.seed, cpu: cpu)
    try parallel.shareValues()
    average = try settings.average.map { decay throws(TrainingError) in
      try WeightAverage(of: model.parameters, decay: decay, on: cpu)
    }
  }

  /// One step on a batch.
  ///
  /// - Returns: what the step did; where a batch is used several times, its first use.
  /// - Throws: `divergence` when loss or gradient are no numbers, naming the records of the batch. The weights are those
  ///   from before the update when the loss is none; where they change on the way back (``UpdateTime``), those whose
  ///   gradients came before the one that is none have changed. `unsupported` when a weight that is to be trained gets no
  ///   gradient.
  package mutating func advance(_ batch: BatchStep<Model.Batch>) throws(TrainingError) -> StepReport {
    guard batch.lossWeight > 0 else {
      throw TrainingError(
        .data, context: "step \(step + 1)", expected: "tokens that carry loss", found: "none in \(place(of: batch))")
    }
    let rate = settings.schedule.rate(at: step)
    let range = parallel.samples(of: batch.parts.count)
    let (parts, first) = (Array(batch.parts[range]), range.lowerBound)
    let (pass, step) = (pass, step)
    let done: (loss: Double, norm: Double)
    switch settings.adversarial {
    case .freeAT(let epsilon, let replays):
      var attack = FreeAttack(epsilon: epsilon)
      done = try update(batch, rate) { () throws(TrainingError) in
        try pass.run(parts, first: first, weight: batch.lossWeight, step: step, attack: &attack)
      }
      for _ in 1..<max(replays, 1) {
        _ = try update(batch, rate) { () throws(TrainingError) in
          try pass.run(parts, first: first, weight: batch.lossWeight, step: step, attack: &attack)
        }
      }
    case nil, .fgm, .pgd, .freeLB, .smart:
      switch updateTime {
      case .onTheWayBack: done = try updateOnTheWayBack(batch, rate)
      case .afterAllGradients:
        done = try update(batch, rate) { () throws(TrainingError) in
          try pass.run(parts, first: first, weight: batch.lossWeight, step: step)
        }
      }
    }
    average?.update(on: cpu)
    self.step += 1
    return StepReport(
      step: self.step, loss: done.loss, learningRate: rate, gradientNorm: done.norm, tokens: batch.tokenCount)
  }

  /// One update of the weights.
  ///
  /// - Parameter gradients: adds the gradients of this process's parts to the store and gives the sum of their losses.
  private mutating func update(
    _ batch: BatchStep<Model.Batch>, _ rate: Double, gradients: () throws(TrainingError) -> Double
  ) throws(TrainingError) -> (loss: Double, norm: Double) {
    store.clear()
    let part = try gradients()
    try parallel.reduce(store)
    let loss = try parallel.sum([part])[0]
    try checkGradients { [store] in store[store.parameters[$0]] != nil }
    let norm = try parallel.gradientNorm(store)
    try check(loss: loss, norm: norm, batch)
    let scale = settings.clipping.scale(norm: norm)
    try optimizer.step(
      gradients: parallel.ownedParameters.map { store[$0.value] }, learningRate: rate, scale: scale, on: cpu)
    try parallel.gatherValues()
    ranks?.update(after: step + 1, gradients: { store[$0] }, scale: scale, on: cpu)
    return (loss, norm)
  }

  /// The same for a process alone, with gradients that are given up as soon as they are used.
  private mutating func updateOnTheWayBack(
    _ batch: BatchStep<Model.Batch>, _ rate: Double
  ) throws(TrainingError) -> (loss: Double, norm: Double) {
    store.clear()
    let update = WholeGradientUpdate(
      by: optimizer, of: store, learningRate: rate, scale: settings.clipping.scale(norm: 0), on: cpu)
    let loss = try pass.run(batch.parts, weight: batch.lossWeight, step: step, update: update)
    // Those that the last part did not use.
    update.use(Array(store.parameters.indices))
    let norm = try update.norm()
    let reached = update.isReached
    try checkGradients { reached[$0] }
    try check(loss: loss, norm: norm, batch)
    return (loss, norm)
  }

  private func check(loss: Double, norm: Double, _ batch: BatchStep<Model.Batch>) throws(TrainingError) {
    guard loss.isFinite, norm.isFinite else {
      throw TrainingError(
        .divergence, context: "step \(step + 1)", expected: "finite numbers",
        found: "loss \(loss), gradient norm \(norm) on \(place(of: batch))",
        hint: "Lower the learning rate, lengthen the warm-up, or clip the gradient; look at these records.")
    }
  }

  /// How the model does on batches, without gradients. Every process measures all of them, so they agree to the bit.
  package func evaluate(_ batches: some Sequence<BatchStep<Model.Batch>>) throws(TrainingError) -> Evaluation {
    try model.evaluation(of: batches, seed: settings.seed, on: cpu)
  }

  /// Goes on where a checkpoint was written; weights and optimizer are restored by their owners.
  package mutating func resume(at step: Int) { self.step = step }

  /// Weights without a gradient would stay as they are in silence.
  ///
  /// - Parameter isReached: whether a gradient came to the weight at a position.
  private mutating func checkGradients(_ isReached: (Int) -> Bool) throws(TrainingError) {
    guard !hasCheckedGradients else { return }
    hasCheckedGradients = true
    // Experts that no token chose, and what corrects the choice, have none in a step.
    let without = parallel.owned.filter { !isReached($0) }.map { model.parameters[$0].name }
      .filter { !$0.contains(".experts.") && !$0.hasSuffix(".correction") }
    guard let first = without.first else { return }
    throw TrainingError(
      .unsupported, context: first, expected: "a gradient in the first step",
      found: without.count == 1 ? "none" : "none, and \(without.count - 1) other weights have none",
      hint: "The loss does not depend on it: freeze it, by the pattern \"\(first)\" under train.freeze.")
  }

  /// The records of a batch for a message.
  func place(of batch: BatchStep<Model.Batch>) -> String {
    let origins = batch.origins.map(\.description)
    let shown = origins.prefix(4).joined(separator: ", ")
    return origins.count > 4 ? "\(shown) and \(origins.count - 4) more records" : shown
  }
}
