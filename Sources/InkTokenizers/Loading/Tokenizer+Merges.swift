/// What a folder with `vocab.json` and `merges.txt` leaves unsaid: how text is cut and what is put around it.
public enum MergesConvention: String, Sendable, CaseIterable {
  /// GPT-2, and Whisper: words by GPT-2's expression, nothing around the text.
  case gpt2
  /// RoBERTa, BART and their relatives: `<s>` and `</s>` around the text.
  case roberta
  /// CLIP: lower case, words end in `</w>`, a token before and after the text.
  case clip
  /// Qwen 2 and later: NFC and Qwen's expression.
  case qwen2

  /// The convention of a class of the reference library (`tokenizer_class` in `tokenizer_config.json`); nil if it is not
  /// known.
  public init?(tokenizerClass name: String) {
    switch name.hasSuffix("Fast") ? String(name.dropLast(4)) : name {
    case "GPT2Tokenizer", "WhisperTokenizer": self = .gpt2
    case "RobertaTokenizer", "BartTokenizer", "LongformerTokenizer", "LEDTokenizer": self = .roberta
    case "CLIPTokenizer": self = .clip
    case "Qwen2Tokenizer": self = .qwen2
    default: return nil
    }
  }

  /// The convention of a kind of model (`model_type` in `config.json`), for folders that do not name the class; nil if it
  /// is not known.
  public init?(modelType: String) {
    switch modelType {
    case "gpt2", "gpt_neo", "gptj", "opt", "whisper": self = .gpt2
    case "roberta", "bart", "longformer", "led": self = .roberta
    case "clip", "clip_text_model": self = .clip
    case "qwen2", "qwen2_moe", "qwen3", "qwen3_moe": self = .qwen2
    default: return nil
    }
  }
}

extension Tokenizer {
  /// Builds a byte-level byte-pair tokenizer from `vocab.json` and `merges.txt`.
  ///
  /// - Parameters:
  ///   - vocabularyJSON: tokens and their ids.
  ///   - mergesText: two tokens a line, the first merge first.
  ///   - convention: what the two files leave unsaid.
  ///   - configuration: what `tokenizer_config.json` and `special_tokens_map.json` say.
  ///   - addedTokensJSON: `added_tokens.json`, if there is one.
  /// - Throws: `TokenizerError` with the place for damaged files and for files that contradict each other.
  public convenience init(
    vocabularyJSON: [UInt8], mergesText: [UInt8], convention: MergesConvention,
    configuration: TokenizerConfiguration = TokenizerConfiguration(), addedTokensJSON: [UInt8]? = nil
  ) throws(TokenizerError) {
    self.init(
      try MergesLoader.parts(vocabularyJSON, mergesText, convention, configuration, addedTokensJSON))
  }
}

/// Reads `vocab.json` with `merges.txt`.
enum MergesLoader {
  private static let clipExpression = #"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"#
  private static let wordEnd = "</w>"

  static func parts(
    _ vocabularyJSON: [UInt8], _ mergesText: [UInt8], _ convention: MergesConvention, _ given: TokenizerConfiguration,
    _ addedTokensJSON: [UInt8]?
  ) throws(TokenizerError) -> Tokenizer.Parts {
    let fields = convention == .clip ? [JSONValue.Member(name: "end_of_word_suffix", value: .string(wordEnd))] : []
    let document = try TokenizerDocument(
      vocabularyJSON: vocabularyJSON, mergesText: mergesText, modelFields: fields)
    let model = try BytePairLoader.load(document, .byteAlphabet)
    let configuration = completed(given, convention)
    let prefix: PreTokenizerStep.SpacePrefix = given.addsPrefixSpace == true ? .unlessPresent : .never
    var parts = Tokenizer.Parts(
      model: .bytePair(model), preTokenizer: PreTokenizer(try steps(convention, prefix)), decoder: .bytes,
      spelling: .byteAlphabet)
    func find(_ content: String) -> TokenID? {
      let bytes = Array(content.utf8)
      return model.vocabulary.id(of: ByteAlphabet.decode(bytes) ?? bytes)
        ?? document.id(ofToken: bytes)
    }
    parts.addedTokens = try FolderTokens.tokens(configuration, addedTokensJSON: addedTokensJSON, find: find)
    if convention == .roberta, let mask = configuration.mask, configuration.describedTokens[mask] == nil,
      let index = parts.addedTokens.firstIndex(where: { $0.content == mask })
    {
      parts.addedTokens[index].stripping.insert(.left)
    }
    parts.roles = TokenizerJSONLoader.roles(parts, configuration)
    finish(&parts, convention, configuration, prefix)
    return parts
  }

  /// The tokens that a class has when its files do not name others.
  private static func completed(
    _ given: TokenizerConfiguration, _ convention: MergesConvention
  ) -> TokenizerConfiguration {
    var configuration = given
    switch convention {
    case .gpt2:
      configuration.beginningOfSequence = given.beginningOfSequence ?? "<|endoftext|>"
      configuration.endOfSequence = given.endOfSequence ?? "<|endoftext|>"
    case .roberta:
      configuration.beginningOfSequence = given.beginningOfSequence ?? "<s>"
      configuration.endOfSequence = given.endOfSequence ?? "</s>"
      configuration.classification = given.classification ?? "<s>"
      configuration.separator = given.separator ?? "</s>"
      configuration.unknown = given.unknown ?? "<unk>"
      configuration.padding = given.padding ?? "<pad>"
      configuration.mask = given.mask ?? "<mask>"
    case .clip:
      configuration.beginningOfSequence = given.beginningOfSequence ?? "<|startoftext|>"
      configuration.endOfSequence = given.endOfSequence ?? "<|endoftext|>"
    case .qwen2: configuration.endOfSequence = given.endOfSequence ?? "<|endoftext|>"
    }
    return configuration
  }

  private static func steps(
    _ convention: MergesConvention, _ prefix: PreTokenizerStep.SpacePrefix
  ) throws(TokenizerError) -> [PreTokenizerStep] {
    switch convention {
    case .gpt2, .roberta: return [.byteLevel(prefix, .words)]
    case .clip:
      return [.split(.expression(try Pattern(clipExpression)), .removed, .betweenMatches), .byteLevel(prefix, .words)]
    case .qwen2:
      return [
        .split(.expression(try Pattern(FusedScanner.qwen2Expression)), .isolated, .matches), .byteLevel(prefix, .none),
      ]
    }
  }

  private static func finish(
    _ parts: inout Tokenizer.Parts, _ convention: MergesConvention, _ configuration: TokenizerConfiguration,
    _ prefix: PreTokenizerStep.SpacePrefix
  ) {
    let roles = parts.roles
    switch convention {
    case .gpt2:
      let begin = configuration.addsBeginningOfSequence == true ? roles.beginningOfSequence : nil
      let end = configuration.addsEndOfSequence == true ? roles.endOfSequence : nil
      parts.postProcessor = PostProcessor.around(begin: begin, end: end)
    case .roberta:
      parts.postProcessor = PostProcessor.roberta(
        begin: roles.classification ?? roles.beginningOfSequence, end: roles.separator ?? roles.endOfSequence)
      parts.postProcessor.trimming = .spaces(prefix)
    case .clip:
      // CLIP's reference class ends words by their suffix and strips the text.
      parts.decoder = .text(
        TextDecoder(
          steps: [
            .byteAlphabet, .replace(.literal(Array(wordEnd.utf8)), with: [Scan.space]),
            .strip([Scan.space], start: 1000, end: 1000),
          ]))
      parts.normalizer = .sequence([
        .unicode(.composed), .replace(.whitespaceRuns, with: [Scan.space]), .lowercase,
      ])
      parts.postProcessor = PostProcessor.roberta(begin: roles.beginningOfSequence, end: roles.endOfSequence)
    case .qwen2: parts.normalizer = .unicode(.composed)
    }
  }
}

extension PostProcessor {
  /// `<s> A </s>` and `<s> A </s></s> B </s>`, all of one type.
  static func roberta(begin: TokenID?, end: TokenID?) -> PostProcessor {
    func tokens(_ id: TokenID?) -> [Item] { id.map { [.tokens([$0], typeID: 0)] } ?? [] }
    var processor = PostProcessor()
    processor.plainPair = processor.pair
    processor.single = tokens(begin) + [.first(typeID: 0)] + tokens(end)
    processor.pair = processor.single + tokens(end) + [.second(typeID: 0)] + tokens(end)
    return processor
  }

  /// The tokens of a language model around each text.
  static func around(begin: TokenID?, end: TokenID?) -> PostProcessor {
    func around(_ item: Item, _ typeID: Int32) -> [Item] {
      let before: [Item] = begin.map { [.tokens([$0], typeID: typeID)] } ?? []
      return before + [item] + (end.map { [.tokens([$0], typeID: typeID)] } ?? [])
    }
    var processor = PostProcessor()
    processor.single = around(.first(typeID: 0), 0)
    processor.pair = processor.single + around(.second(typeID: 1), 1)
    return processor
  }
}

extension TokenizerDocument {
  /// The id of a token given as the file writes it.
  func id(ofToken token: [UInt8]) -> TokenID? {
    for index in 0..<tokens.count where tokens[index].elementsEqual(token) { return ids[index] }
    return nil
  }
}
