/// A SentencePiece model and the files beside it that say how it is used.
public struct SentencePieceFiles: Sendable {
  /// The `.model` file.
  public var model: [UInt8]
  /// Its name.
  public var name: Name
  /// `tokenizer_config.json`, if there is one.
  public var configuration: [UInt8]?
  /// `special_tokens_map.json`, if there is one.
  public var specialTokensMap: [UInt8]?
  /// `added_tokens.json`, if there is one.
  public var addedTokens: [UInt8]?

  /// The names under which models are published; where the configuration names no class, the name decides.
  public enum Name: String, Sendable, CaseIterable {
    /// LLaMA and its relatives, Mistral, Gemma, Baichuan, InternLM, ChatGLM2 and ChatGLM3.
    case tokenizer = "tokenizer.model"
    /// T5 and its relatives.
    case spiece = "spiece.model"
    /// XLM-RoBERTa and its relatives.
    case sentencePieceBPE = "sentencepiece.bpe.model"
    /// ChatGLM-6B.
    case iceText = "ice_text.model"
  }

  /// Collects the files; those that are not there are left out.
  public init(
    model: [UInt8], name: Name, configuration: [UInt8]? = nil, specialTokensMap: [UInt8]? = nil,
    addedTokens: [UInt8]? = nil
  ) {
    self.model = model
    self.name = name
    self.configuration = configuration
    self.specialTokensMap = specialTokensMap
    self.addedTokens = addedTokens
  }
}

extension Tokenizer {
  /// Builds the tokenizer of a SentencePiece model that does what the `sentencepiece` library does.
  ///
  /// Nothing is put around a text. Control pieces spelled out in a text become their ids only with `parsing: .parse`;
  /// with `.asText` the ids are those of the library.
  ///
  /// - Parameters:
  ///   - model: the content of a `.model` file.
  ///   - name: the file's name, for messages.
  /// - Throws: `TokenizerError` for pieces that contradict each other or the model's type, and for damaged rules.
  public convenience init(
    sentencePiece model: SentencePieceModel, name: String = "tokenizer.model"
  ) throws(TokenizerError) {
    self.init(try SentencePieceLoader(model, name: name).parts())
  }

  /// Builds the tokenizer of a model folder that has a SentencePiece model and no `tokenizer.json`: with the tokens
  /// around a text, added tokens and moved ids of the family that the configuration names.
  ///
  /// - Throws: `TokenizerError` for damaged files and for a `tokenizer_class` whose conventions are not known.
  public convenience init(sentencePiece files: SentencePieceFiles) throws(TokenizerError) {
    let model = try SentencePieceModel(files.model, name: files.name.rawValue)
    let settings = try SentencePieceSettings(files)
    let convention = try SentencePieceConvention(settings, files.name)
    self.init(try convention.parts(model, settings, files.name.rawValue))
  }
}
