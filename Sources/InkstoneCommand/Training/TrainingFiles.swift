import Foundation
import InkFormats
import InkInference
import InkModels
import InkTokenizers
import InkTraining

/// Opens what a recipe names: the model in the conventions of checkpoints, its tokenizer and its chat template.
struct TrainingFiles {
  private let recipe: Recipe
  private let opener: ModelOpener
  /// Where a tokenizer that is trained first is kept.
  private let tokenizerFolder: String

  init(_ recipe: Recipe, _ opener: ModelOpener, tokenizerFolder: String) {
    self.recipe = recipe
    self.opener = opener
    self.tokenizerFolder = tokenizerFolder
  }

  func open() async throws -> (TrainingBase, DecoderSession.Language) {
    switch recipe.model {
    case .stored(let name):
      let resolved = try await opener.resolve(name)
      let path = try resolved.mainPath
      if case .extended(let source, let growth)? = recipe.tokenizer {
        return try await expanded(try DecoderCheckpoint.open(path), resolved, tokenizerOf: source, growth)
      }
      return (try TrainingBase.open(path, for: recipe), try await language(resolved))
    case .fresh(let config, let deviation):
      if case .trained(let vocabulary)? = recipe.tokenizer {
        return try fresh(config, deviation: deviation, vocabulary: vocabulary)
      }
      guard case .stored(let name)? = recipe.tokenizer else {
        throw CommandError(
          .usage, context: "tokenizer", expected: "a path: a model that begins from nothing has none of its own",
          found: "nothing")
      }
      let base = try TrainingBase.fresh(config, deviation: deviation, for: recipe)
      return (base, try await language(try await opener.resolve(name)))
    }
  }

  /// A model that begins from nothing with a tokenizer of its own, trained on the run's texts before it begins.
  private func fresh(
    _ config: JSONObject, deviation: Double, vocabulary: Int
  ) throws -> (TrainingBase, DecoderSession.Language) {
    if !FileManager.default.fileExists(atPath: tokenizerFolder) {
      // Whole or not at all: a run that was killed meanwhile finds no half of it.
      let partial = "\(tokenizerFolder).partial"
      if FileManager.default.fileExists(atPath: partial) { try FileManager.default.removeItem(atPath: partial) }
      try BytePairTrainer(vocabularySize: vocabulary).train(on: try recipe.trainingTexts).write(to: partial)
      try DiskFile.move(partial, to: tokenizerFolder)
    }
    let json = try InputFile.bytes("\(tokenizerFolder)/tokenizer.json")
    let configuration = try TokenizerConfiguration(
      json: try InputFile.bytes("\(tokenizerFolder)/tokenizer_config.json"))
    let tokenizer = try Tokenizer(tokenizerJSON: json, configuration: configuration)
    var config = config
    config["vocab_size"] = .number("\(tokenizer.vocabularySize)")
    if let end = tokenizer.roles.endOfSequence {
      for key in ["bos_token_id", "eos_token_id"] where config[key] == nil { config[key] = .number("\(end)") }
    }
    return (
      try TrainingBase.fresh(config, deviation: deviation, for: recipe),
      DecoderSession.Language(
        tokenizer: tokenizer, template: try ownTemplate(tokenizer), now: recipe.chat.date.time)
    )
  }

  /// The model and its tokenizer with tokens that are learned on the run's texts.
  private func expanded(
    _ checkpoint: DecoderCheckpoint, _ model: ResolvedModel, tokenizerOf path: String?, _ growth: VocabularyGrowth
  ) async throws -> (TrainingBase, DecoderSession.Language) {
    var (source, resolved) = (checkpoint, model)
    if let path {
      resolved = try await opener.resolve(path)
      source = try DecoderCheckpoint.open(try resolved.mainPath)
    }
    let expanded = try ExpandedModel(
      checkpoint, tokenizerOf: source, growth: growth, texts: try recipe.trainingTexts, folder: tokenizerFolder)
    return (
      .decoder(expanded.checkpoint),
      DecoderSession.Language(
        tokenizer: expanded.tokenizer, template: try template(of: resolved, expanded.tokenizer),
        now: recipe.chat.date.time)
    )
  }

  /// Tokenizer and template of the model, or of the one that the recipe names for them.
  private func language(_ model: ResolvedModel) async throws -> DecoderSession.Language {
    let resolved: ResolvedModel
    switch recipe.tokenizer {
    case nil: resolved = model
    case .stored(let name)?: resolved = try await opener.resolve(name)
    case .trained?:
      throw CommandError(
        .usage, context: "tokenizer.vocabulary", expected: "a model that begins from nothing",
        found: "\(model.reference)", hint: "The rows of its embeddings belong to the tokens of its own tokenizer.")
    case .extended?:
      throw CommandError(
        .usage, context: "tokenizer.add", expected: "a model that is there", found: "one that begins from nothing",
        hint: "Train a tokenizer for it by tokenizer.vocabulary.")
    }
    let tokenizer = try TokenizerOpener.tokenizer(of: resolved)
    return DecoderSession.Language(
      tokenizer: tokenizer, template: try template(of: resolved, tokenizer),
      now: recipe.chat.date.time)
  }

  /// The template of a model's files; nil for a model of text alone.
  private func template(of resolved: ResolvedModel, _ tokenizer: Tokenizer) throws -> ConversationTemplate? {
    let (name, choice) = ("\(resolved.reference)", try templateChoice)
    switch resolved.content {
    case .folder(let path):
      let folder = try ModelFolder.open(path)
      let traits = ConversationTraits(
        modelType: try folder.config["model_type"].ifPresent?.string ?? "", config: folder.config,
        generationConfig: folder.generationConfig, tokenizer: tokenizer, endTokens: tokenizer.endOfGeneration)
      return try ConversationTemplate.load(choice, stored: folder.chatTemplates, traits: traits, model: name)
    case .gguf(let paths):
      let file = try GGUFModel.open(paths.first ?? "")
      let traits = ConversationTraits(
        modelType: try file.metadata.string(for: "general.architecture"), config: nil, generationConfig: nil,
        tokenizer: tokenizer, endTokens: tokenizer.endOfGeneration)
      return try ConversationTemplate.load(choice, stored: try file.chatTemplates, traits: traits, model: name)
    }
  }

  /// The template that the recipe names, for a model that begins from nothing; nil where it names none.
  private func ownTemplate(_ tokenizer: Tokenizer) throws -> ConversationTemplate? {
    guard recipe.chat.template != nil else { return nil }
    let traits = ConversationTraits(
      modelType: "", config: nil, generationConfig: nil, tokenizer: tokenizer, endTokens: tokenizer.endOfGeneration)
    return try ConversationTemplate.load(try templateChoice, stored: [], traits: traits, model: "chat.template")
  }

  /// Which template the recipe names.
  var templateChoice: TemplateChoice {
    get throws {
      switch recipe.chat.template {
      case nil: .automatic
      case .named(let name)?: .named(name)
      case .file(let path)?: .source(try InputFile.text(path), origin: path)
      }
    }
  }
}
