extension GGUFLoader {
  /// Reads `tokenizer.ggml.model` = `llama`.
  static func sentencePieceParts(_ gguf: GGUFVocabulary) throws(TokenizerError) -> Tokenizer.Parts {
    let count = gguf.tokens.count
    let visibleSpace = SentencePieceNormalizer.visibleSpace
    try checkScores(gguf)
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: gguf.tokens.bytes.count)
    var added: [AddedToken] = []
    var byteTokens = [TokenID](repeating: -1, count: 256)
    for id in 0..<count {
      vocabulary.store(gguf.tokens[id], id: TokenID(id))
      switch type(gguf, id) {
      case .control, .userDefined:
        let kind: AddedToken.Kind = type(gguf, id) == .control ? .special : .ordinary
        added.append(
          AddedToken(id: TokenID(id), content: String(decoding: gguf.tokens[id], as: UTF8.self), kind: kind))
      case .byte:
        if let byte = DecoderStep.fallbackByte(gguf.tokens[id]) { byteTokens[Int(byte)] = TokenID(id) }
      case .normal, .unknown, .unused: break
      }
    }
    vocabulary.seal()
    _ = vocabulary.index { id in
      switch type(gguf, Int(id)) {
      case .normal, .unused, .userDefined: !gguf.tokens[Int(id)].isEmpty
      case .control, .byte, .unknown: false
      }
    }
    let hasPrefix = gguf.addsSpacePrefix ?? true
    let model = ScoredPairModel(
      vocabulary: vocabulary, scores: gguf.scores, byteTokens: byteTokens, unknown: gguf.unknown)
    var steps: [DecoderStep] = [.byteFallback, .replace(.literal(visibleSpace), with: [Scan.space])]
    if hasPrefix { steps += [.fuse, .strip([Scan.space], start: 1, end: 0)] }
    var parts = Tokenizer.Parts(
      model: .scoredPair(model), preTokenizer: PreTokenizer(scanner: model.tokensCrossSpaces ? .none : .visibleSpaces),
      decoder: .text(TextDecoder(steps: steps)), spelling: .text)
    let spaces = Normalizer.replace(.literal([Scan.space]), with: visibleSpace)
    parts.normalizer = hasPrefix ? .sequence([.prepend(visibleSpace), spaces]) : spaces
    parts.addedTokens = added
    parts.roles = roles(gguf)
    parts.postProcessor = postProcessor(
      gguf, addsBeginning: gguf.addsBeginningOfSequence ?? true, addsEnd: gguf.addsEndOfSequence ?? false)
    return parts
  }

  static func checkScores(_ gguf: GGUFVocabulary) throws(TokenizerError) {
    let count = gguf.tokens.count
    guard gguf.scores.count == count else {
      throw TokenizerError(
        .missingField, in: "tokenizer.ggml.scores", expected: "a score for each of the \(count) tokens",
        found: "none", hint: "A SentencePiece vocabulary needs scores: take a file that was converted with them.")
    }
  }
}
