import InkData
import InkTensor

/// What a run reads: batches that it learns from and batches that it is measured on.
struct SessionData<Model: TrainedModel, Task: TrainingTask>: Sendable where Model.Batch == Task.Batch {
  let recipe: Recipe
  let task: Task
  let mixture: DataMixture
  let plan: BatchPlan
  let evaluations: [EvaluationSet<Model>]
  /// What was found in the files of each source, those of what is measured among them.
  private let reports: [(name: String, report: ReadingReport)]

  /// Opens what a recipe names.
  ///
  /// - Parameters:
  ///   - datasets: those that are trained on.
  ///   - task: what their records become.
  ///   - measuring: what the records of a set become that the run is measured on; nil for the same as in training.
  init(
    _ recipe: Recipe, datasets: [Dataset], task: Task, measuring: ((Dataset) throws(DataError) -> Task)? = nil
  ) throws(DataError) {
    self.recipe = recipe
    self.task = task
    let plan = BatchPlan(
      size: .rows(recipe.batch.size), accumulation: recipe.batch.accumulate, packing: recipe.packing,
      skipped: recipe.skippedFaults)
    self.plan = plan
    mixture = try DataMixture(datasets, seed: recipe.seed, order: recipe.order, exhaustion: recipe.exhaustion)
    var reports = datasets.map { ($0.source.name, $0.report) }
    func read(_ sources: [DataSource]) throws(DataError) -> [BatchStep<Task.Batch>] {
      let datasets = try recipe.datasets(sources)
      reports += datasets.map { ($0.source.name, $0.report) }
      var own = task
      if let measuring, let first = datasets.first { own = try measuring(first) }
      let mixture = try DataMixture(
        datasets, seed: recipe.seed, order: recipe.order, exhaustion: .everyRecord(passes: 1))
      var stream = try BatchStream(mixture, task: own, plan: plan)
      var batches: [BatchStep<Task.Batch>] = []
      while batches.count < recipe.evaluation.batches, let batch = try stream.next() { batches.append(batch) }
      return batches
    }
    var sets: [EvaluationSet<Model>] = []
    if !recipe.validationSources.isEmpty {
      sets.append(
        EvaluationSet(name: EvaluationRole.targetName, role: .target, batches: try read(recipe.validationSources)))
    }
    for source in recipe.protection?.sources ?? [] {
      sets.append(EvaluationSet(name: source.name, role: .general, batches: try read([source])))
    }
    evaluations = sets
    self.reports = reports
  }

  /// Records that are left out because they are broken.
  var brokenRecords: Int { reports.reduce(0) { $0 + $1.report.skippedCount } }

  /// What of the recipe has no effect, and what of the data is not used: records that were left out, fields that nothing
  /// reads.
  var remarks: [String] {
    var names: [String] = []
    for (name, _) in reports where !names.contains(name) { names.append(name) }
    return recipe.remarks
      + names.flatMap { name -> [String] in
        // Records that are held out are read as another part of the same source.
        let own = reports.filter { $0.name == name }.map(\.report)
        var remarks: [String] = []
        let count = own.reduce(0) { $0 + $1.skippedCount }
        if count > 0 {
          let first = own.flatMap(\.firstFaults).first.map { "; the first: \($0)" } ?? ""
          remarks.append("\(name): \(count) broken records left out\(first)")
        }
        if let unused = own.first?.unusedFields, !unused.isEmpty {
          remarks.append("\(name): fields not read: \(unused.joined(separator: ", "))")
        }
        return remarks
      }
  }

  /// The run of a model, at its beginning or at the newest checkpoint of its folder.
  ///
  /// - Parameter base: the number that the model is known by, where some of its weights stay.
  func run(
    of model: Model, beside base: String?, in folder: RunFolder?, resumption: RunFolder.Resumption,
    communicator: any Communicator,
    recorder: (any RunRecorder)?, resumed: (String) -> Void, on cpu: CPU
  ) throws(TrainingError) -> TrainingRun<Model, Task> {
    // The parts of a step are what processes share; what is measured is cut as it is in one.
    var plan = plan
    plan.accumulation = try recipe.parts(for: communicator.size)
    let trainer = try Trainer(model: model, settings: try recipe.trainerSettings, communicator: communicator, on: cpu)
    try trainer.parallel.agree(
      on: Array(model.parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: "\n").utf8),
      "the trained weights")
    let batches: BatchStream<Task>
    do { batches = try BatchStream(mixture, task: task, plan: plan) } catch { throw TrainingError(error) }
    var run = TrainingRun(
      trainer: trainer, batches: batches, plan: recipe.runPlan, evaluations: evaluations, rules: recipe.stoppingRules,
      base: base, recorder: recorder ?? folder ?? SilentRecorder())
    let checkpoint = resumption == .auto ? try folder?.newestCheckpoint() : nil
    if try trainer.parallel.any([checkpoint != nil])[0] {
      let (mixture, task, opened) = (mixture, task, plan)
      try run.resume(from: checkpoint) { (position) throws(DataError) in
        try BatchStream(mixture, task: task, plan: opened, at: position)
      }
      try folder?.truncateLog(after: run.trainer.step)
      if let checkpoint { resumed(checkpoint) }
    } else {
      try folder?.truncateLog(after: -1)
    }
    return run
  }
}

extension Recipe {
  /// Opens sources.
  func datasets(_ sources: [DataSource]) throws(DataError) -> [Dataset] {
    var datasets: [Dataset] = []
    for source in sources { datasets.append(try Dataset(source)) }
    return datasets
  }
}
