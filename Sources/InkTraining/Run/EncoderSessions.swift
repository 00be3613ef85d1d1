import InkData
import InkFormats
import InkModels
import InkTensor
import InkTokenizers

/// Sessions of encoders, with the heads that their objectives need.
struct EncoderSessions {
  private let recipe: Recipe
  private let checkpoint: EncoderCheckpoint
  private let text: EncoderText
  private let cpu: CPU

  init(
    _ recipe: Recipe, checkpoint: EncoderCheckpoint, tokenizer: Tokenizer, on cpu: CPU
  ) throws(TrainingError) {
    try tokenizer.requireFit(vocabulary: checkpoint.spec.vocabulary)
    if let limit = checkpoint.spec.contextLength {
      try recipe.requireLength(atMost: limit - recipe.weights.virtualTokenCount)
    }
    self.recipe = recipe
    self.checkpoint = checkpoint
    self.cpu = cpu
    text = try TrainingError.converting { () throws(DataError) in
      try EncoderText(tokenizer: tokenizer, contextLength: recipe.sequence.length, overlong: recipe.overlong)
    }
  }

  /// The session of the recipe's objective.
  var session: any TrainingSession {
    get throws(TrainingError) {
      let datasets = try TrainingError.converting { () throws(DataError) in
        try recipe.datasets(recipe.trainingSources)
      }
      switch recipe.objective {
      case .classification(let names): return try classification(names, datasets)
      case .tokenClassification(let names): return try tokenClassification(names, datasets)
      case .regression(let loss): return try regression(loss, datasets)
      case .masked(let share, let unit): return try masked(share, unit, datasets)
      case .embedding(let objective): return try embedding(objective, datasets)
      case .causal, .prefix, .supervised, .spanCorruption:
        throw TrainingError(
          .unsupported, context: "objective", expected: "classes, scores, masked tokens or vectors for an encoder",
          found: recipe.task.rawValue)
      }
    }
  }

  // MARK: - Classes and scores

  private func classification(
    _ names: [String]?, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession {
    let parts = try parts(.sequenceClasses(labels: try labels(names, datasets)))
    let task = ClassificationTask(encoder: text, labels: try labelSet(of: parts))
    let model = SequenceClassifier(body: parts.body, parameters: parts.trained, labelSmoothing: labelSmoothing)
    return try session(model, parts, task, datasets)
  }

  private func tokenClassification(
    _ names: [String]?, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession {
    let parts = try parts(.tokenClasses(labels: try labels(names, datasets)))
    let task = TokenClassificationTask(encoder: text, labels: try labelSet(of: parts))
    let model = TokenClassifier(body: parts.body, parameters: parts.trained, labelSmoothing: labelSmoothing)
    return try session(model, parts, task, datasets)
  }

  private func regression(
    _ loss: ScoreLoss, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession {
    let parts = try parts(.sequenceScore(loss.score))
    let model = SequenceRegressor(body: parts.body, parameters: parts.trained, loss: loss)
    return try session(model, parts, RegressionTask(encoder: text, scores: loss.targets), datasets)
  }

  private var labelSmoothing: Float { Float(recipe.optimization.labelSmoothing) }

  /// The names of the classes: those of the recipe, or all that training and validation data have.
  private func labels(_ names: [String]?, _ datasets: [Dataset]) throws(TrainingError) -> [String] {
    if let names { return names }
    return try TrainingError.converting { () throws(DataError) in
      try LabelSet.collected(from: datasets + (try recipe.datasets(recipe.validationSources))).names
    }
  }

  /// The classes in the order that the head has them in.
  private func labelSet(of parts: EncoderParts) throws(TrainingError) -> LabelSet {
    try TrainingError.converting { () throws(DataError) in
      try LabelSet(names: parts.checkpoint.spec.outputs.classifier?.labels ?? [])
    }
  }

  // MARK: - Masked tokens

  private func masked(
    _ share: Double, _ unit: ObjectiveChoice.MaskedUnit, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession {
    let parts = try parts(.maskedTokens)
    let masking = TokenMasking(share: share, unit: try unit.tokenUnit)
    let task = try TrainingError.converting { () throws(DataError) in
      try MaskedTask(encoder: text, masking: masking)
    }
    let model = MaskedEncoder(body: parts.body, parameters: parts.trained, labelSmoothing: labelSmoothing)
    return try session(model, parts, task, datasets)
  }

  // MARK: - Vectors

  private func embedding(
    _ objective: EmbeddingObjective, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession {
    if case .simcse = objective.loss, recipe.dropout == 0 {
      throw TrainingError(
        .invalidValue, context: "dropout", expected: "more than 0", found: "0",
        hint: "SimCSE compares a text with itself under other dropout; without any there is nothing to learn.")
    }
    let parts = try parts(.vectors)
    let sentence = try sentence(objective)
    let head: SentenceHead
    do {
      head = try SentenceHead(sentence, width: checkpoint.spec.width, use: .trainingAll, cpu: cpu)
    } catch { throw TrainingError(error) }
    let model = EmbeddingModel(
      body: parts.body, head: head, parameters: parts.trained, loss: EmbeddingLoss(objective.loss))
    let text = text
    let data: SessionData<EmbeddingModel, EmbeddingTask> = try TrainingError.converting { () throws(DataError) in
      let relation = try objective.loss.relation(of: datasets)
      try objective.loss.requireOrder(of: datasets)
      return try SessionData(
        recipe, datasets: datasets, task: EmbeddingTask(encoder: text, relation: relation)
      ) { (measured) throws(DataError) in
        EmbeddingTask(encoder: text, relation: try objective.loss.relation(measuring: measured))
      }
    }
    return session(model, parts, data, sentence: sentence)
  }

  /// How vectors are made: as the model's folder says, with the pooling of the recipe if it names one.
  private func sentence(_ objective: EmbeddingObjective) throws(TrainingError) -> SentenceSpec {
    var spec: SentenceSpec
    do { spec = try checkpoint.sentence() } catch { throw TrainingError(error) }
    if let pooling = objective.pooling { spec.poolings = [pooling.spec] }
    spec.maximumTokens = recipe.sequence.length
    for step in spec.steps {
      guard case .dense(let dense) = step else { continue }
      throw TrainingError(
        .unsupported, context: dense.folder, expected: "vectors made by pooling alone", found: "a linear map",
        hint: "Models with a Dense module can be used, but not trained further.")
    }
    return spec
  }

  // MARK: - Sessions

  private func parts(_ purpose: EncoderPurpose) throws(TrainingError) -> EncoderParts {
    try EncoderParts(recipe, checkpoint, for: purpose, tokenizer: text.tokenizer, on: cpu)
  }

  private func session<Model: TrainedModel, Task: TrainingTask>(
    _ model: Model, _ parts: EncoderParts, _ task: Task, _ datasets: [Dataset]
  ) throws(TrainingError) -> any TrainingSession where Model.Batch == Task.Batch {
    let data: SessionData<Model, Task> = try TrainingError.converting { () throws(DataError) in
      try SessionData(recipe, datasets: datasets, task: task)
    }
    return session(model, parts, data, sentence: nil)
  }

  private func session<Model: TrainedModel, Task: TrainingTask>(
    _ model: Model, _ parts: EncoderParts, _ data: SessionData<Model, Task>, sentence: SentenceSpec?
  ) -> TaskSession<Model, Task> where Model.Batch == Task.Batch {
    let (checkpoint, weights, type, held) = (
      parts.checkpoint, parts.weights, recipe.writtenType, recipe.weights.base
    )
    return TaskSession(
      recipe, model: model, weights: weights, adapter: parts.adapter, data: data, fingerprint: parts.fingerprint,
      remarks: checkpoint.change.remarks, on: cpu,
      base: { [body = parts.body] () throws(TrainingError) in
        try BaseMemory(
          weights, sites: body.model.adapterSites + body.model.tables, held: held,
          written: checkpoint.family.huggingFaceWeights(checkpoint.spec),
          source: try checkpoint.storedTensors)
      }
    ) { (destination, companions) throws(TrainingError) in
      do throws(ModelLoadError) {
        try checkpoint.write(weights, sentence: sentence, to: destination, companions: companions, as: type)
      } catch { throw TrainingError(error) }
    }
  }
}

extension ScoreLoss {
  /// What the logit of the head is.
  fileprivate var score: EncoderPurpose.Score {
    switch self {
    case .squared: .number
    case .binary: .probability
    }
  }

  /// The scores that can be learned.
  fileprivate var targets: ClosedRange<Double>? {
    switch self {
    case .squared: nil
    case .binary: 0...1
    }
  }
}

extension EmbeddingObjective.Pooling {
  /// The same as models state it.
  fileprivate var spec: SentenceSpec.Pooling {
    switch self {
    case .mean: .mean
    case .first: .first
    case .last: .last
    case .weighted: .weightedMean
    }
  }
}

extension EncoderCheckpoint {
  /// The files of its weights; nil for weights that are drawn.
  fileprivate var storedTensors: (any TensorSource)? {
    get throws(TrainingError) {
      switch origin {
      case .fresh: return nil
      case .folder(let folder): do { return try folder.weights.open() } catch { throw TrainingError(error) }
      case .gguf(let model, _): return model
      }
    }
  }
}
