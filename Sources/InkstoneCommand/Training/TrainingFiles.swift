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

  init(_ recipe: Recipe, _ opener: ModelOpener) {
    self.recipe = recipe
    self.opener = opener
  }

  func open() async throws -> (DecoderCheckpoint, DecoderSession.Language) {
    switch recipe.model {
    case .stored(let name):
      let resolved = try await opener.resolve(name)
      let checkpoint = try DecoderCheckpoint.open(try resolved.mainPath)
      return (checkpoint, try await language(resolved))
    case .fresh(let config, let deviation):
      guard case .stored(let name)? = recipe.tokenizer else {
        throw CommandError(
          .usage, context: "tokenizer", expected: "a path: a model that begins from nothing has none of its own",
          found: "nothing")
      }
      let checkpoint = try DecoderCheckpoint.fresh(config: config, seed: recipe.seed, deviation: Float(deviation))
      return (checkpoint, try await language(try await opener.resolve(name)))
    }
  }

  /// Tokenizer and template of the model, or of the one that the recipe names for them.
  private func language(_ model: ResolvedModel) async throws -> DecoderSession.Language {
    var resolved = model
    if case .stored(let name)? = recipe.tokenizer { resolved = try await opener.resolve(name) }
    let tokenizer = try TokenizerOpener.tokenizer(of: resolved)
    return DecoderSession.Language(
      tokenizer: tokenizer, template: try template(of: resolved, tokenizer),
      now: CivilTime(secondsSince1970: Int(Date().timeIntervalSince1970)))
  }

  /// The template of a model's files; nil for a model of text alone.
  private func template(of resolved: ResolvedModel, _ tokenizer: Tokenizer) throws -> ConversationTemplate? {
    let name = "\(resolved.reference)"
    switch resolved.content {
    case .folder(let path):
      let folder = try ModelFolder.open(path)
      let traits = ConversationTraits(
        modelType: try folder.config["model_type"].ifPresent?.string ?? "", config: folder.config,
        generationConfig: folder.generationConfig, tokenizer: tokenizer, endTokens: tokenizer.endOfGeneration)
      return try ConversationTemplate.load(.automatic, stored: folder.chatTemplates, traits: traits, model: name)
    case .gguf(let paths):
      let file = try GGUFModel.open(paths.first ?? "")
      let traits = ConversationTraits(
        modelType: try file.metadata.string(for: "general.architecture"), config: nil, generationConfig: nil,
        tokenizer: tokenizer, endTokens: tokenizer.endOfGeneration)
      return try ConversationTemplate.load(.automatic, stored: try file.chatTemplates, traits: traits, model: name)
    }
  }
}
