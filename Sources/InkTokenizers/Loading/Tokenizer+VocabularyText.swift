extension Tokenizer {
  /// Builds a WordPiece tokenizer from `vocab.txt`, a token a line, as BERT and its relatives publish it.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - configuration: what `tokenizer_config.json` says; without it the text is lowered, as BERT does by default.
  ///   - addedTokensJSON: `added_tokens.json`, if there is one.
  /// - Throws: `TokenizerError` for a damaged file, and for a tokenizer class that reads such a file in another way.
  public convenience init(
    wordPieceVocabulary bytes: [UInt8], configuration: TokenizerConfiguration = TokenizerConfiguration(),
    addedTokensJSON: [UInt8]? = nil
  ) throws(TokenizerError) {
    self.init(try VocabularyTextLoader.parts(bytes, configuration, addedTokensJSON))
  }
}

/// Reads lists of tokens.
enum VocabularyTextLoader {
  /// The classes of the reference library that read `vocab.txt` as BERT does.
  private static let classes = [
    "BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MobileBertTokenizer", "ConvBertTokenizer",
    "LayoutLMTokenizer", "LxmertTokenizer", "SqueezeBertTokenizer", "RetriBertTokenizer", "DPRContextEncoderTokenizer",
    "DPRQuestionEncoderTokenizer", "DPRReaderTokenizer",
  ]

  static func parts(
    _ bytes: [UInt8], _ given: TokenizerConfiguration, _ addedTokensJSON: [UInt8]?
  ) throws(TokenizerError) -> Tokenizer.Parts {
    if let name = given.tokenizerClass, !classes.contains(name), !classes.contains(where: { $0 + "Fast" == name }) {
      throw TokenizerError(
        .unsupported, in: "tokenizer_config.json, tokenizer_class",
        expected: "BertTokenizer or a relative of it, because the folder has a vocab.txt", found: "\"\(name)\"",
        hint: "Save the tokenizer as tokenizer.json.")
    }
    var configuration = given
    configuration.unknown = given.unknown ?? "[UNK]"
    configuration.separator = given.separator ?? "[SEP]"
    configuration.padding = given.padding ?? "[PAD]"
    configuration.classification = given.classification ?? "[CLS]"
    configuration.mask = given.mask ?? "[MASK]"
    let vocabulary = try vocabulary(bytes)
    func find(_ content: String?) -> TokenID? { content.flatMap { vocabulary.id(of: Array($0.utf8)) } }
    guard let unknown = find(configuration.unknown) else {
      throw TokenizerError(
        .invalidVocabulary, in: "vocab.txt", expected: "the token \(configuration.unknown ?? "[UNK]")",
        found: "a list without it", hint: "The file is cut short or belongs to another tokenizer: fetch it again.")
    }
    let model = WordPieceModel(
      vocabulary: vocabulary, unknown: unknown, longestWord: WordPieceLoader.longestWord,
      continuationPrefix: Array("##".utf8))
    var normalizer = BertNormalizer()
    let lowers = given.lowersCase ?? true
    normalizer.letterCase = lowers ? .lowered : .kept
    normalizer.accents = given.stripsAccents ?? lowers ? .stripped : .kept
    normalizer.chineseCharacters = given.separatesChineseCharacters ?? true ? .apart : .joined
    var parts = Tokenizer.Parts(
      model: .wordPiece(model), preTokenizer: PreTokenizer([.whitespaceSplit, .punctuation(.isolated)]),
      decoder: .text(TextDecoder(steps: [.wordPiece(prefix: Array("##".utf8)), .cleanup])), spelling: .text)
    parts.normalizer = .bert(normalizer)
    parts.addedTokens = try FolderTokens.tokens(configuration, addedTokensJSON: addedTokensJSON, find: find)
    let taken = Set(parts.addedTokens.map(\.content))
    for content in given.neverSplit where !taken.contains(content) {
      // Like any other word it is unknown if the vocabulary does not hold it.
      guard let id = find(content) else { continue }
      parts.addedTokens.append(
        AddedToken(id: id, content: content, kind: .ordinary, placement: .betweenSpaces))
    }
    parts.roles = TokenizerJSONLoader.roles(parts, configuration)
    parts.postProcessor = PostProcessor.encoder(
      begin: parts.roles.classification, end: parts.roles.separator)
    return parts
  }

  /// The tokens by line. A token that is listed twice is found under its last id, as in the reference library.
  private static func vocabulary(_ bytes: [UInt8]) throws(TokenizerError) -> Vocabulary {
    func refuse(_ place: String, _ expected: String, _ found: String) -> TokenizerError {
      TokenizerError(
        .malformedFile, in: place, expected: expected, found: found,
        hint: "The file is damaged or of another format: fetch it again.")
    }
    guard bytes.count < UInt32.max else { throw refuse("vocab.txt", "less than 4 GiB", "more") }
    if let invalid = UTF8Reader.firstInvalidOffset(bytes) {
      throw refuse("vocab.txt, byte \(invalid)", "UTF-8", "the byte \(bytes[invalid])")
    }
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    guard !lines.isEmpty else { throw refuse("vocab.txt", "a token a line", "nothing") }
    var vocabulary = Vocabulary(count: lines.count, idLimit: lines.count, byteCount: bytes.count)
    var last: [ArraySlice<UInt8>: Int] = [:]
    for (id, line) in lines.enumerated() {
      let token = line.last == 0x0D ? line.dropLast() : line
      vocabulary.store(token, id: TokenID(id))
      last[token] = id
    }
    vocabulary.seal()
    let current = Set(last.values)
    _ = vocabulary.index { current.contains(Int($0)) }
    return vocabulary
  }
}
