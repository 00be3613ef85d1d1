package import InkData
import InkFormats
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
  /// The number that the model is known by, where some of its weights stay and no checkpoint holds them.
  private let base: String?
  private let recorder: any RunRecorder
  /// Whether the run was asked to stop while it measured, and measures first when it goes on.
  private var isEvaluationDue = false
  /// The step behind which it measured last.
  private var measuredStep: Int?

  /// A run at its beginning.
  package init(
    trainer: Trainer<Model>, batches: BatchStream<Task>, plan: TrainingPlan, evaluations: [EvaluationSet<Model>],
    rules: StoppingRules, base: String? = nil, recorder: any RunRecorder
  ) {
    self.trainer = trainer
    self.batches = batches
    self.plan = plan
    self.evaluations = evaluations
    self.rules = rules
    self.base = base
    self.recorder = recorder
  }

  /// Trains until the end.
  ///
  /// - Parameters:
  ///   - observe: called with every step.
  ///   - measured: called with every evaluation.
  ///   - shouldStop: asked after every step and every batch of an evaluation; a run that is to stop writes a checkpoint
  ///     first. One that was asked for the first time in an evaluation measures again when it goes on.
  /// - Throws: `divergence` for a loss that is no number or jumps, naming the records of the batch; no checkpoint holds what
  ///   they did to the weights.
  package mutating func run(
    observe: (StepReport) -> Void = { _ in }, measured: (EvaluationResult) -> Void = { _ in }, shouldStop: () -> Bool
  ) throws(TrainingError) -> RunEnd {
    if let reason = rules.reason { return .stopped(reason) }
    if trainer.step == 0 || isEvaluationDue, let end = try measure(measured, shouldStop) { return end }
    while plan.steps.map({ trainer.step < $0 }) ?? true {
      let batch: BatchStep<Model.Batch>?
      do { batch = try batches.next() } catch { throw TrainingError(error) }
      guard let batch else { break }
      let report = try trainer.advance(batch)
      let work = batch.parts.reduce(0.0) { $0 + trainer.model.operations(of: $1) }
      try recorder.record(report, operations: work)
      observe(report)
      if let jump = rules.seen(loss: report.loss, step: report.step) { throw divergence(jump, batch) }
      if let every = plan.evaluateEvery, trainer.step % every == 0, let end = try measure(measured, shouldStop) {
        return end
      }
      let isInterrupted = try trainer.parallel.any([shouldStop()])[0]
      if isInterrupted || plan.checkpointEvery.map({ trainer.step % $0 == 0 }) ?? false { try save() }
      if isInterrupted, plan.steps.map({ trainer.step < $0 }) ?? true { return .interrupted }
    }
    if plan.evaluateEvery != nil, measuredStep != trainer.step, let end = try measure(measured, shouldStop),
      end == .interrupted
    {
      return end
    }
    return .finished
  }

  private func divergence(_ jump: String, _ batch: BatchStep<Model.Batch>) -> TrainingError {
    TrainingError(
      .divergence, context: "step \(trainer.step)", expected: "a loss like those before it",
      found: "\(jump), on \(trainer.place(of: batch))",
      hint:
        "Look at these records, lower the learning rate or raise spike.deviations. The same command goes on from the "
        + "last checkpoint, which is from before the jump.")
  }

  // MARK: - Evaluations

  /// Measures every set; says how the run ends, if it ends here.
  private mutating func measure(
    _ measured: (EvaluationResult) -> Void, _ shouldStop: () -> Bool
  ) throws(TrainingError) -> RunEnd? {
    isEvaluationDue = try !evaluate(measured, shouldStop)
    if isEvaluationDue {
      if trainer.step > 0 { try save() }
      return .interrupted
    }
    measuredStep = trainer.step
    guard let reason = rules.reason else { return nil }
    try save()
    return .stopped(reason)
  }

  /// Measures every set, and notes the results when all are there.
  ///
  /// - Returns: false when the run was asked to stop meanwhile; nothing is noted then.
  private mutating func evaluate(
    _ measured: (EvaluationResult) -> Void, _ shouldStop: () -> Bool
  ) throws(TrainingError) -> Bool {
    var results: [(role: EvaluationRole, result: EvaluationResult)] = []
    for set in evaluations {
      guard let found = try evaluation(of: set, shouldStop) else { return false }
      results.append(
        (
          set.role,
          EvaluationResult(step: trainer.step, evaluation: set.name, loss: found.loss, measures: found.measures)
        ))
    }
    for (role, result) in results {
      try recorder.record(result)
      measured(result)
      rules.evaluated(role, name: result.evaluation, loss: result.loss)
    }
    return true
  }

  /// Measures a set, with the mean weights if a mean is kept; nil when the run was asked to stop meanwhile.
  private func evaluation(
    of set: EvaluationSet<Model>, _ shouldStop: () -> Bool
  ) throws(TrainingError) -> Evaluation? {
    let trainer = trainer
    var isAsked = false
    // Several processes stop behind the same step, so that none waits for another.
    let mayEnd = trainer.parallel.communicator.size == 1
    let found = try withoutActuallyEscaping(shouldStop) { (shouldStop) throws(TrainingError) in
      let batches = set.batches.prefix(plan.evaluationBatches).lazy.prefix { _ in
        isAsked = isAsked || (mayEnd && shouldStop())
        return !isAsked
      }
      guard let average = trainer.average else { return try trainer.evaluate(batches) }
      return try average.withAverages(on: trainer.cpu) { () throws(TrainingError) in try trainer.evaluate(batches) }
    }
    return isAsked ? nil : found
  }

  // MARK: - Checkpoints

  /// The parts of a checkpoint that are no tensors.
  private struct State: Codable {
    let step: Int
    let data: DataPosition
    let rules: StoppingRules
    /// Updates of the mean of the weights.
    let averageUpdates: Int
    /// Whether the run measures before its next step.
    let isEvaluationDue: Bool
    let base: String?

    /// Whether a run can go on from here: what counts is neither below zero nor near the end of all numbers.
    var isPossible: Bool {
      let limit = Int.max / 4
      return (0..<limit).contains(step) && (0..<limit).contains(averageUpdates) && rules.isPossible
    }
  }

  private static var weightsFile: String { "weights.safetensors" }
  private static var optimizerFile: String { "optimizer.safetensors" }
  private static var averageFile: String { "average.safetensors" }
  private static var ranksFile: String { "ranks.safetensors" }
  private static var stateFile: String { "state.json" }

  private func save() throws(TrainingError) {
    let state = State(
      step: trainer.step, data: batches.position, rules: rules, averageUpdates: trainer.average?.state.updates ?? 0,
      isEvaluationDue: isEvaluationDue, base: base)
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
      let state: State = try StateFile.read("\(folder)/\(Self.stateFile)")
      try requireBase(state.base, of: folder)
      text = try StateFile.bytes(state)
      try TensorFile.restore(parameters, from: "\(folder)/\(Self.weightsFile)", on: trainer.cpu)
      updates = try Optimizer.entries(
        of: try TensorFile.read("\(folder)/\(Self.optimizerFile)"), parameters: parameters)
    }
    let place = folder ?? "the checkpoint of rank 0"
    let state: State = try StateFile.value(try parallel.share(text), of: place)
    guard state.isPossible else {
      throw TrainingError(
        .file, context: "\(place)/\(Self.stateFile)", expected: "steps that a run can have done", found: "others",
        hint: "Remove this checkpoint; an older one is taken then.")
    }
    try parallel.shareValues()
    try trainer.optimizer.importEntries(try parallel.scatterState(updates))
    if let average = trainer.average {
      let averages = average.state.averages
      let stored = try folder.map { folder throws(TrainingError) in
        try part(Self.averageFile, of: folder, "a mean of the weights", hint: "Leave average out of the recipe")
      }
      try average.restore(stored ?? averages, updates: state.averageUpdates, on: trainer.cpu)
      try parallel.share(averages.map(\.tensor))
    }
    if let ranks = trainer.ranks {
      let own = ranks.state
      let stored = try folder.map { folder throws(TrainingError) in
        try part(Self.ranksFile, of: folder, "the ranks of AdaLoRA", hint: "Use the method that the run began with")
      }
      try ranks.restore(stored ?? own)
      let shared = ranks.state
      try parallel.share(shared.map(\.tensor))
      try ranks.restore(shared)
    }
    do { batches = try open(state.data) } catch { throw TrainingError(error) }
    rules.restore(state.rules)
    isEvaluationDue = state.isEvaluationDue
    trainer.resume(at: state.step)
  }

  /// The tensors of a file that a checkpoint has where its run had such a part.
  private func part(
    _ file: String, of folder: String, _ content: String, hint: String
  ) throws(TrainingError) -> [(name: String, tensor: Tensor)] {
    let path = "\(folder)/\(file)"
    guard DiskFile.kind(of: path) != .missing else {
      throw TrainingError(
        .mismatch, context: folder, expected: "a checkpoint with \(content)", found: "one without",
        hint: "\(hint), or start in another folder.")
    }
    return try TensorFile.read(path)
  }

  /// Refuses to go on beside other weights than those that the run began with.
  private func requireBase(_ known: String?, of folder: String) throws(TrainingError) {
    // Runs that differ in what they train are told apart by the names of their weights.
    guard let known, let base, known != base else { return }
    throw TrainingError(
      .mismatch, context: folder, expected: "the model that the run began with",
      found: "another one, of the same sizes",
      hint: "A checkpoint holds what is trained alone. Bring the model back, or begin anew in another folder.")
  }
}
