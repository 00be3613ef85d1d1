extension TokenBytes {
  /// The bytes of all tokens of a tokenizer.
  ///
  /// - Parameter marks: control tokens that are written as they are spelled.
  /// - Throws: `GrammarError` if what a token decodes to depends on more than whether it is the first.
  init(_ tokenizer: Tokenizer, spelling marks: Set<TokenID>) throws(GrammarError) {
    switch tokenizer.decoder {
    case .bytes: break
    case .text(let decoder): try Self.check(decoder)
    case .sentencePiece(let decoder):
      if decoder.denormalizer != nil { throw Self.unsuitable("one that rewrites the whole text in the end") }
    }
    let unknown = tokenizer.roles.unknown
    for id in 0..<TokenID(clamping: tokenizer.vocabularySize) {
      if marks.contains(id), let spelling = tokenizer.addedTokens.spelling(id) {
        append(Array(spelling.utf8))
        continue
      }
      guard tokenizer.contains(id), !tokenizer.isSpecial(id), id != unknown else {
        append([])
        continue
      }
      switch tokenizer.decoder {
      case .bytes: append(Self.plain(id, tokenizer))
      case .text(let decoder) where decoder.isByteAlphabetAlone: append(Self.plain(id, tokenizer))
      case .text(let decoder):
        let token = Self.spelled(id, tokenizer)
        append(Self.decoded(token, decoder, at: .inside), atBeginning: Self.decoded(token, decoder, at: .opening))
      case .sentencePiece(let decoder):
        append(
          Self.decoded(id, tokenizer, decoder, at: .inside),
          atBeginning: Self.decoded(id, tokenizer, decoder, at: .opening))
      }
    }
    finish()
  }

  /// Byte-level tokens hold the bytes of the text; added tokens are written in their alphabet or plainly.
  private static func plain(_ id: TokenID, _ tokenizer: Tokenizer) -> [UInt8] {
    if tokenizer.model.vocabulary.contains(id), tokenizer.addedTokens.token(id) == nil {
      return Array(tokenizer.model.vocabulary.bytes[tokenizer.model.vocabulary.range(of: id)])
    }
    guard case .bytes = tokenizer.decoder else {
      let spelling = Array((tokenizer.addedTokens.spelling(id) ?? "").utf8)
      return ByteAlphabet.decode(spelling) ?? spelling
    }
    var bytes: [UInt8] = []
    var state = tokenizer.makeDecodingState()
    return (try? tokenizer.append(id, .skip, &state, to: &bytes)) == nil ? [] : bytes
  }

  /// A token as decoder steps see it.
  private static func spelled(_ id: TokenID, _ tokenizer: Tokenizer) -> [UInt8] {
    if let spelling = tokenizer.addedTokens.spelling(id) { return Array(spelling.utf8) }
    let bytes = tokenizer.model.vocabulary.bytes[tokenizer.model.vocabulary.range(of: id)]
    return tokenizer.spelling == .byteAlphabet ? Array(ByteAlphabet.encode(bytes).utf8) : Array(bytes)
  }

  private static func decoded(_ token: [UInt8], _ decoder: TextDecoder, at place: TextPlace) -> [UInt8] {
    let readsBytes = decoder.steps.contains { if case .byteFallback = $0 { true } else { false } }
    if readsBytes, let byte = DecoderStep.fallbackByte(token) { return [byte] }
    var states = decoder.initialState
    if place == .inside {
      for index in states.indices {
        states[index].count = 1
        states[index].hasBegun = true
      }
    }
    var bytes: [UInt8] = []
    decoder.append(token, &states, to: &bytes)
    decoder.finish(&states, to: &bytes)
    return bytes
  }

  private static func decoded(
    _ id: TokenID, _ tokenizer: Tokenizer, _ decoder: SentencePieceDecoder, at place: TextPlace
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    if let added = tokenizer.addedTokens.token(id) { return Array(added.content.utf8) }
    if Int(id) < decoder.kinds.count {
      switch decoder.kinds[Int(id)] {
      case .byte(let byte): return [byte]
      case .control, .unknown: return []
      case .text: break
      }
    }
    var state = SentencePieceDecoder.State()
    if place == .inside { decoder.append(text: [Scan.space], &state, to: &bytes) }
    bytes.removeAll(keepingCapacity: true)
    let range = tokenizer.model.vocabulary.range(of: id)
    decoder.append(id, tokenizer.model.vocabulary.bytes[range], &state, to: &bytes)
    return bytes
  }

  /// Refuses decoders whose tokens have no bytes of their own.
  private static func check(_ decoder: TextDecoder) throws(GrammarError) {
    var isOneText = false
    for step in decoder.steps {
      switch step {
      case .byteFallback, .metaspace, .separator, .wordPiece, .cleanup:
        if isOneText { throw unsuitable("one with a step over the whole text") }
      case .fuse, .byteAlphabet:
        if isOneText, case .byteAlphabet = step { throw unsuitable("one with a step over the whole text") }
        isOneText = true
      case .strip(_, _, let end): if end > 0 { throw unsuitable("one that strips the end of the text") }
      case .replace(.literal(let literal), _):
        if isOneText, !UTF8Reader.isOneCharacter(literal) {
          throw unsuitable("one that replaces several characters of the whole text")
        }
      case .replace: if isOneText { throw unsuitable("one with a step over the whole text") }
      case .wordEnd: throw unsuitable("one with marks at the ends of words")
      case .repetitions: throw unsuitable("one that drops repeated tokens")
      }
    }
  }

  private static func unsuitable(_ found: String) -> GrammarError {
    GrammarError(
      .unsuitableVocabulary, in: "tokenizer's decoder",
      expected: "tokens that add the same bytes wherever they stand", found: found,
      hint: "Structured output needs a model with a byte-level or SentencePiece vocabulary.")
  }
}
