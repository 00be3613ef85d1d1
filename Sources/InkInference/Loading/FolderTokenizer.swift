import InkFormats
import InkModels
import InkTokenizers

/// Builds tokenizers of folders that have no `tokenizer.json`.
enum FolderTokenizer {
  /// What `tokenizer_config.json` and `special_tokens_map.json` say; nil without the first.
  static func configuration(_ folder: ModelFolder) throws(ModelLoadError) -> TokenizerConfiguration? {
    var configuration: TokenizerConfiguration?
    if folder.tokenizerConfig != nil {
      let path = folder.path + "/tokenizer_config.json"
      let bytes = try StoredTokenizer.read(path)
      do { configuration = try TokenizerConfiguration(json: bytes) } catch { throw failure(path, error) }
    }
    if let path = folder.tokenizerFile(.specialTokens) {
      let bytes = try StoredTokenizer.read(path)
      var completed = configuration ?? TokenizerConfiguration()
      do { try completed.complete(specialTokensMap: bytes) } catch { throw failure(path, error) }
      configuration = completed
    }
    return configuration
  }

  /// Whether the folder's `tokenizer.model` is the rank file of the first GLM-4.
  static func hasRanks(_ folder: ModelFolder) -> Bool {
    guard folder.tokenizerFile(.sentencePiece) != nil,
      let name = try? folder.tokenizerConfig?["tokenizer_class"].ifPresent?.string
    else { return false }
    return name == Tokenizer.glm4Class
  }

  /// Looks for the files one kind after the other; the first that is complete counts.
  static func tokenizer(
    of folder: ModelFolder, _ configuration: TokenizerConfiguration
  ) throws(ModelLoadError) -> Tokenizer {
    if let path = folder.tokenizerFile(.sentencePiece), hasRanks(folder) {
      return try build(path) { bytes throws(TokenizerError) in
        try Tokenizer(glm4Ranks: bytes, configuration: configuration)
      }
    }
    if let path = folder.tokenizerFile(.tekken) {
      return try build(path) { bytes throws(TokenizerError) in try Tokenizer(tekkenJSON: bytes) }
    }
    if let vocabulary = folder.tokenizerFile(.vocabularyJSON), let merges = folder.tokenizerFile(.merges) {
      let convention = try convention(folder, configuration)
      let mergesText = try StoredTokenizer.read(merges)
      let added = try addedTokens(folder)
      return try build(vocabulary) { bytes throws(TokenizerError) in
        try Tokenizer(
          vocabularyJSON: bytes, mergesText: mergesText, convention: convention, configuration: configuration,
          addedTokensJSON: added)
      }
    }
    if let path = folder.tokenizerFile(.tiktoken) {
      return try build(path) { bytes throws(TokenizerError) in try Tokenizer(qwenRanks: bytes) }
    }
    if let path = folder.tokenizerFile(.rwkv) {
      return try build(path) { bytes throws(TokenizerError) in try Tokenizer(rwkvVocabulary: bytes) }
    }
    if let path = folder.tokenizerFile(.vocabularyText) {
      if configuration.tokenizerClass?.hasPrefix("Rwkv") == true {
        return try build(path) { bytes throws(TokenizerError) in try Tokenizer(rwkvVocabulary: bytes) }
      }
      let added = try addedTokens(folder)
      return try build(path) { bytes throws(TokenizerError) in
        try Tokenizer(wordPieceVocabulary: bytes, configuration: configuration, addedTokensJSON: added)
      }
    }
    let names = folder.tokenizerFiles.map(\.kind.rawValue).joined(separator: ", ")
    throw ModelLoadError(
      .unsupported, context: folder.path,
      expected: "tokenizer.json, a SentencePiece model, tekken.json, vocab.json with merges.txt, vocab.txt or ranks",
      found: names.isEmpty ? "no tokenizer" : names, hint: "Save the tokenizer as tokenizer.json.")
  }

  private static func convention(
    _ folder: ModelFolder, _ configuration: TokenizerConfiguration
  ) throws(ModelLoadError) -> MergesConvention {
    if let name = configuration.tokenizerClass {
      if let convention = MergesConvention(tokenizerClass: name) { return convention }
      throw ModelLoadError(
        .unsupported, context: "\(folder.path)/tokenizer_config.json, tokenizer_class",
        expected: "a class of GPT-2, RoBERTa, CLIP or Qwen 2", found: "\"\(name)\"",
        hint: "Save the tokenizer as tokenizer.json, which says how text is cut.")
    }
    let modelType: String?
    do throws(FormatError) { modelType = try folder.config["model_type"].ifPresent?.string } catch {
      throw failure(folder.path + "/config.json", error)
    }
    if let convention = modelType.flatMap({ MergesConvention(modelType: $0) }) { return convention }
    throw ModelLoadError(
      .unsupported, context: "\(folder.path)/config.json, model_type",
      expected: "a model whose vocab.json and merges.txt are read as GPT-2, RoBERTa, CLIP or Qwen 2 do",
      found: modelType.map { "\"\($0)\"" } ?? "nothing",
      hint: "Name the class in tokenizer_config.json, or save the tokenizer as tokenizer.json.")
  }

  private static func addedTokens(_ folder: ModelFolder) throws(ModelLoadError) -> [UInt8]? {
    guard let path = folder.tokenizerFile(.addedTokens) else { return nil }
    return try StoredTokenizer.read(path)
  }

  private static func build(
    _ path: String, _ body: ([UInt8]) throws(TokenizerError) -> Tokenizer
  ) throws(ModelLoadError) -> Tokenizer {
    let bytes = try StoredTokenizer.read(path)
    do { return try body(bytes) } catch { throw failure(path, error) }
  }

  private static func failure(_ path: String, _ error: any Error) -> ModelLoadError {
    ModelLoadError(.file, context: path, found: "\(error)")
  }
}
