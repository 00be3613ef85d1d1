package import InkData
package import InkModels
import InkNN
package import InkTensor
package import InkTokenizers

/// A recipe put to work on a decoder: data, model and trainer joined, from the beginning or from a checkpoint.
package struct DecoderSession {
  /// What reads and writes text for the model.
  package struct Language: Sendable {
    package let tokenizer: Tokenizer
    package let template: ConversationTemplate?
    /// What templates that print the date print.
    package let now: CivilTime

    package init(tokenizer: Tokenizer, template: ConversationTemplate?, now: CivilTime) {
      self.tokenizer = tokenizer
      self.template = template
      self.now = now
    }
  }

  package let recipe: Recipe
  package let checkpoint: DecoderCheckpoint
  package let model: CausalDecoder
  /// All weights of the model that are f32.
  package let weights: [Parameter]
  /// What is trained beside the model, if the recipe says so.
  package let adapter: TrainedAdapter?
  /// Threads that compute.
  package var threadCount: Int { cpu.threads.threadCount }
  /// What of the data is not used: records that were left out, fields that nothing reads.
  package var remarks: [String] {
    mixture.datasets.flatMap { dataset -> [String] in
      var remarks: [String] = []
      let report = dataset.report
      if report.skippedCount > 0 {
        remarks.append("\(dataset.source.name): \(report.skippedCount) broken records left out")
      }
      if !report.unusedFields.isEmpty {
        remarks.append("\(dataset.source.name): fields not read: \(report.unusedFields.joined(separator: ", "))")
      }
      return remarks
    }
  }
  private let task: CausalTask
  private let mixture: DataMixture
  private let plan: BatchPlan
  private let evaluations: [EvaluationSet<CausalDecoder>]
  private let communicator: any Communicator
  private let cpu: CPU

  /// Joins what a recipe names.
  ///
  /// - Parameter communicator: the processes of the run, each with a session of the same recipe.
  /// - Throws: what the data, the model or the settings throw, naming the place.
  package init(
    _ recipe: Recipe, checkpoint: DecoderCheckpoint, language: Language, communicator: any Communicator = .alone,
    on cpu: CPU
  ) throws(TrainingError) {
    self.recipe = recipe
    self.communicator = communicator
    self.checkpoint = checkpoint
    self.cpu = cpu
    let vocabulary = checkpoint.spec.vocabulary
    guard language.tokenizer.vocabularySize <= vocabulary else {
      throw TrainingError(
        .mismatch, context: "tokenizer", expected: "at most \(vocabulary) tokens, as the model has",
        found: "\(language.tokenizer.vocabularySize)")
    }
    switch recipe.objective {
    case .causal, .prefix, .supervised: break
    case .masked, .spanCorruption, .classification, .tokenClassification, .regression, .embedding:
      throw TrainingError(
        .unsupported, context: "objective", expected: "causal, prefix or supervised for a decoder",
        found: recipe.task.rawValue, hint: "Name an encoder under model.path.")
    }
    guard recipe.sequence.length <= checkpoint.spec.contextLength else {
      throw TrainingError(
        .invalidValue, context: "sequence.length", expected: "at most \(checkpoint.spec.contextLength) tokens",
        found: "\(recipe.sequence.length)", hint: "That is what the model's positions reach.")
    }
    var decoder: DecoderLM
    do { decoder = try checkpoint.load(use: recipe.weights.use, on: cpu) } catch { throw TrainingError(error) }
    weights = decoder.parameters
    adapter = try TrainedAdapter(
      recipe, base: checkpoint, model: decoder, tokenizer: language.tokenizer, on: cpu)
    if let adapter {
      do { decoder = try decoder.attaching([adapter.adapter]) } catch { throw TrainingError(error) }
    }
    var settings = CausalDecoder.Settings()
    settings.labelSmoothing = Float(recipe.optimization.labelSmoothing)
    settings.zLoss = Float(recipe.optimization.zLoss)
    settings.noise = recipe.optimization.noise.map { Float($0) }
    settings.activations = recipe.recomputesActivations ? .recomputed : .kept
    let trained: [Parameter] =
      if let adapter { adapter.adapter.parameters } else { try recipe.weights.chosen(from: weights) }
    model = CausalDecoder(
      model: decoder, parameters: trained, settings: settings, adapter: adapter?.adapter.name)
    let accumulation = try recipe.parts(for: communicator.size)
    do throws(DataError) {
      task = try DecoderSession.task(recipe, language)
      plan = BatchPlan(
        size: .rows(recipe.batch.size), accumulation: accumulation, packing: recipe.packing,
        skipped: recipe.sequence.tooLong == .drop ? [.tooLong] : [])
      mixture = try DecoderSession.mixture(recipe.trainingSources, recipe, exhaustion: recipe.exhaustion)
      evaluations = try DecoderSession.evaluations(recipe, task, plan)
    } catch { throw TrainingError(error) }
  }

  private static func task(_ recipe: Recipe, _ language: Language) throws(DataError) -> CausalTask {
    let text = TextEncoder(tokenizer: language.tokenizer)
    var chat: ChatEncoder?
    if let template = language.template {
      let mask: LossMask =
        switch recipe.objective {
        case .supervised(.assistant), .causal, .prefix, .masked, .spanCorruption, .classification, .tokenClassification,
          .regression, .embedding:
          .assistantTurns
        case .supervised(.last): .lastTurn
        case .supervised(.all): .everything
        }
      chat = ChatEncoder(tokenizer: language.tokenizer, template: template, mask: mask, now: language.now)
    }
    return try CausalTask(
      text: text, chat: chat, objective: recipe.objective == .prefix ? .prefix : .causal,
      contextLength: recipe.sequence.length, overlong: recipe.overlong)
  }

  private static func mixture(
    _ sources: [DataSource], _ recipe: Recipe, exhaustion: Exhaustion
  ) throws(DataError) -> DataMixture {
    var datasets: [Dataset] = []
    for source in sources { datasets.append(try Dataset(source)) }
    return try DataMixture(datasets, seed: recipe.seed, order: recipe.order, exhaustion: exhaustion)
  }

  private static func evaluations(
    _ recipe: Recipe, _ task: CausalTask, _ plan: BatchPlan
  ) throws(DataError) -> [EvaluationSet<CausalDecoder>] {
    var sets: [EvaluationSet<CausalDecoder>] = []
    func read(_ sources: [DataSource]) throws(DataError) -> [BatchStep<CausalBatch>] {
      let mixture = try mixture(sources, recipe, exhaustion: .everyRecord(passes: 1))
      var stream = try BatchStream(mixture, task: task, plan: plan)
      var batches: [BatchStep<CausalBatch>] = []
      while batches.count < recipe.evaluation.batches, let batch = try stream.next() { batches.append(batch) }
      return batches
    }
    if !recipe.validationSources.isEmpty {
      sets.append(EvaluationSet(name: "validation", role: .target, batches: try read(recipe.validationSources)))
    }
    for source in recipe.protection?.sources ?? [] {
      sets.append(EvaluationSet(name: source.name, role: .general, batches: try read([source])))
    }
    return sets
  }

  /// The run, at its beginning or at the newest checkpoint of its folder.
  ///
  /// - Parameters:
  ///   - folder: of the run, in the process with rank 0; nil in the others, which write nothing.
  ///   - recorder: where steps and checkpoints go, if that is not the folder itself.
  ///   - resumed: called with the folder of the checkpoint that is gone on from.
  package func run(
    in folder: RunFolder?, resumption: RunFolder.Resumption, recorder: (any RunRecorder)? = nil,
    resumed: (String) -> Void
  ) throws(TrainingError) -> TrainingRun<CausalDecoder, CausalTask> {
    let trainer = try Trainer(model: model, settings: try recipe.trainerSettings, communicator: communicator, on: cpu)
    let parallel = trainer.parallel
    try parallel.agree(
      on: Array(model.parameters.map { "\($0.name) \($0.value.shape)" }.joined(separator: "\n").utf8),
      "the trained weights")
    let batches: BatchStream<CausalTask>
    do { batches = try BatchStream(mixture, task: task, plan: plan) } catch { throw TrainingError(error) }
    var run = TrainingRun(
      trainer: trainer, batches: batches, plan: recipe.runPlan, evaluations: evaluations, rules: recipe.stoppingRules,
      recorder: recorder ?? folder ?? SilentRecorder())
    let checkpoint = resumption == .auto ? try folder?.newestCheckpoint() : nil
    if try parallel.any([checkpoint != nil])[0] {
      let (mixture, task, plan) = (mixture, task, plan)
      try run.resume(from: checkpoint) { (position) throws(DataError) in
        try BatchStream(mixture, task: task, plan: plan, at: position)
      }
      try folder?.truncateLog(after: run.trainer.step)
      if let checkpoint { resumed(checkpoint) }
    } else {
      try folder?.truncateLog(after: -1)
    }
    return run
  }

  /// Writes what was trained as a folder that other software loads: a model, or an adapter in PEFT's layout.
  ///
  /// - Parameter companions: a folder with the files of the tokenizer, where it is not the origin's.
  package func writeResult(to destination: String, companions: String?) throws(TrainingError) {
    if let adapter { return try adapter.write(to: destination, on: cpu) }
    do { try checkpoint.write(weights, to: destination, companions: companions) } catch { throw TrainingError(error) }
  }
}

extension TrainingError {
  /// The failure of a model, seen from the run.
  package init(_ error: ModelLoadError) {
    let code: Code = error.code == .file ? .file : .mismatch
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
