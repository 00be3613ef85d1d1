package import InkData
import InkTensor

/// A run from its beginning, or from its newest checkpoint, to its end: batches, steps, evaluations, checkpoints.
///
/// Everything that decides what comes next is in the checkpoint: weights, what the optimizer remembers, the step, the place
/// in the data and what the rules for stopping have seen. Random numbers are named by seed and step. So a run that was
/// killed and resumed has the bits of one that never was.
package struct TrainingRun<Model: TrainedModel, Task: TrainingTask> where Model.Batch == Task.Batch {
  package private(set) var trainer: Trainer<Model>
  /// What evaluations warned of.
  package var warnings: [String] { rules.warnings }
  /// What became of the examples that were drawn.
  package var samples: SampleReport { batches.report }
  private var batches: BatchStream<Task>
  private let plan: TrainingPlan
  private let evaluations: [EvaluationSet<Model>]
  private var rules: StoppingRules
  private let recorder: any RunRecorder

  /// A run at its beginning.
  package init(
    trainer: Trainer<Model>, batches: BatchStream<Task>, plan: TrainingPlan, evaluations: [EvaluationSet<Model>],
    rules: StoppingRules, recorder: any RunRecorder
  ) {
    self.trainer = trainer
    self.batches = batches
    self.plan = plan
    self.evaluations = evaluations
    self.rules = rules
    self.recorder = recorder
  }

  /// Trains until the end.
  ///
  /// - Parameters:
  ///   - observe: called with every step.
  ///   - measured: called with every evaluation.
  ///   - shouldStop: asked after every step; a run that is to stop writes a checkpoint first.
  package mutating func run(
    observe: (StepReport) -> Void = { _ in }, measured: (EvaluationResult) -> Void = { _ in }, shouldStop: () -> Bool
  ) throws(TrainingError) -> RunEnd {
    if trainer.step == 0 { try evaluate(measured) }
    while plan.steps.map({ trainer.step < $0 }) ?? true {
      let batch: BatchStep<Model.Batch>?
      do { batch = try batches.next() } catch { throw TrainingError(error) }
      guard let batch else { break }
      let report = try trainer.advance(batch)
      let work = batch.parts.reduce(0.0) { $0 + trainer.model.operations(of: $1) }
      try recorder.record(report, operations: work)
      observe(report)
      if let reason = rules.seen(loss: report.loss, step: report.step) {
        return try stop("\(reason), on \(trainer.place(of: batch))")
      }
      if let every = plan.evaluateEvery, trainer.step % every == 0 {
        try evaluate(measured)
        if let reason = rules.reason { return try stop(reason) }
      }
      let isInterrupted = try trainer.parallel.any([shouldStop()])[0]
      if isInterrupted || plan.checkpointEvery.map({ trainer.step % $0 == 0 }) ?? false { try save() }
      if isInterrupted, plan.steps.map({ trainer.step < $0 }) ?? true { return .interrupted }
    }
    if let every = plan.evaluateEvery, trainer.step % every != 0 { try evaluate(measured) }
    return .finished
  }

  private func stop(_ reason: String) throws(TrainingError) -> RunEnd {
    try save()
    return .stopped(reason)
  }

  /// Measures every set, with the mean weights if a mean is kept.
  private mutating func evaluate(_ measured: (EvaluationResult) -> Void) throws(TrainingError) {
    guard !evaluations.isEmpty else { return }
    for set in evaluations {
      let batches = Array(set.batches.prefix(plan.evaluationBatches))
      let found: Evaluation
      if let average = trainer.average {
        found = try average.withAverages(on: trainer.cpu) { () throws(TrainingError) in try trainer.evaluate(batches) }
      } else {
        found = try trainer.evaluate(batches)
      }
      let result = EvaluationResult(
        step: trainer.step, evaluation: set.name, loss: found.loss, measures: found.measures)
      try recorder.record(result)
      measured(result)
      rules.evaluated(set.role, name: set.name, loss: found.loss)
    }
  }

  // MARK: - Checkpoints

  /// The parts of a checkpoint that are no tensors.
  private struct State: Codable {
    let step: Int
    let data: DataPosition
    let rules: StoppingRules
    /// Updates of the mean of the weights.
    let averageUpdates: Int
  }

  private static var weightsFile: String { "weights.safetensors" }
  private static var optimizerFile: String { "optimizer.safetensors" }
  private static var averageFile: String { "average.safetensors" }
  private static var ranksFile: String { "ranks.safetensors" }
  private static var stateFile: String { "state.json" }

  private func save() throws(TrainingError) {
    let state = State(
      step: trainer.step, data: batches.position, rules: rules, averageUpdates: trainer.average?.state.updates ?? 0)
    let parameters = trainer.model.parameters
    // Nil where another process writes the checkpoint.
    guard let optimizer = try trainer.parallel.gatherState(try trainer.optimizer.stateEntries()) else { return }
    let updates = try Optimizer.exported(optimizer, of: parameters)
    try recorder.checkpoint(step: trainer.step) { (folder) throws(TrainingError) in
      try TensorFile.write(parameters.map { ($0.name, $0.value) }, to: "\(folder)/\(Self.weightsFile)")
      try TensorFile.write(updates, to: "\(folder)/\(Self.optimizerFile)")
      if let average = trainer.average {
        try TensorFile.write(average.state.averages, to: "\(folder)/\(Self.averageFile)")
      }
      if let ranks = trainer.ranks { try TensorFile.write(ranks.state, to: "\(folder)/\(Self.ranksFile)") }
      try StateFile.write(state, to: "\(folder)/\(Self.stateFile)")
    }
  }

  /// Goes on from a checkpoint, which may be one of another number of processes.
  ///
  /// - Parameters:
  ///   - folder: where its files are; nil in the processes that get what is in them from rank 0.
  ///   - batches: the run's data from a place.
  package mutating func resume(
    from folder: String?, batches open: (DataPosition) throws(DataError) -> BatchStream<Task>
  ) throws(TrainingError) {
    let (parallel, parameters) = (trainer.parallel, trainer.model.parameters)
    var (text, updates): ([UInt8], [[StateEntry]]?) = ([], nil)
    if let folder {
      text = try StateFile.bytes(try StateFile.read("\(folder)/\(Self.stateFile)") as State)
      try TensorFile.restore(parameters, from: "\(folder)/\(Self.weightsFile)", on: trainer.cpu)
      updates = try Optimizer.entries(
        of: try TensorFile.read("\(folder)/\(Self.optimizerFile)"), parameters: parameters)
    }
    let state: State = try StateFile.value(try parallel.share(text), of: folder ?? "the checkpoint of rank 0")
    try parallel.shareValues()
    try trainer.optimizer.importEntries(try parallel.scatterState(updates))
    if let average = trainer.average {
      let averages = average.state.averages
      let stored = try folder.map { folder throws(TrainingError) in
        try TensorFile.read("\(folder)/\(Self.averageFile)")
      }
      try average.restore(stored ?? averages, updates: state.averageUpdates, on: trainer.cpu)
      try parallel.share(averages.map(\.tensor))
    }
    if let ranks = trainer.ranks {
      let own = ranks.state
      let stored = try folder.map { folder throws(TrainingError) in
        try TensorFile.read("\(folder)/\(Self.ranksFile)")
      }
      try ranks.restore(stored ?? own)
      let shared = ranks.state
      try parallel.share(shared.map(\.tensor))
      try ranks.restore(shared)
    }
    do { batches = try open(state.data) } catch { throw TrainingError(error) }
    rules.restore(state.rules)
    trainer.resume(at: state.step)
  }
}
