package import InkFormats
package import InkModels
package import InkTensor

/// What a run begins from, of the kind that its objective needs.
package enum TrainingBase: Sendable {
  case decoder(DecoderCheckpoint)
  case encoder(EncoderCheckpoint)
  case encoderDecoder(EncoderDecoderCheckpoint)

  /// The kinds of model.
  private enum Kind {
    case decoder, encoder, encoderDecoder

    init(_ objective: ObjectiveChoice) {
      switch objective {
      case .causal, .prefix, .supervised: self = .decoder
      case .masked, .classification, .tokenClassification, .regression, .embedding: self = .encoder
      case .spanCorruption: self = .encoderDecoder
      }
    }
  }

  /// Opens a model folder, or a GGUF file of a decoder or an encoder.
  ///
  /// - Throws: `unsupported` for a model of another kind than the objective needs; what the files throw.
  package static func open(_ path: String, for recipe: Recipe) throws(TrainingError) -> TrainingBase {
    if path.hasSuffix(".gguf"), Kind(recipe.objective) == .encoderDecoder {
      throw TrainingError(
        .unsupported, context: path, expected: "a model folder for the task \(recipe.task.rawValue)",
        found: "a GGUF file", hint: "Make a folder of it, and train that: inkstone convert \(path) FOLDER.")
    }
    do throws(ModelLoadError) {
      switch Kind(recipe.objective) {
      case .decoder: return .decoder(try DecoderCheckpoint.open(path))
      case .encoder: return .encoder(try EncoderCheckpoint.open(path))
      case .encoderDecoder: return .encoderDecoder(try EncoderDecoderCheckpoint.open(path))
      }
    } catch { throw TrainingBase.error(error, recipe) }
  }

  /// A model with weights that are drawn.
  ///
  /// - Parameters:
  ///   - config: what `config.json` of its family would say.
  ///   - deviation: the standard deviation of matrices.
  package static func fresh(
    _ config: JSONObject, deviation: Double, for recipe: Recipe
  ) throws(TrainingError) -> TrainingBase {
    let asked = AskedMembers()
    let base: TrainingBase
    do throws(ModelLoadError) {
      let (seed, deviation) = (recipe.seed, Float(deviation))
      switch Kind(recipe.objective) {
      case .decoder:
        base = .decoder(
          try DecoderCheckpoint.fresh(config: config, seed: seed, deviation: deviation, noting: asked))
      case .encoder:
        base = .encoder(
          try EncoderCheckpoint.fresh(config: config, seed: seed, deviation: deviation, noting: asked))
      case .encoderDecoder:
        base = .encoderDecoder(
          try EncoderDecoderCheckpoint.fresh(config: config, seed: seed, deviation: deviation, noting: asked))
      }
    } catch {
      let place = error.context.hasPrefix(configName) ? error.context : "\(configName).\(error.context)"
      throw TrainingBase.error(
        ModelLoadError(error.code, context: place, expected: error.expected, found: error.found, hint: error.hint),
        recipe)
    }
    try refuseUnread(config, asked.names)
    return base
  }

  private static let configName = "model.config"

  /// What configurations say of files, generation and training, which a model's layers do not depend on.
  private static let withoutEffect: Set<String> = [
    "_attn_implementation", "_name_or_path", "architectures", "attention_dropout", "attention_probs_dropout_prob",
    "attn_pdrop", "auto_map", "bos_token_id", "classifier_dropout", "decoder_start_token_id", "dropout_rate", "dtype",
    "embd_pdrop", "eos_token_id", "gradient_checkpointing", "hidden_dropout", "hidden_dropout_prob", "id2label",
    "initializer_factor", "initializer_range", "is_encoder_decoder", "label2id", "n_ctx", "num_labels",
    "output_attentions", "output_hidden_states", "output_past", "pad_token_id", "pretraining_tp", "resid_pdrop",
    "return_dict", "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type",
    "summary_use_proj", "task_specific_params", "tokenizer_class", "torch_dtype", "transformers_version", "use_cache",
    "vocab_size",
  ]

  /// Refuses names that the family did not ask for: a slip would give a model of another size in silence.
  private static func refuseUnread(_ config: JSONObject, _ asked: [String]) throws(TrainingError) {
    for key in config.keys where !asked.contains(key) && !withoutEffect.contains(key) {
      let nearest = NameDistance.nearest(to: key, among: asked)
      throw TrainingError(
        .unknownKey, context: "\(configName).\(key)", expected: "one of \(asked.joined(separator: ", "))",
        hint: nearest.map { "Did you mean \($0)?" } ?? "")
    }
  }

  /// Says which kind of model is needed where a family is not among those of the kind.
  private static func error(_ error: ModelLoadError, _ recipe: Recipe) -> TrainingError {
    guard error.code == .unknownFamily else { return TrainingError(error) }
    let needed =
      switch Kind(recipe.objective) {
      case .decoder: "a decoder"
      case .encoder: "an encoder of BERT's or RoBERTa's family (for vectors also T5's)"
      case .encoderDecoder: "an encoder with a decoder, such as T5"
      }
    return TrainingError(
      .unsupported, context: error.context, expected: "\(needed), which the task \(recipe.task.rawValue) is for",
      found: error.found, hint: "Name another model under model.path, or another task.")
  }

  /// The same base as a plan of memory needs it: without the numbers of its weights, but with the types of those that
  /// stay packed.
  package func planned(for recipe: Recipe) -> TrainingBase {
    switch recipe.weights.base {
    case .asStored: return self
    case .f32, .rounded:
      switch self {
      case .decoder(let checkpoint): return .decoder(checkpoint.planned)
      case .encoder(let checkpoint): return .encoder(checkpoint.planned)
      case .encoderDecoder(let checkpoint): return .encoderDecoder(checkpoint.planned)
      }
    }
  }

  /// Joins a recipe with what it begins from.
  ///
  /// - Throws: `outOfMemory` for a run that is too large for this machine; what the data, the model or the settings throw, naming
  ///   the place.
  package func session(
    for recipe: Recipe, language: DecoderSession.Language, on cpu: CPU
  ) throws(TrainingError) -> any TrainingSession {
    try requireRoom(for: recipe)
    try requireExperts(for: recipe)
    // What was decoded on the way to the weights is not kept as memory of the run.
    defer { HeapPages.giveBack() }
    switch self {
    case .decoder(let checkpoint):
      return try DecoderSession(recipe, checkpoint: checkpoint, language: language, on: cpu)
    case .encoder(let checkpoint):
      return try EncoderSessions(recipe, checkpoint: checkpoint, tokenizer: language.tokenizer, on: cpu).session
    case .encoderDecoder(let checkpoint):
      return try TransducerSessions(recipe, checkpoint: checkpoint, tokenizer: language.tokenizer, on: cpu).session
    }
  }

  /// Refuses losses of routers for a model without any.
  private func requireExperts(for recipe: Recipe) throws(TrainingError) {
    let asked = [
      ("expert_balance", recipe.optimization.expertBalance), ("router_z_loss", recipe.optimization.routerZLoss),
    ]
    guard let (name, value) = asked.first(where: { $0.1 > 0 }) else { return }
    if case .decoder(let checkpoint) = self, checkpoint.spec.hasExperts { return }
    throw TrainingError(
      .unsupported, context: name, expected: "a decoder with experts", found: "\(value) for a model without",
      hint: "Leave it out, or name a mixture of experts under model.")
  }
}

extension DecoderSpec {
  fileprivate var hasExperts: Bool {
    layers.contains { layer in
      switch layer.feedForward {
      case .experts: true
      case .plain, .gated: false
      }
    }
  }
}
