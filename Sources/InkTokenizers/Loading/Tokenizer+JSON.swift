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
    var steps: [PreTokenizerStep] = []
    if let field = root.optional("pre_tokenizer") { steps = try PreTokenizerLoader.load(field) }
    let type = try modelType(document)
    let seesBytes = type == .bytePair && PreTokenizer.endsInBytes(steps) && document.mergesUseByteAlphabet
    let spelling: Tokenizer.Spelling = seesBytes ? .byteAlphabet : .text
    let model = try model(document, type, spelling)
    var parts = Tokenizer.Parts(
      model: model, preTokenizer: PreTokenizer(steps, bytes: spelling == .byteAlphabet ? .values : .characters),
      decoder: try DecoderLoader.load(root.optional("decoder"), spelling), spelling: spelling)
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

  /// The kinds of model that a file can name.
  private enum ModelType: String, CaseIterable {
    case bytePair = "BPE"
    case wordPiece = "WordPiece"
    case wordLevel = "WordLevel"
    case unigram = "Unigram"
  }

  private static func modelType(_ document: borrowing TokenizerDocument) throws(TokenizerError) -> ModelType {
    let field = document.model
    // Older files leave the type out; what else is there gives it away.
    guard let type = field.optional("type") else {
      if document.hasMerges { return .bytePair }
      if document.vocabularyKind == .scores { return .unigram }
      if field.optional("max_input_chars_per_word") != nil { return .wordPiece }
      if document.vocabularyKind == .ids { return .wordLevel }
      throw TokenizerError(
        .missingField, in: "\(field.path).type", expected: "the kind of the model", found: "nothing",
        hint: "The file is incomplete or of another format: fetch it again.")
    }
    let name = try type.string()
    if let known = ModelType(rawValue: name) { return known }
    throw TokenizerError(
      .unsupported, in: type.path,
      expected: ModelType.allCases.map(\.rawValue).joined(separator: ", "), found: "\"\(name)\"",
      hint: "Use a model with one of these tokenizers, or load it from a GGUF file.")
  }

  private static func model(
    _ document: borrowing TokenizerDocument, _ type: ModelType, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> Model {
    switch type {
    case .bytePair: .bytePair(try BytePairLoader.load(document, spelling))
    case .wordPiece: .wordPiece(try WordPieceLoader.load(document))
    case .wordLevel: .wordLevel(try WordPieceLoader.loadWords(document))
    case .unigram: .unigram(try UnigramLoader.load(document))
    }
  }

  private static func addedTokens(
    _ field: JSONField, _ model: Model, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var seen: Set<TokenID> = []
    for item in try field.list() {
      let token = try addedToken(item, id: try item.required("id").tokenID())
      guard seen.insert(token.id).inserted else {
        throw TokenizerError(
          .invalidVocabulary, in: item.path, expected: "an id of its own", found: "the id \(token.id) a second time",
          hint: "The file is damaged: fetch it again.")
      }
      tokens.append(token)
    }
    return tokens
  }

  /// A token with its rules, as several files write it.
  static func addedToken(_ item: JSONField, id: TokenID) throws(TokenizerError) -> AddedToken {
    var token = AddedToken(id: id, content: try item.required("content").string())
    token.kind = try item.flag("special", default: false) ? .special : .ordinary
    token.placement = try item.flag("single_word", default: false) ? .betweenWords : .anywhere
    if try item.flag("lstrip", default: false) { token.stripping.insert(.left) }
    if try item.flag("rstrip", default: false) { token.stripping.insert(.right) }
    token.matching =
      try item.flag("normalized", default: token.kind == .ordinary) ? .normalizedText : .givenText
    return token
  }

  /// The longest text that a file may speak of, which is beyond the context of every model.
  private static let mostTokens = 1 << 24
  /// The longest text that a file may ask for: every text is made as long, in 28 bytes a token.
  private static let mostPadding = 1 << 20

  private static func truncation(_ field: JSONField) throws(TokenizerError) -> Truncation {
    var result = Truncation(maximumLength: try field.required("max_length").integer(in: 0...mostTokens))
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
    if let stride = field.optional("stride") { result.stride = try stride.integer(in: 0...mostTokens) }
    return result
  }

  private static func padding(_ field: JSONField) throws(TokenizerError) -> Padding {
    var result = Padding(length: nil)
    if let strategy = field.optional("strategy"), let fixed = strategy.optional("Fixed") {
      result.length = try fixed.integer(in: 0...mostPadding)
    }
    result.multiple = try field.optional("pad_to_multiple_of")?.integer(in: 0...mostPadding)
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
  static func roles(
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
      unknown: id(configuration.unknown) ?? unknown, padding: id(configuration.padding) ?? parts.padding?.id,
      classification: id(configuration.classification), separator: id(configuration.separator),
      mask: id(configuration.mask))
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
