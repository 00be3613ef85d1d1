package import InkData
package import InkModels
import InkNN
package import InkTensor
package import InkTokenizers

/// A recipe put to work on a decoder: data, model and trainer joined, from the beginning or from a checkpoint.
package struct DecoderSession: TrainingSession {
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
  package var remarks: [String] { data.remarks }
  package var brokenRecords: Int { data.brokenRecords }
  let data: SessionData<CausalDecoder, CausalTask>
  let cpu: CPU
  /// The number that the model is known by, where some of its weights stay; nil where all are trained.
  private let baseFingerprint: String?

  /// Joins what a recipe names.
  ///
  /// - Throws: what the data, the model or the settings throw, naming the place.
  package init(
    _ recipe: Recipe, checkpoint: DecoderCheckpoint, language: Language, on cpu: CPU
  ) throws(TrainingError) {
    self.recipe = recipe
    self.checkpoint = checkpoint
    self.cpu = cpu
    try language.tokenizer.requireFit(vocabulary: checkpoint.spec.vocabulary)
    switch recipe.objective {
    case .causal, .prefix, .supervised: break
    case .masked, .spanCorruption, .classification, .tokenClassification, .regression, .embedding:
      throw TrainingError(
        .unsupported, context: "objective", expected: "causal, prefix or supervised for a decoder",
        found: recipe.task.rawValue, hint: "Name an encoder under model.path, such as one of BERT's family.")
    }
    try recipe.requireLength(atMost: checkpoint.spec.contextLength - recipe.weights.virtualTokenCount)
    if recipe.precision == .bf16 { try checkpoint.spec.requireNarrowWeights(recipe.weights) }
    var decoder: DecoderLM
    do { decoder = try checkpoint.load(use: recipe.weightUse, on: cpu) } catch { throw TrainingError(error) }
    weights = decoder.parameters
    adapter = try TrainedAdapter(
      recipe, base: checkpoint, model: decoder, tokenizer: language.tokenizer, on: cpu)
    if let adapter {
      do { decoder = try decoder.attaching([adapter.adapter]) } catch { throw TrainingError(error) }
    }
    var settings = CausalDecoder.Settings()
    settings.labelSmoothing = Float(recipe.optimization.labelSmoothing)
    settings.zLoss = Float(recipe.optimization.zLoss)
    settings.expertBalance = Float(recipe.optimization.expertBalance)
    settings.routerZLoss = Float(recipe.optimization.routerZLoss)
    settings.noise = recipe.optimization.noise.map { Float($0) }
    settings.dropout = Float(recipe.dropout)
    settings.activations = recipe.activations
    let trained: [Parameter] =
      if let adapter { adapter.adapter.parameters } else { try recipe.weights.chosen(from: weights) }
    baseFingerprint = adapter?.fingerprint ?? (trained.count < weights.count ? decoder.fingerprint(on: cpu) : nil)
    model = CausalDecoder(
      model: decoder, parameters: trained, settings: settings, adapter: adapter?.adapter.name,
      ranks: adapter?.ranks)
    do throws(DataError) {
      data = try SessionData(
        recipe, datasets: try recipe.datasets(recipe.trainingSources),
        task: try DecoderSession.task(recipe, language))
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
      chat = ChatEncoder(
        tokenizer: language.tokenizer, template: template, mask: mask, now: language.now,
        unprintedTools: recipe.chat.unprintedTools)
    }
    return try CausalTask(
      text: text, chat: chat, objective: recipe.objective == .prefix ? .prefix : .causal,
      contextLength: recipe.sequence.length, overlong: recipe.overlong)
  }

  /// The run, at its beginning or at the newest checkpoint of its folder.
  ///
  /// - Parameters:
  ///   - folder: of the run, in the process with rank 0; nil in the others, which write nothing.
  ///   - communicator: the processes of the run, each with a session of the same recipe.
  ///   - recorder: where steps and checkpoints go, if that is not the folder itself.
  ///   - resumed: called with the folder of the checkpoint that is gone on from.
  package func run(
    in folder: RunFolder?, resumption: RunFolder.Resumption, communicator: any Communicator = .alone,
    recorder: (any RunRecorder)? = nil, resumed: (String) -> Void
  ) throws(TrainingError) -> TrainingRun<CausalDecoder, CausalTask> {
    try data.run(
      of: model, beside: baseFingerprint, in: folder, resumption: resumption, communicator: communicator,
      recorder: recorder, resumed: resumed, on: cpu)
  }

  /// Writes what was trained as a folder that other software loads: a model, or an adapter in PEFT's layout.
  ///
  /// - Parameters:
  ///   - companions: a folder with the files of the tokenizer, where it is not the origin's.
  ///   - template: the chat template that the model learned, where it is not the origin's.
  package func writeResult(
    to destination: String, companions: String?, template: String?
  ) throws(TrainingError) {
    // Weights in the layout of files take the place of what a step needed.
    cpu.releaseUnusedMemory()
    if let adapter { return try adapter.write(to: destination, on: cpu) }
    do {
      try checkpoint.write(weights, to: destination, companions: companions, template: template, as: recipe.writtenType)
    } catch { throw TrainingError(error) }
  }
}

extension DecoderSpec {
  /// Refuses models that compute with their weights in other ways than by products and look-ups.
  fileprivate func requireNarrowWeights(_ weights: TrainedWeights) throws(TrainingError) {
    switch weights {
    case .adapter: return
    case .full, .biases: break
    }
    let isLatent = layers.contains { layer in
      switch layer.mixer {
      case .latent: true
      case .grouped: false
      }
    }
    guard isLatent || head.weight == .normalizedRows else { return }
    throw TrainingError(
      .unsupported, context: "precision: bf16", expected: "f32 for this model",
      found: isLatent ? "latent attention" : "a head whose rows are of length one")
  }
}

extension TrainingError {
  /// The failure of a model, seen from the run.
  package init(_ error: ModelLoadError) {
    let code: Code =
      switch error.code {
      case .file, .cannotOpen: .file
      case .diskFull: .diskFull
      case .outOfMemory: .outOfMemory
      case .invalidConfiguration: .invalidValue
      case .unknownFamily, .unsupported: .unsupported
      case .missingTensor, .unusedTensor, .shapeMismatch: .mismatch
      }
    self.init(code, context: error.context, expected: error.expected, found: error.found, hint: error.hint)
  }
}
