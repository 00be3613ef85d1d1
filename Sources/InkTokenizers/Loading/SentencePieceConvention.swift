/// How a family of models uses SentencePiece, where its own tokenizer code does more than the library.
enum SentencePieceConvention {
  /// A token in front and behind where the configuration says so; nothing moved.
  case llama
  /// `</s>` behind, and spare tokens `<extra_id_0>`, ... at the end of the vocabulary in falling order.
  case t5
  /// The order of fairseq: four special tokens first, the pieces moved by one, `<mask>` last.
  case xlmRoberta
  /// ChatGLM-6B: spaces and line ends have tokens, `[gMASK]` and `<sop>` behind the text.
  case chatGLM
  /// ChatGLM2 and ChatGLM3: special tokens behind the vocabulary, `[gMASK]` and `sop` before the text.
  case chatGLM2

  init(_ settings: SentencePieceSettings, _ name: SentencePieceFiles.Name) throws(TokenizerError) {
    switch settings.tokenizerClass {
    case "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer", "BaichuanTokenizer", "InternLMTokenizer",
      "InternLM2Tokenizer", "InternLM3Tokenizer", "InternLMXComposerTokenizer", "YiTokenizer", "OrionTokenizer",
      "TigerBotTokenizer", "SkyworkTokenizer", "XverseTokenizer", "MistralTokenizer":
      self = .llama
    case "T5Tokenizer", "MT5Tokenizer": self = .t5
    case "XLMRobertaTokenizer": self = .xlmRoberta
    case "ChatGLMTokenizer": self = name == .iceText ? .chatGLM : .chatGLM2
    case nil, "PreTrainedTokenizer", "TokenizersBackend", "SentencePieceBackend":
      switch name {
      case .tokenizer: self = .llama
      case .spiece: self = .t5
      case .sentencePieceBPE: self = .xlmRoberta
      case .iceText: self = .chatGLM
      }
    case .some(let other):
      throw TokenizerError(
        .unsupported, in: "tokenizer_config.json.tokenizer_class",
        expected: "LlamaTokenizer, GemmaTokenizer, BaichuanTokenizer, InternLMTokenizer, InternLM2Tokenizer, "
          + "T5Tokenizer, XLMRobertaTokenizer, ChatGLMTokenizer or one of their relatives",
        found: "\"\(other)\"", hint: "Save the tokenizer as tokenizer.json, which says all of this by itself.")
    }
  }

  /// Puts a tokenizer together.
  func parts(
    _ model: SentencePieceModel, _ settings: SentencePieceSettings, _ name: String
  ) throws(TokenizerError) -> Tokenizer.Parts {
    switch self {
    case .llama:
      let loader = try SentencePieceLoader(model, name: name)
      var parts = try loader.parts()
      Self.placePrefix(settings, &parts)
      try AddedTokenList(loader, settings).apply(to: &parts)
      Self.surround(
        &parts, beginning: settings.addsBeginning ?? true ? parts.roles.beginningOfSequence : nil,
        end: settings.addsEnd ?? false ? parts.roles.endOfSequence : nil)
      return parts
    case .t5: return try Self.t5(model, settings, name)
    case .xlmRoberta: return try Self.xlmRoberta(model, settings, name)
    case .chatGLM: return try Self.chatGLM(model, settings, name)
    case .chatGLM2: return try Self.chatGLM2(model, settings, name)
    }
  }

  /// Since the conventions were repaired (`legacy: false`) the space in front is put before the whole text and no longer
  /// behind each special token.
  private static func placePrefix(_ settings: SentencePieceSettings, _ parts: inout Tokenizer.Parts) {
    guard case .sentencePiece(var normalizer) = parts.normalizer else { return }
    switch normalizer.dummyPrefix {
    case .never: break
    case .everySegment, .firstSegment:
      if settings.addsPrefixSpace == false {
        normalizer.dummyPrefix = .never
        // The first space of decoded text is the text's own then.
        if case .sentencePiece(var decoder) = parts.decoder, decoder.leadingSpaces == .oneRemoved {
          decoder.leadingSpaces = .kept
          parts.decoder = .sentencePiece(decoder)
        }
      } else if settings.legacy == false {
        normalizer.dummyPrefix = .firstSegment
      }
    }
    parts.normalizer = .sentencePiece(normalizer)
  }

  /// The same tokens around one text and around each of two.
  private static func surround(_ parts: inout Tokenizer.Parts, beginning: TokenID?, end: TokenID?) {
    func around(_ item: PostProcessor.Item, _ typeID: Int32) -> [PostProcessor.Item] {
      (beginning.map { [.tokens([$0], typeID: typeID)] } ?? []) + [item]
        + (end.map { [.tokens([$0], typeID: typeID)] } ?? [])
    }
    parts.postProcessor.single = around(.first(typeID: 0), 0)
    parts.postProcessor.pair = around(.first(typeID: 0), 0) + around(.second(typeID: 1), 1)
  }

  private static func t5(
    _ model: SentencePieceModel, _ settings: SentencePieceSettings, _ name: String
  ) throws(TokenizerError) -> Tokenizer.Parts {
    let loader = try SentencePieceLoader(model, name: name)
    var parts = try loader.parts()
    placePrefix(settings, &parts)
    var tokens = AddedTokenList(loader, settings)
    let extra = settings.extraIDs ?? 100
    for index in 0..<extra {
      tokens.add(
        AddedToken(
          id: TokenID(model.count + extra - 1 - index), content: "<extra_id_\(index)>", stripping: [.left, .right]))
    }
    try tokens.apply(to: &parts)
    let end = parts.roles.endOfSequence.map { [PostProcessor.Item.tokens([$0], typeID: 0)] } ?? []
    parts.postProcessor.single = [.first(typeID: 0)] + end
    parts.postProcessor.pair = [.first(typeID: 0)] + end + [.second(typeID: 0)] + end
    return parts
  }

  private static func xlmRoberta(
    _ model: SentencePieceModel, _ settings: SentencePieceSettings, _ name: String
  ) throws(TokenizerError) -> Tokenizer.Parts {
    // The file begins with <unk>, <s>, </s>; fairseq with <s>, <pad>, </s>, <unk>.
    let first: [TokenID] = [3, 0, 2]
    let loader = try SentencePieceLoader(model, name: name) { $0 < first.count ? first[$0] : TokenID($0) + 1 }
    var parts = try loader.parts()
    var tokens = AddedTokenList(loader, settings)
    tokens.add(AddedToken(id: 0, content: "<s>"))
    tokens.add(AddedToken(id: 1, content: "<pad>"))
    tokens.add(AddedToken(id: 2, content: "</s>"))
    tokens.add(AddedToken(id: 3, content: "<unk>"))
    tokens.add(AddedToken(id: TokenID(model.count + 1), content: "<mask>", stripping: .left))
    try tokens.apply(to: &parts)
    parts.roles = SpecialTokenRoles(
      beginningOfSequence: 0, endOfSequence: 2, unknown: 3, padding: 1, classification: 0, separator: 2,
      mask: TokenID(model.count + 1))
    parts.postProcessor.single = [.tokens([0], typeID: 0), .first(typeID: 0), .tokens([2], typeID: 0)]
    parts.postProcessor.pair =
      parts.postProcessor.single + [.tokens([2], typeID: 0), .second(typeID: 0), .tokens([2], typeID: 0)]
    return parts
  }

  private static func chatGLM(
    _ model: SentencePieceModel, _ settings: SentencePieceSettings, _ name: String
  ) throws(TokenizerError) -> Tokenizer.Parts {
    // The first checkpoints kept 20,000 ids free for pieces of images.
    let shift = settings.imageTokens ?? 20_000
    let loader = try SentencePieceLoader(model, name: name) { TokenID($0 + shift) }
    var parts = try loader.parts()
    var tokens = AddedTokenList(loader, settings)
    for (role, content) in [
      (SentencePieceSettings.Role.beginning, "<sop>"), (.end, "<eop>"), (.padding, "<pad>"), (.mask, "[MASK]"),
      (.generationMask, "[gMASK]"),
    ] {
      let content = settings.roles[role] ?? content
      if let id = loader.id(of: content) { tokens.add(AddedToken(id: id, content: content)) }
    }
    try tokens.apply(to: &parts)
    func id(_ role: SentencePieceSettings.Role, _ content: String) throws(TokenizerError) -> TokenID {
      let content = settings.roles[role] ?? content
      guard let id = loader.id(of: content) else { throw missing(content, name) }
      return id
    }
    let (mask, beginning, end) = (
      try id(.generationMask, "[gMASK]"), try id(.beginning, "<sop>"), try id(.end, "<eop>")
    )
    parts.roles = SpecialTokenRoles(
      beginningOfSequence: beginning, endOfSequence: end, unknown: parts.roles.unknown,
      padding: loader.id(of: settings.roles[.padding] ?? "<pad>"))
    parts.postProcessor.single = [.first(typeID: 0), .tokens([mask, beginning], typeID: 0)]
    parts.postProcessor.pair = parts.postProcessor.single + [.second(typeID: 0), .tokens([end], typeID: 0)]
    if let normalizer = parts.normalizer { parts.normalizer = .sequence([.chatGLMSpaces, normalizer]) }
    if case .sentencePiece(var decoder) = parts.decoder {
      decoder.spellings = ChatGLMSpaces.spellings
      parts.decoder = .sentencePiece(decoder)
    }
    return parts
  }

  private static func chatGLM2(
    _ model: SentencePieceModel, _ settings: SentencePieceSettings, _ name: String
  ) throws(TokenizerError) -> Tokenizer.Parts {
    let loader = try SentencePieceLoader(model, name: name)
    var parts = try loader.parts()
    var tokens = AddedTokenList(loader, settings)
    let contents = [
      "[MASK]", "[gMASK]", "[sMASK]", "sop", "eop", "<|system|>", "<|user|>", "<|assistant|>", "<|observation|>",
    ]
    for (index, content) in contents.enumerated() {
      // Two of them could be parts of words.
      let isWord = content == "sop" || content == "eop"
      tokens.add(
        AddedToken(
          id: TokenID(model.count + index), content: content, placement: isWord ? .betweenWords : .anywhere))
    }
    try tokens.apply(to: &parts)
    func id(_ content: String) throws(TokenizerError) -> TokenID {
      guard let id = parts.addedTokens.first(where: { $0.content == content })?.id else {
        throw missing(content, name)
      }
      return id
    }
    let prefix = [try id("[gMASK]"), try id("sop")]
    parts.roles.padding = parts.roles.unknown
    let end = parts.roles.endOfSequence.map { [PostProcessor.Item.tokens([$0], typeID: 0)] } ?? []
    parts.postProcessor.single = [.tokens(prefix, typeID: 0), .first(typeID: 0)]
    parts.postProcessor.pair = parts.postProcessor.single + [.second(typeID: 0)] + end
    return parts
  }

  private static func missing(_ content: String, _ name: String) -> TokenizerError {
    TokenizerError(
      .invalidVocabulary, in: name, expected: "the piece \"\(content)\"", found: "none",
      hint: "The model belongs to another family; check tokenizer_class in tokenizer_config.json.")
  }
}
