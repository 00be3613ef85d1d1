import Foundation
package import InkFormats

extension SentenceSpec {
  /// The spec of a model folder in the layout of Sentence Transformers: `modules.json` lists the parts, each with a
  /// folder and a `config.json` of its own. A folder without it is pooled by the mean.
  ///
  /// - Throws: `unsupported` for a module or setting that is not computed here; `invalidConfiguration`, `file`.
  package static func load(_ folder: ModelFolder) throws(ModelLoadError) -> SentenceSpec {
    var spec = try textSettings(folder)
    if let modules = try document("modules.json", in: folder.path) {
      spec.poolings = []
      for module in try modules.elements() { try spec.add(module, in: folder.path) }
      guard !spec.poolings.isEmpty else {
        throw ModelLoadError(
          .unsupported, context: "\(folder.path)/modules.json", expected: "a Pooling module", found: "none")
      }
    }
    return spec
  }

  /// What such a folder says of the texts alone, with the mean for a pooling.
  package static func textSettings(_ folder: ModelFolder) throws(ModelLoadError) -> SentenceSpec {
    var spec = SentenceSpec()
    try spec.readTextSettings(folder)
    return spec
  }

  /// The spec that the metadata of a GGUF file gives; llama.cpp brings its vectors to the length of one.
  package static func load(_ model: GGUFModel) throws(ModelLoadError) -> SentenceSpec {
    let key: String
    let number: Int?
    do {
      key = "\(try model.metadata.string(for: "general.architecture")).pooling_type"
      number = model.metadata.contains(key) ? try model.metadata.int(for: key) : nil
    } catch { throw ModelLoadError(error, as: .file) }
    let pooling: Pooling
    switch number {
    case nil, 1?: pooling = .mean
    case 2?: pooling = .first
    case 3?: pooling = .last
    case let other?:
      throw ModelLoadError(
        .unsupported, context: "\(model.path): \(key)", expected: "1 (mean), 2 (first token) or 3 (last token)",
        found: "\(other)")
    }
    var spec = SentenceSpec(poolings: [pooling], steps: [.normalize])
    try spec.readPrompts(model)
    return spec
  }

  /// Texts that are put in front, which llama.cpp has no keys for; those that this program writes are read.
  private mutating func readPrompts(_ model: GGUFModel) throws(ModelLoadError) {
    let prefix = "sentence_transformers.prompts."
    do {
      for key in model.metadata.keys where key.hasPrefix(prefix) {
        prompts[String(key.dropFirst(prefix.count))] = try model.metadata.string(for: key)
      }
      let name = "sentence_transformers.default_prompt_name"
      if model.metadata.contains(name) { defaultPrompt = try model.metadata.string(for: name) }
    } catch { throw ModelLoadError(error, as: .file) }
  }

  private mutating func add(_ module: ModelConfiguration, in folder: String) throws(ModelLoadError) {
    let type = try module.text("type") ?? ""
    let path = try module.text("path") ?? ""
    // The path comes from a file: it must not lead out of the folder.
    guard !path.split(separator: "/").contains(".."), !path.hasPrefix("/") else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(folder)/modules.json", expected: "a path inside the folder",
        found: ModelLoadError.quoted(path))
    }
    let own = "\(folder)/\(path)"
    // Versions differ in where they keep a class, not in its name.
    switch type.split(separator: ".").last {
    case "Transformer":
      guard path.isEmpty || path == "." else {
        throw ModelLoadError(
          .unsupported, context: "\(folder)/modules.json", expected: "the encoder in the folder itself",
          found: ModelLoadError.quoted(path), hint: "Name the folder of the encoder instead.")
      }
    case "Pooling":
      guard poolings.isEmpty else {
        throw ModelLoadError(
          .unsupported, context: "\(folder)/modules.json", expected: "one Pooling module", found: "two")
      }
      poolings = try SentenceSpec.poolings(try SentenceSpec.configuration(in: own))
    case "Dense": steps.append(.dense(try SentenceSpec.dense(try SentenceSpec.configuration(in: own), folder: own)))
    case "Normalize": steps.append(.normalize)
    default:
      throw ModelLoadError(
        .unsupported, context: "\(folder)/modules.json", expected: "Transformer, Pooling, Dense or Normalize",
        found: ModelLoadError.quoted(type))
    }
  }

  private static func poolings(_ configuration: ModelConfiguration) throws(ModelLoadError) -> [Pooling] {
    // With a prompt in front of a text its tokens count like the others.
    guard try configuration.flag("include_prompt", default: true) else {
      throw ModelLoadError(.unsupported, context: "include_prompt", expected: "true", found: "false")
    }
    if configuration.node["pooling_mode"].ifPresent != nil {
      let names: [String]
      if case .array? = configuration.node["pooling_mode"].value {
        names = try configuration.texts("pooling_mode") ?? []
      } else {
        names = [try configuration.text("pooling_mode") ?? ""]
      }
      return try names.map { name throws(ModelLoadError) in try pooling(named: name) }
    }
    // The older spelling: a flag for each, in the order in which the reference puts the vectors.
    let flags: [(key: String, pooling: Pooling)] = [
      ("pooling_mode_cls_token", .first), ("pooling_mode_max_tokens", .largest), ("pooling_mode_mean_tokens", .mean),
      ("pooling_mode_mean_sqrt_len_tokens", .meanOverRoot), ("pooling_mode_weightedmean_tokens", .weightedMean),
      ("pooling_mode_lasttoken", .last),
    ]
    var poolings: [Pooling] = []
    for (key, pooling) in flags where try configuration.flag(key, default: false) { poolings.append(pooling) }
    return poolings.isEmpty ? [.mean] : poolings
  }

  private static func pooling(named name: String) throws(ModelLoadError) -> Pooling {
    switch name {
    case "cls": return .first
    case "max": return .largest
    case "mean": return .mean
    case "mean_sqrt_len_tokens": return .meanOverRoot
    case "weightedmean": return .weightedMean
    case "lasttoken": return .last
    default:
      throw ModelLoadError(
        .unsupported, context: "pooling_mode",
        expected: "cls, max, mean, mean_sqrt_len_tokens, weightedmean or lasttoken",
        found: ModelLoadError.quoted(name))
    }
  }

  private static func dense(_ configuration: ModelConfiguration, folder: String) throws(ModelLoadError) -> DenseSpec {
    let activation: DenseSpec.Activation
    let name = try configuration.text("activation_function") ?? "torch.nn.modules.activation.Tanh"
    switch name.split(separator: ".").last {
    case "Tanh": activation = .hyperbolicTangent
    case "Identity": activation = .none
    default:
      throw ModelLoadError(
        .unsupported, context: "\(folder): activation_function", expected: "Tanh or Identity",
        found: ModelLoadError.quoted(name))
    }
    return DenseSpec(
      folder: folder, inputs: try configuration.positive("in_features"),
      outputs: try configuration.positive("out_features"),
      bias: try configuration.flag("bias", default: true) ? .present : .none, activation: activation)
  }

  private mutating func readTextSettings(_ folder: ModelFolder) throws(ModelLoadError) {
    if let settings = try SentenceSpec.document("sentence_bert_config.json", in: folder.path) {
      if settings.node["max_seq_length"].ifPresent != nil { maximumTokens = try settings.positive("max_seq_length") }
      letters = try settings.flag("do_lower_case", default: false) ? .lowercased : .asGiven
    }
    if maximumTokens == nil, let tokenizer = folder.tokenizerConfig?["model_max_length"].ifPresent {
      // Some write 10^30 for "no limit".
      if let length = try? tokenizer.int, length > 0, length <= ModelConfiguration.largestExtent {
        maximumTokens = length
      }
    }
    if let tokenizer = folder.tokenizerConfig,
      let inputs = try ModelConfiguration(tokenizer).texts("model_input_names"), !inputs.contains("token_type_ids")
    {
      kinds = .first
    }
    guard let settings = try SentenceSpec.document("config_sentence_transformers.json", in: folder.path) else { return }
    if let prompts = try settings.section("prompts") {
      do {
        for (name, text) in try prompts.node.members { self.prompts[name] = try text.string }
      } catch { throw ModelLoadError(error, as: .invalidConfiguration) }
    }
    defaultPrompt = try settings.text("default_prompt_name")
  }

  private static func configuration(in folder: String) throws(ModelLoadError) -> ModelConfiguration {
    do { return ModelConfiguration(try JSONDocument.open("\(folder)/config.json").root) } catch {
      throw ModelLoadError(error, as: .file)
    }
  }

  /// A document that a folder may have.
  private static func document(_ name: String, in folder: String) throws(ModelLoadError) -> ModelConfiguration? {
    let path = "\(folder)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do { return ModelConfiguration(try JSONDocument.open(path).root) } catch { throw ModelLoadError(error, as: .file) }
  }
}

extension ModelConfiguration {
  /// The elements of a list at the outermost level.
  fileprivate func elements() throws(ModelLoadError) -> [ModelConfiguration] {
    do { return try node.array.map { ModelConfiguration($0, container: container) } } catch {
      throw ModelLoadError(error, as: .invalidConfiguration)
    }
  }
}
