/// A model folder in Hugging Face layout: configuration, tokenizer files, chat templates and weights.
///
/// ```swift
/// let folder = try ModelFolder.open("models/SmolLM2-135M-Instruct")
/// let family = try folder.config["model_type"].string
/// let weights = try folder.weights.open()
/// ```
public struct ModelFolder: Sendable {
  /// The folder's path.
  public let path: String
  /// `config.json`.
  public let config: JSONNode
  /// `generation_config.json`, when there is one.
  public let generationConfig: JSONNode?
  /// `tokenizer_config.json`, when there is one.
  public let tokenizerConfig: JSONNode?
  /// The tokenizer files that are there.
  public let tokenizerFiles: [TokenizerFile]
  /// The chat templates, `default` first when there is one.
  public let chatTemplates: [StoredTemplate]
  /// Where the weights are.
  public let weights: ModelWeights

  /// A file that a tokenizer can be made of.
  public struct TokenizerFile: Sendable, Hashable {
    /// What the file holds.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// The whole pipeline.
      case tokenizerJSON = "tokenizer.json"
      /// A SentencePiece model.
      case sentencePiece = "tokenizer.model"
      /// The SentencePiece model of T5 and its relatives.
      case sentencePieceT5 = "spiece.model"
      /// The SentencePiece model of XLM-R, BGE-M3 and their relatives.
      case sentencePieceBPE = "sentencepiece.bpe.model"
      /// The SentencePiece model of ChatGLM-6B.
      case sentencePieceChatGLM = "ice_text.model"
      /// Mistral's ranks of byte sequences.
      case tekken = "tekken.json"
      /// The tokens of RWKV World.
      case rwkv = "rwkv_vocab_v20230424.txt"
      /// Ranks of byte sequences.
      case tiktoken = "qwen.tiktoken"
      /// The vocabulary of a byte-level BPE.
      case vocabularyJSON = "vocab.json"
      /// The merges of a byte-level BPE.
      case merges = "merges.txt"
      /// The vocabulary of a WordPiece tokenizer, a token a line.
      case vocabularyText = "vocab.txt"
      /// Tokens added to the vocabulary.
      case addedTokens = "added_tokens.json"
      /// The names of special tokens.
      case specialTokens = "special_tokens_map.json"
    }

    /// What the file holds.
    public let kind: Kind
    /// Its path.
    public let path: String
  }

  /// Reads everything but tokenizer files and weights, which are only found.
  ///
  /// - Throws: `missing` for a folder without `config.json` or without weights; `unsupported` when the only weights
  ///   are in a layout that is not read; `malformed`, `typeMismatch` for a bad JSON file.
  public static func open(_ path: String) throws(FormatError) -> ModelFolder {
    guard let names = StoredFile.list(path) else {
      throw FormatError(
        .cannotOpen, file: path, expected: "a folder", hint: "Check the path and its permissions.")
    }
    let configPath = StoredFile.join(path, "config.json")
    guard names.contains("config.json") else {
      throw FormatError(
        .missing, file: path, context: "config.json", expected: "a model folder in Hugging Face layout",
        found: FolderListing.summary(names))
    }
    let tokenizerConfig = try document("tokenizer_config.json", path, names)
    let files = TokenizerFile.Kind.allCases.filter { names.contains($0.rawValue) }.map {
      TokenizerFile(kind: $0, path: StoredFile.join(path, $0.rawValue))
    }
    return ModelFolder(
      path: path, config: try JSONDocument.open(configPath).root,
      generationConfig: try document("generation_config.json", path, names), tokenizerConfig: tokenizerConfig,
      tokenizerFiles: files, chatTemplates: try FolderListing.chatTemplates(path, names, tokenizerConfig),
      weights: try FolderListing.weights(path, names))
  }

  private static func document(
    _ name: String, _ folder: String, _ names: [String]
  ) throws(FormatError) -> JSONNode? {
    names.contains(name) ? try JSONDocument.open(StoredFile.join(folder, name)).root : nil
  }

  /// The path of a tokenizer file of a kind, when it is there.
  public func tokenizerFile(_ kind: TokenizerFile.Kind) -> String? {
    tokenizerFiles.first { $0.kind == kind }?.path
  }
}
