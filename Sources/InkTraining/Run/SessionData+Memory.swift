import InkData
import InkTensor

extension SessionData {
  /// Batches that are planned: those of packed conversations have several lengths.
  private static var plannedSteps: Int { 4 }

  /// What a run will have in memory: its first evaluation and some steps on a backend that computes nothing.
  ///
  /// - Parameters:
  ///   - model: on weights without numbers, which change nowhere.
  ///   - adapter: what is trained beside it, if that is all.
  ///   - base: what the run has in memory of the model itself.
  /// - Throws: what the data and the model throw; `unsupported` for a backend that computes.
  func memoryPlan(
    of model: Model, adapter: TrainedAdapter?, base: BaseMemory, on cpu: CPU
  ) throws(TrainingError) -> MemoryPlan {
    guard cpu.isPlanning else {
      throw TrainingError(
        .unsupported, context: "plan of memory", expected: "a session that computes nothing", found: "one that trains")
    }
    let trained = model.parameters
    let settings = try recipe.trainerSettings
    var memory = MemoryPlan()
    let changing = 4 * trained.elementCount
    memory.weights = base.weights + (adapter == nil ? 0 : trained.byteCount)
    memory.optimizer = try Optimizer.stateByteCount(settings.optimizer, of: trained)
    if settings.average != nil { memory.optimizer += changing }
    memory.updateTime = settings.updateTime(processes: 1, ranks: model.ranks)
    memory.gradients = try planSteps(of: model, settings, memory.updateTime, on: cpu)
    memory.activations = max(cpu.plannedMemory - memory.gradients, 0)
    memory.mapped = base.mapped
    memory.decoding = base.decoding
    // Samples are written by the model as it is loaded for answers, beside the one that was trained.
    let writer = recipe.samples.isEmpty ? 0 : base.weights
    memory.writing = adapter == nil ? max(base.writing, writer) : writer
    return memory
  }

  /// - Returns: the most bytes of gradients at a time.
  private func planSteps(
    of model: Model, _ settings: TrainerSettings, _ updateTime: UpdateTime, on cpu: CPU
  ) throws(TrainingError) -> Int {
    for set in evaluations {
      _ = try model.evaluation(
        of: Array(set.batches.prefix(recipe.evaluation.batches)), seed: settings.seed, on: cpu)
    }
    let store = GradientStore(of: model.parameters.map(\.value))
    let pass = GradientPass(
      model: model, store: store, adversarial: settings.adversarial,
      summation: settings.sharing == nil ? .chained : .apart, precision: settings.precision, seed: settings.seed,
      cpu: cpu)
    let optimizer = try Optimizer(
      settings.optimizer, plans: try settings.grouping.plans(for: model.parameters), memory: .planned)
    for (step, batch) in try firstBatches().enumerated() {
      store.clear()
      let update = WholeGradientUpdate(by: optimizer, of: store, learningRate: 0, scale: .identity, on: cpu)
      switch updateTime {
      case .onTheWayBack: _ = try pass.run(batch.parts, weight: batch.lossWeight, step: step, update: update)
      case .afterAllGradients:
        _ = try pass.run(batch.parts, weight: batch.lossWeight, step: step)
        try optimizer.step(
          gradients: model.parameters.map { store[$0.value] }, learningRate: 0, scale: .identity, on: cpu)
      }
    }
    return store.peakByteCount
  }

  private func firstBatches() throws(TrainingError) -> [BatchStep<Task.Batch>] {
    try TrainingError.converting { () throws(DataError) in
      var first: [BatchStep<Task.Batch>] = []
      var batches = try BatchStream(mixture, task: task, plan: plan)
      while first.count < min(Self.plannedSteps, recipe.stepCount ?? Self.plannedSteps), let batch = try batches.next()
      {
        first.append(batch)
      }
      return first
    }
  }
}
