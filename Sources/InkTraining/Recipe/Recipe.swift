public import InkData

/// All that decides a training run: what is trained, on what, how, and what is kept of it.
///
/// ```yaml
/// task: finetune
/// model: {path: smollm2-135m}
/// data: [{path: data/alpaca.json, format: alpaca}]
/// sequence: {length: 256, packing: pack}
/// train: {method: lora, rank: 8, alpha: 16, targets: [q_proj, v_proj]}
/// optimizer: {kind: adamw, learning_rate: 2e-4}
/// schedule: {kind: cosine, warmup: 20}
/// batch: {size: 4}
/// steps: 200
/// ```
public struct Recipe: Sendable, Hashable {
  /// What a model learns.
  public enum Task: String, Sendable, Hashable, CaseIterable {
    /// The next token of text.
    case pretrain
    /// The answers of conversations and completions.
    case finetune
    /// The class of a text.
    case classify
    /// The class of every token.
    case classifyTokens = "classify_tokens"
    /// A number for a text.
    case regress
    /// Vectors that lie near where texts mean alike.
    case embed
  }

  /// What a model learns.
  public var task: Task
  /// Everything random follows from it.
  public var seed: UInt64
  /// What it begins from.
  public var model: ModelChoice
  /// The tokenizer, where it is not the model's own.
  public var tokenizer: TokenizerChoice?
  /// How conversations are written for the model.
  public var chat: ChatSettings
  /// What the loss is.
  public var objective: ObjectiveChoice
  /// What it learns from.
  public var data: [DataSource]
  /// In which order records come.
  public var order: RecordOrder
  /// What it is measured on.
  public var validation: Validation
  /// How texts become rows.
  public var sequence: SequenceSettings
  /// Which weights change.
  public var weights: TrainedWeights
  /// The share of embeddings, and of what layers add, that falls in training (Srivastava et al., 2014).
  public var dropout: Double
  /// In how many bits weights and what lies between layers are held.
  public var precision: Precision
  /// How weights change.
  public var optimization: Optimization
  /// How many sequences an update takes, and in how many parts.
  public var batch: BatchSettings
  /// When the run ends.
  public var length: RunLength
  /// What processes share where the run is one over several; nil leaves a run in one process as it is without them.
  public var sharing: GradientSharing?
  /// Attacks on embeddings, if any.
  public var adversarial: AdversarialTraining?
  /// Steps between evaluations, batches of each, and evaluations without improvement that end the run.
  public var evaluation: EvaluationSettings
  /// What it is not to forget.
  public var protection: Protection?
  /// Steps between checkpoints, and how many are kept.
  public var checkpoints: CheckpointSettings
  /// A loss that jumps ends the run.
  public var spike: SpikeSettings?
  /// What of the activations is kept.
  public var recomputesActivations: Bool
  /// Prompts that are continued at the end.
  public var samples: [String]
  /// What the run is shown in besides its logs.
  public var reports: Set<ReportForm>

  /// Reads a recipe.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - file: its name, for messages.
  ///   - settings: `a.b=value`, set in it first.
  /// - Throws: `unknownKey` naming the nearest right one, `invalidValue`, `file`; all with line and place.
  public init(yaml text: String, file: String, settings: [String] = []) throws(TrainingError) {
    try self.init(try RecipeText(text, file: file, settings: settings))
  }

  package init(_ text: RecipeText) throws(TrainingError) {
    var reader = try text.reader
    try self.init(&reader)
  }

  init(_ reader: inout RecipeReader) throws(TrainingError) {
    guard let task = try reader.choice("task", of: Task.self) else {
      throw reader.error("task", expected: "one of \(Task.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.task = task
    seed = UInt64(try reader.integer("seed", in: 0...Int.max) ?? 0)
    model = try ModelChoice(&reader)
    tokenizer = try TokenizerChoice(&reader)
    chat = try ChatSettings(&reader, task: task)
    objective = try ObjectiveChoice(&reader, task: task)
    data = try DataSource.sources(of: "data", &reader)
    guard !data.isEmpty else { throw reader.error("data", expected: "at least one source of data") }
    order = try reader.choice("order", of: OrderWord.self) == .sequential ? .given : .shuffled
    validation = try Validation(&reader)
    sequence = try SequenceSettings(&reader)
    weights = try TrainedWeights(&reader)
    dropout = try reader.number("dropout", in: 0...0.95) ?? objective.usualDropout
    precision = try reader.choice("precision", of: Precision.self) ?? .f32
    length = try RunLength(&reader)
    optimization = try Optimization(&reader, weights: weights)
    batch = try BatchSettings(&reader)
    sharing = try GradientSharing.choice(&reader)
    adversarial = try AdversarialTraining(&reader)
    evaluation = try EvaluationSettings(&reader)
    protection = try Protection(&reader)
    checkpoints = try CheckpointSettings(&reader)
    spike = try SpikeSettings(&reader)
    recomputesActivations = try reader.boolean("recompute_activations") ?? false
    samples = try reader.texts("samples") ?? []
    if !samples.isEmpty, !objective.writesText {
      throw reader.error("samples", expected: "none: what is trained writes no text")
    }
    reports = try ReportForm.forms(&reader)
    if try reader.boolean("skip_bad") ?? false { skipBrokenRecords() }
    try checkPrecision(reader)
    try reader.finish()
  }

  private enum OrderWord: String, CaseIterable {
    case shuffled, sequential
  }
}
