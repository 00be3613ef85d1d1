public import InkFormats
public import InkModels
public import InkTensor
import InkTokenizers

extension LanguageModel {
  /// Loads a model from the files that a reference was resolved to.
  ///
  /// - Parameters:
  ///   - resolved: the files.
  ///   - options: how the weights are read.
  ///   - template: which chat template to use.
  ///   - cpu: the backend.
  /// - Throws: when the files are damaged, the family is unknown, a tensor is missing, or the tokenizer cannot be read;
  ///   the message names the place.
  public static func load(
    _ resolved: ResolvedModel, options: LoadingOptions = LoadingOptions(),
    template: TemplateChoice = .automatic, cpu: CPU
  ) throws(ModelLoadError) -> LanguageModel {
    try resolved.load(
      folder: { (path, name) throws(ModelLoadError) in
        try load(folder: path, name: name, options: options, template: template, cpu: cpu)
      },
      gguf: { (path, name) throws(ModelLoadError) in
        try load(gguf: path, name: name, options: options, template: template, cpu: cpu)
      })
  }

  /// Loads a GGUF file; a first shard brings the others along. Whether it reads pictures depends on the file that
  /// ``LoadingOptions/projector`` names.
  public static func load(
    gguf path: String, name: String, options: LoadingOptions = LoadingOptions(),
    template: TemplateChoice = .automatic, cpu: CPU
  ) throws(ModelLoadError) -> LanguageModel {
    let file = try readingFile { () throws(FormatError) in try GGUFModel.open(path) }
    // The family is checked before the long lists of the tokenizer are read: its message is the more useful one.
    let vision = try vision(of: file, options: options, cpu: cpu)
    let decoder = if let vision { vision.decoder } else { try DecoderLM.load(file, options: options, cpu: cpu) }
    let tokenizer = try StoredTokenizer.tokenizer(of: file)
    let stored = try readingFile { () throws(FormatError) in try file.chatTemplates }
    let architecture = try readingFile { () throws(FormatError) in
      try file.metadata.string(for: "general.architecture")
    }
    let traits = ConversationTraits(
      modelType: architecture, config: nil, generationConfig: nil, tokenizer: tokenizer,
      endTokens: tokenizer.endOfGeneration)
    return try assemble(
      decoder, tokenizer, vision: vision,
      template: try ConversationTemplate.load(template, stored: stored, traits: traits, model: name), endTokens: [],
      name: name, cpu: cpu)
  }

  private static func vision(
    of file: GGUFModel, options: LoadingOptions, cpu: CPU
  ) throws(ModelLoadError) -> VisionLanguageModel? {
    guard let path = options.projector.path(of: file.path) else { return nil }
    let projector = try readingFile { () throws(FormatError) in try GGUFModel.open(path) }
    return try VisionLanguageModel.load(file, projector: projector, options: options, cpu: cpu)
  }

  /// Loads a model folder in Hugging Face layout.
  public static func load(
    folder path: String, name: String, options: LoadingOptions = LoadingOptions(),
    template: TemplateChoice = .automatic, cpu: CPU
  ) throws(ModelLoadError) -> LanguageModel {
    let folder = try readingFile { () throws(FormatError) in try ModelFolder.open(path) }
    let vision =
      VisionLanguageModel.isStored(in: folder)
      ? try VisionLanguageModel.load(folder, options: options, cpu: cpu) : nil
    let decoder = if let vision { vision.decoder } else { try DecoderLM.load(folder, options: options, cpu: cpu) }
    let tokenizer = try StoredTokenizer.tokenizer(of: folder)
    let endTokens = try readingFile { () throws(FormatError) in
      try StoredTokenizer.endTokens(generationConfig: folder.generationConfig, config: folder.config)
    }
    let modelType = try readingFile { () throws(FormatError) in try folder.config["model_type"].ifPresent?.string ?? ""
    }
    let traits = ConversationTraits(
      modelType: modelType, config: folder.config, generationConfig: folder.generationConfig, tokenizer: tokenizer,
      endTokens: endTokens)
    return try assemble(
      decoder, tokenizer, vision: vision,
      template: try ConversationTemplate.load(template, stored: folder.chatTemplates, traits: traits, model: name),
      endTokens: endTokens, name: name, cpu: cpu)
  }

  private static func assemble(
    _ decoder: DecoderLM, _ tokenizer: Tokenizer, vision: VisionLanguageModel? = nil, template: ConversationTemplate?,
    endTokens: Set<Int32>, name: String, cpu: CPU
  ) throws(ModelLoadError) -> LanguageModel {
    // A vocabulary smaller than the embedding is common (padding rows); a larger one would index outside it.
    guard tokenizer.vocabularySize <= decoder.spec.vocabulary else {
      throw ModelLoadError(
        .shapeMismatch, context: "\(name): tokenizer", expected: "at most \(decoder.spec.vocabulary) tokens",
        found: "\(tokenizer.vocabularySize)", hint: "The tokenizer belongs to another model.")
    }
    let stopTokens = template?.stopTokens(of: tokenizer) ?? []
    return LanguageModel(
      name: name, decoder: decoder, vision: vision, tokenizer: tokenizer, template: template,
      endTokens: endTokens.union(tokenizer.endOfGeneration).union(stopTokens),
      contextLength: decoder.spec.contextLength, cpu: cpu)
  }

  private static func readingFile<Value>(
    _ body: () throws(FormatError) -> Value
  ) throws(ModelLoadError) -> Value {
    do { return try body() } catch { throw ModelLoadError(error, as: .file) }
  }
}
