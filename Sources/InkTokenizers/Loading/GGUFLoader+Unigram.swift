extension GGUFLoader {
  /// Reads `tokenizer.ggml.model` = `t5`: a SentencePiece unigram model, also of XLM-RoBERTa and its relatives.
  static func unigramParts(_ gguf: GGUFVocabulary) throws(TokenizerError) -> Tokenizer.Parts {
    try checkScores(gguf)
    let count = gguf.tokens.count
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: gguf.tokens.bytes.count)
    for id in 0..<count { vocabulary.store(gguf.tokens[id], id: TokenID(id)) }
    vocabulary.seal()
    let isFindable = (0..<count).map { isInText(gguf, $0) }
    _ = vocabulary.index { isFindable[Int($0)] }
    let isUserDefined = (0..<count).map { type(gguf, $0) == .userDefined && !gguf.tokens[$0].isEmpty }
    let hasUserDefined = isUserDefined.contains(true)

    var specification = NormalizerSpecification()
    specification.characterMap = gguf.characterMap
    specification.dummyPrefix = gguf.addsSpacePrefix ?? false ? .added : .absent
    specification.spaces = gguf.removesExtraWhitespace ?? false ? .collapsed : .kept
    let normalizer = try SentencePieceNormalizer(
      specification, spaceSide: .start,
      untouched: hasUserDefined ? PieceTrie(vocabulary) { isUserDefined[Int($0)] } : PieceTrie(),
      name: "tokenizer.ggml")
    let model = UnigramModel(
      vocabulary: vocabulary, trie: PieceTrie(vocabulary) { isFindable[Int($0)] }, scores: unigramScores(gguf),
      byteTokens: nil, unknown: gguf.unknown ?? firstToken(gguf, .unknown), unknownScore: unknownScore(gguf),
      rules: .doublePrecision, unknownRuns: .bytesOrOneToken)
    let decoder = SentencePieceDecoder(
      kinds: (0..<count).map { decodingKind(gguf, $0) }, unknownSurface: Array(" \u{2047} ".utf8),
      leadingSpaces: specification.spaces == .collapsed
        ? .allRemoved : specification.dummyPrefix == .added ? .oneRemoved : .kept)
    var parts = Tokenizer.Parts(
      model: .unigram(model), preTokenizer: PreTokenizer([]), decoder: .sentencePiece(decoder), spelling: .text)
    parts.normalizer = .sentencePiece(normalizer)
    parts.addedTokens = (0..<count).compactMap { addedToken(gguf, $0) }
    parts.roles = roles(gguf)
    parts.roles.unknown = model.unknown
    parts.postProcessor = postProcessor(
      gguf, addsBeginning: gguf.addsBeginningOfSequence ?? false, addsEnd: gguf.addsEndOfSequence ?? true)
    return parts
  }

  private static func isInText(_ gguf: GGUFVocabulary, _ id: Int) -> Bool {
    switch type(gguf, id) {
    case .normal, .userDefined, .unused: !gguf.tokens[id].isEmpty
    case .unknown, .control, .byte: false
    }
  }

  private static func addedToken(_ gguf: GGUFVocabulary, _ id: Int) -> AddedToken? {
    let kind: AddedToken.Kind
    switch type(gguf, id) {
    case .control: kind = .special
    case .userDefined: kind = .ordinary
    case .normal, .unknown, .unused, .byte: return nil
    }
    return AddedToken(id: TokenID(id), content: String(decoding: gguf.tokens[id], as: UTF8.self), kind: kind)
  }

  private static func decodingKind(_ gguf: GGUFVocabulary, _ id: Int) -> SentencePieceDecoder.Kind {
    switch type(gguf, id) {
    case .normal, .userDefined, .unused: .text
    case .control: .control
    case .unknown: .unknown
    case .byte: DecoderStep.fallbackByte(gguf.tokens[id]).map { .byte($0) } ?? .text
    }
  }

  /// Tokens that a user has defined win over what they are made of: normal scores are below zero.
  private static func unigramScores(_ gguf: GGUFVocabulary) -> [Double] {
    (0..<gguf.tokens.count).map { type(gguf, $0) == .userDefined ? 0 : Double(gguf.scores[$0]) }
  }

  private static func unknownScore(_ gguf: GGUFVocabulary) -> Double {
    var least = Float.greatestFiniteMagnitude
    for id in 0..<gguf.tokens.count where type(gguf, id) == .normal { least = min(least, gguf.scores[id]) }
    return Double(least - Float(UnigramModel.unknownPenalty))
  }

  private static func firstToken(_ gguf: GGUFVocabulary, _ wanted: TokenType) -> TokenID? {
    (0..<gguf.tokens.count).first { type(gguf, $0) == wanted }.map { TokenID($0) }
  }
}
