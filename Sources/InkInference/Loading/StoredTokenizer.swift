package import InkFormats
package import InkModels
import InkTensor
package import InkTokenizers

/// Finds the tokenizer among a model's files.
package enum StoredTokenizer {
  /// The tokenizer in the metadata of a GGUF file.
  package static func tokenizer(of file: GGUFModel) throws(ModelLoadError) -> Tokenizer {
    // A large vocabulary would be resident twice, here and in the file.
    defer { for part in file.files { part.discardHeaderPages() } }
    guard file.metadata.contains("tokenizer.ggml.model"), file.metadata.contains("tokenizer.ggml.tokens") else {
      throw ModelLoadError(
        .unsupported, context: file.path,
        expected: "a tokenizer in the metadata (tokenizer.ggml.model and tokenizer.ggml.tokens)",
        found: "none",
        hint: "Convert the model again from a folder with its tokenizer; token ids alone work as they are.")
    }
    let vocabulary: GGUFVocabulary
    do { vocabulary = try self.vocabulary(file.metadata) } catch { throw ModelLoadError(error, as: .file) }
    do { return try Tokenizer(gguf: vocabulary) } catch {
      throw ModelLoadError(.file, context: "\(file.path): tokenizer", found: "\(error)")
    }
  }

  /// The tokenizer of a folder: its `tokenizer.json`, or its SentencePiece model and the files beside it, or else the files
  /// of the kinds that `FolderTokenizer` knows.
  package static func tokenizer(of folder: ModelFolder) throws(ModelLoadError) -> Tokenizer {
    let configuration = try FolderTokenizer.configuration(folder)
    guard let path = folder.tokenizerFile(.tokenizerJSON) else {
      if let (path, name) = sentencePieceFile(of: folder) { return try sentencePiece(path, name, folder) }
      return try FolderTokenizer.tokenizer(of: folder, configuration ?? TokenizerConfiguration())
    }
    let bytes = try read(path)
    do { return try Tokenizer(tokenizerJSON: bytes, configuration: configuration) } catch {
      throw ModelLoadError(.file, context: path, found: "\(error)")
    }
  }

  /// The SentencePiece model that the tokenizer of a folder is made of, if it is. The first GLM-4 keeps ranks under the
  /// name of one.
  static func sentencePieceFile(of folder: ModelFolder) -> (path: String, name: SentencePieceFiles.Name)? {
    guard folder.tokenizerFile(.tokenizerJSON) == nil, !FolderTokenizer.hasRanks(folder) else { return nil }
    return SentencePieceFiles.Name.allCases.lazy.compactMap { name in
      folder.tokenizerFile(kind(name)).map { ($0, name) }
    }.first
  }

  private static func kind(_ name: SentencePieceFiles.Name) -> ModelFolder.TokenizerFile.Kind {
    switch name {
    case .tokenizer: .sentencePiece
    case .spiece: .sentencePieceT5
    case .sentencePieceBPE: .sentencePieceBPE
    case .iceText: .sentencePieceChatGLM
    }
  }

  private static func sentencePiece(
    _ path: String, _ name: SentencePieceFiles.Name, _ folder: ModelFolder
  ) throws(ModelLoadError) -> Tokenizer {
    func readIfThere(_ kind: ModelFolder.TokenizerFile.Kind) throws(ModelLoadError) -> [UInt8]? {
      guard let path = folder.tokenizerFile(kind) else { return nil }
      return try read(path)
    }
    let files = SentencePieceFiles(
      model: try read(path), name: name,
      configuration: folder.tokenizerConfig == nil ? nil : try read(folder.path + "/tokenizer_config.json"),
      specialTokensMap: try readIfThere(.specialTokens), addedTokens: try readIfThere(.addedTokens))
    do { return try Tokenizer(sentencePiece: files) } catch {
      throw ModelLoadError(.file, context: folder.path, found: "\(error)")
    }
  }

  /// The ids under `eos_token_id`, a number or a list; those of the generation configuration win. A model that reads
  /// pictures keeps its decoder's in a section.
  static func endTokens(generationConfig: JSONNode?, config: JSONNode) throws(FormatError) -> Set<Int32> {
    let places = [generationConfig?["eos_token_id"], config["eos_token_id"], config["text_config"]["eos_token_id"]]
    guard let node = places.compactMap({ $0?.ifPresent }).first else { return [] }
    var ids: Set<Int32> = []
    let nodes: [JSONNode]
    if case .array? = node.value { nodes = try node.array } else { nodes = [node] }
    for entry in nodes {
      if let id = Int32(exactly: try entry.int) { ids.insert(id) }
    }
    return ids
  }

  static func read(_ path: String) throws(ModelLoadError) -> [UInt8] {
    do { return try StoredFile.read(path) } catch { throw ModelLoadError(error) }
  }

  private static func vocabulary(_ metadata: GGUFMetadata) throws(FormatError) -> GGUFVocabulary {
    func token(_ key: String) throws(FormatError) -> TokenID? {
      guard metadata.contains("tokenizer.ggml.\(key)_token_id") else { return nil }
      return TokenID(exactly: try metadata.int(for: "tokenizer.ggml.\(key)_token_id"))
    }
    func flag(_ key: String) throws(FormatError) -> Bool? {
      metadata.contains("tokenizer.ggml.\(key)") ? try metadata.bool(for: "tokenizer.ggml.\(key)") : nil
    }
    func strings(_ key: String) throws(FormatError) -> PackedStrings {
      guard metadata.contains("tokenizer.ggml.\(key)") else { return PackedStrings() }
      let (bytes, offsets) = try metadata.strings(for: "tokenizer.ggml.\(key)").packed()
      do { return try PackedStrings(bytes: bytes, offsets: offsets) } catch {
        throw FormatError(.malformed, file: metadata.path, context: "tokenizer.ggml.\(key)", found: "\(error)")
      }
    }
    func has(_ key: String) -> Bool { metadata.contains("tokenizer.ggml.\(key)") }
    return GGUFVocabulary(
      model: try metadata.string(for: "tokenizer.ggml.model"),
      preTokenizer: has("pre") ? try metadata.string(for: "tokenizer.ggml.pre") : "default",
      tokens: try strings("tokens"), merges: try strings("merges"),
      scores: has("scores") ? try metadata.floats(for: "tokenizer.ggml.scores") : [],
      tokenTypes: has("token_type")
        ? try metadata.ints(for: "tokenizer.ggml.token_type").map { Int32(truncatingIfNeeded: $0) } : [],
      beginningOfSequence: try token("bos"), endOfSequence: try token("eos"), endOfTurn: try token("eot"),
      unknown: try token("unknown"), padding: try token("padding"),
      classification: try token("cls"), separator: try token("seperator"), mask: try token("mask"),
      addsBeginningOfSequence: try flag("add_bos_token"), addsEndOfSequence: try flag("add_eos_token"),
      addsSpacePrefix: try flag("add_space_prefix"),
      removesExtraWhitespace: try flag("remove_extra_whitespaces"),
      characterMap: has("precompiled_charsmap")
        ? try metadata.ints(for: "tokenizer.ggml.precompiled_charsmap").map { UInt8(truncatingIfNeeded: $0) } : [])
  }
}
