public import InkFormats
public import InkModels
package import InkNN
public import InkTensor
public import InkTokenizers

/// A model that reads a query and a document together and says how well one answers the other (Nogueira and Cho, 2019).
public final class CrossEncoder: Sendable {
  /// What the one logit becomes.
  public enum Activation: Sendable, Hashable {
    case none
    /// A number between 0 and 1.
    case sigmoid
  }

  /// The name it was asked for by.
  public let name: String
  /// What makes the tokens of a query and a document, special tokens between them included.
  public let tokenizer: Tokenizer
  /// What the one logit becomes.
  public let activation: Activation
  /// What its files say of texts.
  public let textSettings: SentenceSpec
  /// The most tokens of query and document together.
  public let maximumTokens: Int?
  package let encoder: EncoderLM
  /// The backend.
  public let cpu: CPU

  init(
    name: String, encoder: EncoderLM, tokenizer: Tokenizer, activation: Activation, textSettings: SentenceSpec,
    cpu: CPU
  ) throws(ModelLoadError) {
    try encoder.requireFitting(tokenizer, name: name)
    let classes = encoder.spec.outputs.classifier
    guard encoder.scoresSequences else {
      throw ModelLoadError(
        .unsupported, context: name, expected: "a head of one class over the sequence",
        found: classes.map { "\($0.labels.count) classes" } ?? "no such head",
        hint: "This is no reranker; models named so have it.")
    }
    self.name = name
    self.encoder = encoder
    self.tokenizer = tokenizer
    self.activation = activation
    self.textSettings = textSettings
    self.maximumTokens = [textSettings.maximumTokens, encoder.spec.contextLength].compactMap { $0 }.min()
    self.cpu = cpu
  }

  /// Loads a model from the files that a reference was resolved to.
  ///
  /// - Throws: when the files are damaged, the family is no encoder's, or there is no head of one class.
  public static func load(_ resolved: ResolvedModel, cpu: CPU) throws(ModelLoadError) -> CrossEncoder {
    try resolved.load(
      folder: { (path, name) throws(ModelLoadError) in try load(folder: path, name: name, cpu: cpu) },
      gguf: { (path, name) throws(ModelLoadError) in try load(gguf: path, name: name, cpu: cpu) })
  }

  /// The same, or nil for an encoder without a head of one class, which an adapter may bring.
  ///
  /// - Throws: when the files are damaged, or the family is no encoder's.
  public static func loadIfHeaded(_ resolved: ResolvedModel, cpu: CPU) throws(ModelLoadError) -> CrossEncoder? {
    let encoder = try resolved.load(
      folder: { (path, _) throws(ModelLoadError) in try EncoderLM.load(try opened(path), cpu: cpu) },
      gguf: { (path, _) throws(ModelLoadError) in try EncoderLM.load(try openedFile(path), cpu: cpu) })
    return encoder.scoresSequences ? try load(resolved, encoder: encoder, cpu: cpu) : nil
  }

  /// The same with an encoder that was put together already, such as one with the head of an adapter.
  package static func load(
    _ resolved: ResolvedModel, encoder: EncoderLM, cpu: CPU
  ) throws(ModelLoadError) -> CrossEncoder {
    try resolved.load(
      folder: { (path, name) throws(ModelLoadError) in
        try CrossEncoder(try opened(path), encoder: encoder, name: name, cpu: cpu)
      },
      gguf: { (path, name) throws(ModelLoadError) in
        try CrossEncoder(try openedFile(path), encoder: encoder, name: name, cpu: cpu)
      })
  }

  /// Loads a model folder in Hugging Face layout.
  public static func load(folder path: String, name: String, cpu: CPU) throws(ModelLoadError) -> CrossEncoder {
    let folder = try opened(path)
    return try CrossEncoder(folder, encoder: try EncoderLM.load(folder, cpu: cpu), name: name, cpu: cpu)
  }

  private static func openedFile(_ path: String) throws(ModelLoadError) -> GGUFModel {
    do { return try GGUFModel.open(path) } catch { throw ModelLoadError(error, as: .file) }
  }

  private static func opened(_ path: String) throws(ModelLoadError) -> ModelFolder {
    do { return try ModelFolder.open(path) } catch { throw ModelLoadError(error, as: .file) }
  }

  private convenience init(
    _ folder: ModelFolder, encoder: EncoderLM, name: String, cpu: CPU
  ) throws(ModelLoadError) {
    try self.init(
      name: name, encoder: encoder, tokenizer: try StoredTokenizer.tokenizer(of: folder),
      activation: try CrossEncoder.activation(ModelConfiguration(folder.config)),
      textSettings: try SentenceSpec.textSettings(folder), cpu: cpu)
  }

  /// Loads a GGUF file; a first shard brings the others along.
  public static func load(gguf path: String, name: String, cpu: CPU) throws(ModelLoadError) -> CrossEncoder {
    let file = try openedFile(path)
    return try CrossEncoder(file, encoder: try EncoderLM.load(file, cpu: cpu), name: name, cpu: cpu)
  }

  private convenience init(
    _ file: GGUFModel, encoder: EncoderLM, name: String, cpu: CPU
  ) throws(ModelLoadError) {
    try self.init(
      name: name, encoder: encoder, tokenizer: try StoredTokenizer.tokenizer(of: file), activation: .sigmoid,
      textSettings: SentenceSpec(), cpu: cpu)
  }

  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: what ``EncoderLM`` throws for adapters of another model.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> CrossEncoder {
    try CrossEncoder(
      name: name, encoder: try encoder.attaching(adapters), tokenizer: tokenizer, activation: activation,
      textSettings: textSettings, cpu: cpu)
  }

  /// What the configuration says, in either spelling of Sentence Transformers; a sigmoid when it says nothing.
  private static func activation(_ configuration: ModelConfiguration) throws(ModelLoadError) -> Activation {
    let newer = try configuration.section("sentence_transformers")?.text("activation_fn")
    let older = try configuration.text("sbert_ce_default_activation_function")
    guard let name = newer ?? older else { return .sigmoid }
    switch name.split(separator: ".").last {
    case "Sigmoid": return .sigmoid
    case "Identity": return .none
    default:
      throw ModelLoadError(
        .unsupported, context: "activation_fn", expected: "Sigmoid or Identity", found: "\"\(name.prefix(80))\"")
    }
  }
}

extension EncoderLM {
  /// Whether it has a head of one class over the sequence.
  package var scoresSequences: Bool {
    spec.outputs.classifier.map { $0.labels.count == 1 && $0.form != .everyToken } ?? false
  }
}
