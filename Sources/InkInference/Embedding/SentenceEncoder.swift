public import InkFormats
public import InkModels
package import InkNN
public import InkTensor
public import InkTokenizers

/// A model of sentence vectors ready to run: encoder, tokenizer, and what makes one vector of many states.
public final class SentenceEncoder: Sendable {
  /// The name it was asked for by.
  public let name: String
  /// What makes a vector of the states.
  public let spec: SentenceSpec
  /// Text to token ids.
  public let tokenizer: Tokenizer
  /// The most tokens of a text, those that the tokenizer puts around it included; nil for no limit.
  public let maximumTokens: Int?
  /// Elements of the vectors.
  public var dimension: Int { head.dimension }
  package let encoder: EncoderLM
  package let head: SentenceHead
  /// The backend.
  public let cpu: CPU

  /// Tokens of texts that are read together; a longer text is read alone.
  package static var rowsOfStep: Int { EncoderBatches.rows }

  convenience init(
    name: String, spec: SentenceSpec, encoder: EncoderLM, tokenizer: Tokenizer, cpu: CPU
  ) throws(ModelLoadError) {
    try self.init(
      name: name, spec: spec, encoder: encoder, head: try SentenceHead(spec, width: encoder.spec.width, cpu: cpu),
      tokenizer: tokenizer, cpu: cpu)
  }

  private init(
    name: String, spec: SentenceSpec, encoder: EncoderLM, head: SentenceHead, tokenizer: Tokenizer, cpu: CPU
  ) throws(ModelLoadError) {
    try encoder.requireFitting(tokenizer, name: name)
    self.name = name
    self.spec = spec
    self.encoder = encoder
    self.head = head
    self.tokenizer = tokenizer
    self.maximumTokens = [spec.maximumTokens, encoder.spec.contextLength].compactMap { $0 }.min()
    self.cpu = cpu
  }

  /// Loads a model from the files that a reference was resolved to.
  ///
  /// - Throws: when the files are damaged, the family is no encoder's, a tensor is missing, or the tokenizer cannot be
  ///   read; the message names the place.
  public static func load(_ resolved: ResolvedModel, cpu: CPU) throws(ModelLoadError) -> SentenceEncoder {
    try resolved.load(
      folder: { (path, name) throws(ModelLoadError) in try load(folder: path, name: name, cpu: cpu) },
      gguf: { (path, name) throws(ModelLoadError) in try load(gguf: path, name: name, cpu: cpu) })
  }

  /// Loads a model folder in the layout of Sentence Transformers or of a bare Hugging Face encoder.
  public static func load(folder path: String, name: String, cpu: CPU) throws(ModelLoadError) -> SentenceEncoder {
    let folder: ModelFolder
    do { folder = try ModelFolder.open(path) } catch { throw ModelLoadError(error, as: .file) }
    let spec = try SentenceSpec.load(folder)
    let encoder = try EncoderLM.load(folder, cpu: cpu)
    return try SentenceEncoder(
      name: name, spec: spec, encoder: encoder, tokenizer: try StoredTokenizer.tokenizer(of: folder), cpu: cpu)
  }

  /// Loads a GGUF file; a first shard brings the others along.
  public static func load(gguf path: String, name: String, cpu: CPU) throws(ModelLoadError) -> SentenceEncoder {
    let file: GGUFModel
    do { file = try GGUFModel.open(path) } catch { throw ModelLoadError(error, as: .file) }
    let encoder = try EncoderLM.load(file, cpu: cpu)
    return try SentenceEncoder(
      name: name, spec: try SentenceSpec.load(file), encoder: encoder,
      tokenizer: try StoredTokenizer.tokenizer(of: file), cpu: cpu)
  }
}

extension SentenceEncoder {
  /// The same model with adapters; its own weights are shared, not copied.
  ///
  /// - Throws: what ``EncoderLM`` throws for adapters of another model.
  package func attaching(_ adapters: [ModelAdapter]) throws(ModelLoadError) -> SentenceEncoder {
    try SentenceEncoder(
      name: name, spec: spec, encoder: try encoder.attaching(adapters), head: head, tokenizer: tokenizer, cpu: cpu)
  }
}

extension EncoderLM {
  /// Fails if a tokenizer has ids that the embedding has no row for.
  func requireFitting(_ tokenizer: Tokenizer, name: String) throws(ModelLoadError) {
    guard tokenizer.vocabularySize <= spec.vocabulary else {
      throw ModelLoadError(
        .shapeMismatch, context: "\(name): tokenizer", expected: "at most \(spec.vocabulary) tokens",
        found: "\(tokenizer.vocabularySize)", hint: "The tokenizer belongs to another model.")
    }
  }
}
