extension Tokenizer {
  /// Builds the tokenizer that a `tokenizer.json` in Hugging Face's format describes.
  ///
  /// - Parameters:
  ///   - bytes: the file.
  ///   - configuration: what `tokenizer_config.json` says beside it; it names the tokens of `roles`.
  /// - Throws: `TokenizerError` that names the field for a damaged file, and for parts that are not supported.
  public convenience init(
    tokenizerJSON bytes: [UInt8], configuration: TokenizerConfiguration? = nil
  ) throws(TokenizerError) {
    self.init(try TokenizerJSONLoader.parts(try TokenizerDocument(bytes), configuration))
  }
}

/// Puts the parts of a `tokenizer.json` together.
enum TokenizerJSONLoader {
  static func parts(
    _ document: borrowing TokenizerDocument, _ configuration: TokenizerConfiguration?
  ) throws(TokenizerError) -> Tokenizer.Parts {
    let root = document.root
    var preTokenizer = PreTokenizer([])
    if let field = root.optional("pre_tokenizer") { preTokenizer = PreTokenizer(try PreTokenizerLoader.load(field)) }
    let spelling: Tokenizer.Spelling = preTokenizer.endsInBytes ? .byteAlphabet : .text
    let model = try model(document, spelling)
    var parts = Tokenizer.Parts(
      model: model, preTokenizer: preTokenizer, decoder: try DecoderLoader.load(root.optional("decoder")),
      spelling: spelling)
    if let field = root.optional("normalizer") { parts.normalizer = try NormalizerLoader.load(field) }
    if let field = root.optional("post_processor") {
      try PostProcessorLoader.load(field, into: &parts.postProcessor)
    }
    if let field = root.optional("added_tokens") { parts.addedTokens = try addedTokens(field, model, spelling) }
    if let field = root.optional("truncation") { parts.truncation = try truncation(field) }
    if let field = root.optional("padding") { parts.padding = try padding(field) }
    parts.roles = roles(parts, configuration)
    try checkTemplate(parts, root)
    return parts
  }

  private static func model(
    _ document: borrowing TokenizerDocument, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> Model {
    // Older files leave the type out; merges give a byte-pair model away.
    let type = try document.model.optional("type")?.string() ?? impliedType(document)
    switch type {
    case "BPE": return .bytePair(try BytePairLoader.load(document, spelling))
    case "Unigram": return .unigram(try UnigramLoader.load(document, spelling))
    default:
      throw TokenizerError(
        .unsupported, in: "\(document.model.path).type", expected: "BPE or Unigram", found: "\"\(type)\"",
        hint: "WordPiece and WordLevel models are not supported yet; use a model with a BPE tokenizer.")
    }
  }

  private static func impliedType(_ document: borrowing TokenizerDocument) -> String {
    switch document.vocabularyKind {
    case .scores: "Unigram"
    case .ids, .none: document.hasMerges ? "BPE" : "none"
    }
  }

  private static func addedTokens(
    _ field: JSONField, _ model: Model, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var seen: Set<TokenID> = []
    for item in try field.list() {
      var token = AddedToken(
        id: try item.required("id").tokenID(), content: try item.required("content").string())
      token.kind = try item.flag("special", default: false) ? .special : .ordinary
      token.placement = try item.flag("single_word", default: false) ? .betweenWords : .anywhere
      if try item.flag("lstrip", default: false) { token.stripping.insert(.left) }
      if try item.flag("rstrip", default: false) { token.stripping.insert(.right) }
      token.matching =
        try item.flag("normalized", default: token.kind == .ordinary) ? .normalizedText : .givenText
      guard seen.insert(token.id).inserted else {
        throw TokenizerError(
          .invalidVocabulary, in: item.path, expected: "an id of its own", found: "the id \(token.id) a second time",
          hint: "The file is damaged: fetch it again.")
      }
      tokens.append(token)
    }
    return tokens
  }

  private static func truncation(_ field: JSONField) throws(TokenizerError) -> Truncation {
    var result = Truncation(maximumLength: try field.required("max_length").integer(in: 0...1 << 40))
    if let direction = field.optional("direction") {
      switch try direction.string() {
      case "Left": result.side = .start
      case "Right": result.side = .end
      default: throw direction.wrong("Left or Right")
      }
    }
    if let strategy = field.optional("strategy") {
      switch try strategy.string() {
      case "LongestFirst": result.strategy = .longestFirst
      case "OnlyFirst": result.strategy = .onlyFirst
      case "OnlySecond": result.strategy = .onlySecond
      default: throw strategy.wrong("LongestFirst, OnlyFirst or OnlySecond")
      }
    }
    return result
  }

  private static func padding(_ field: JSONField) throws(TokenizerError) -> Padding {
    var result = Padding(length: nil)
    if let strategy = field.optional("strategy"), let fixed = strategy.optional("Fixed") {
      result.length = try fixed.integer(in: 0...1 << 30)
    }
    result.multiple = try field.optional("pad_to_multiple_of")?.integer(in: 0...1 << 20)
    result.id = try field.optional("pad_id")?.tokenID() ?? 0
    result.typeID = Int32(try field.optional("pad_type_id")?.integer(in: 0...255) ?? 0)
    if let direction = field.optional("direction") {
      switch try direction.string() {
      case "Left": result.side = .start
      case "Right": result.side = .end
      default: throw direction.wrong("Left or Right")
      }
    }
    return result
  }

  /// The ids of the tokens that the configuration names.
  private static func roles(
    _ parts: Tokenizer.Parts, _ configuration: TokenizerConfiguration?
  ) -> SpecialTokenRoles {
    var unknown: TokenID?
    if case .unigram(let model) = parts.model { unknown = model.unknown }
    guard let configuration else { return SpecialTokenRoles(unknown: unknown, padding: parts.padding?.id) }
    let added = AddedTokens(parts.addedTokens, normalizer: nil)
    func id(_ content: String?) -> TokenID? {
      guard let content else { return nil }
      let bytes = Array(content.utf8)
      return added.id(of: content)
        ?? parts.model.vocabulary.id(
          of: parts.spelling == .byteAlphabet ? ByteAlphabet.decode(bytes) ?? bytes : bytes)
    }
    return SpecialTokenRoles(
      beginningOfSequence: id(configuration.beginningOfSequence), endOfSequence: id(configuration.endOfSequence),
      unknown: id(configuration.unknown) ?? unknown, padding: id(configuration.padding) ?? parts.padding?.id)
  }

  /// A template must not put in ids that no token has.
  private static func checkTemplate(_ parts: Tokenizer.Parts, _ root: JSONField) throws(TokenizerError) {
    let added = Set(parts.addedTokens.map(\.id))
    for item in parts.postProcessor.single + parts.postProcessor.pair {
      guard case .tokens(let ids, _) = item else { continue }
      for id in ids where !parts.model.vocabulary.contains(id) && !added.contains(id) {
        throw TokenizerError(
          .invalidVocabulary, in: "\(root.path).post_processor", expected: "ids of the vocabulary", found: "\(id)",
          hint: "The file is damaged: fetch it again.")
      }
    }
  }
}
