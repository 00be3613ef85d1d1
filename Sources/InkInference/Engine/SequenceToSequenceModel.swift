import InkFormats
public import InkModels
public import InkTensor
public import InkTokenizers

/// A model that reads a source and writes a target, ready to run.
public final class SequenceToSequenceModel: Sendable {
  /// The name it was asked for by.
  public let name: String
  package let network: EncoderDecoderLM
  /// Text to token ids and back, for both sides.
  public let tokenizer: Tokenizer
  /// The token that a target begins with.
  public let startToken: Int32
  /// Tokens that end a target.
  public let endTokens: Set<Int32>
  /// The backend.
  public let cpu: CPU

  /// The most tokens of a target when no other limit is asked for: relative positions have no end of their own.
  public static let longestTarget = 4096

  package init(
    name: String, network: EncoderDecoderLM, tokenizer: Tokenizer, endTokens: Set<Int32>, cpu: CPU
  ) throws(ModelLoadError) {
    guard tokenizer.vocabularySize <= network.spec.vocabulary else {
      throw ModelLoadError(
        .shapeMismatch, context: "\(name): tokenizer", expected: "at most \(network.spec.vocabulary) tokens",
        found: "\(tokenizer.vocabularySize)", hint: "The tokenizer belongs to another model.")
    }
    guard let start = network.spec.startToken, Int(start) < network.spec.vocabulary else {
      throw ModelLoadError(
        .invalidConfiguration, context: "\(name): decoder_start_token_id",
        expected: "an id below \(network.spec.vocabulary)",
        found: network.spec.startToken.map { "\($0)" } ?? "nothing")
    }
    self.name = name
    self.network = network
    self.tokenizer = tokenizer
    self.startToken = start
    self.endTokens = endTokens.union(tokenizer.endOfGeneration)
    self.cpu = cpu
  }

  /// Loads a model folder in Hugging Face layout.
  ///
  /// - Throws: when the files are damaged, the family has no encoder and decoder, a tensor is missing, or the tokenizer
  ///   cannot be read; the message names the place.
  public static func load(folder path: String, name: String, cpu: CPU) throws(ModelLoadError) -> SequenceToSequenceModel
  {
    let folder: ModelFolder
    let endTokens: Set<Int32>
    do {
      folder = try ModelFolder.open(path)
      endTokens = try StoredTokenizer.endTokens(generationConfig: folder.generationConfig, config: folder.config)
    } catch { throw ModelLoadError(error, as: .file) }
    return try SequenceToSequenceModel(
      name: name, network: try EncoderDecoderLM.load(folder, cpu: cpu),
      tokenizer: try StoredTokenizer.tokenizer(of: folder), endTokens: endTokens, cpu: cpu)
  }

  /// Loads a GGUF file; a first shard brings the others along.
  public static func load(gguf path: String, name: String, cpu: CPU) throws(ModelLoadError) -> SequenceToSequenceModel {
    let file: GGUFModel
    do { file = try GGUFModel.open(path) } catch { throw ModelLoadError(error, as: .file) }
    return try SequenceToSequenceModel(
      name: name, network: try EncoderDecoderLM.load(file, cpu: cpu),
      tokenizer: try StoredTokenizer.tokenizer(of: file), endTokens: [], cpu: cpu)
  }
}
