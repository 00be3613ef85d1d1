extension GGUFDescription {
  /// The score of a row without a token: less than any piece has.
  private static let leastScore: Float = -10_000

  static func sentencePieces(
    _ tokenizer: Tokenizer, _ model: SentencePieceModel, _ rows: Int
  ) throws(TokenizerError) -> GGUFVocabulary {
    let isUnigram: Bool
    switch model.trainer.algorithm {
    case .bytePair: isUnigram = false
    case .unigram: isUnigram = true
    case .word, .character: throw unsupported("a SentencePiece model of words or characters")
    }
    var places: [String: Int] = [:]
    for index in 0..<model.count { places[model.piece(index) ?? ""] = index }
    var vocabulary = GGUFVocabulary(model: isUnigram ? "t5" : "llama", tokens: PackedStrings())
    try forEachRow(rows, tokenizer) { _, piece, found in
      var type = found
      var score: Float = found == .unused ? leastScore : 0
      if found != .unused, let place = places[piece] {
        score = model.scores[place]
        if let own = GGUFLoader.TokenType(rawValue: model.types[place].rawValue), found == .normal || own == .unknown {
          type = own
        }
      }
      // Tokens that a user has defined are looked for in the text as it was given.
      let written = type == .userDefined ? piece.replacing("\u{2581}", with: " ") : piece
      vocabulary.tokens.append(Array(written.utf8))
      vocabulary.scores.append(score)
      vocabulary.tokenTypes.append(type.rawValue)
    }
    vocabulary.addsSpacePrefix = addsSpacePrefix(tokenizer.normalizer)
    if isUnigram {
      vocabulary.removesExtraWhitespace = model.normalizer.spaces == .collapsed
      vocabulary.characterMap = model.normalizer.characterMap
    }
    return vocabulary
  }

  private static func addsSpacePrefix(_ normalizer: Normalizer?) -> Bool {
    switch normalizer {
    case .sentencePiece(let normalizer)?:
      switch normalizer.dummyPrefix {
      case .never: false
      case .everySegment, .firstSegment: true
      }
    case .sequence(let parts)?: parts.contains { addsSpacePrefix($0) }
    case .unicode?, .lowercase?, .replace?, .prepend?, .strip?, .stripAccents?, .nmt?, .bert?, .byteAlphabet?,
      .precompiled?, .chatGLMSpaces?, nil:
      false
    }
  }

  static func wordPiece(_ tokenizer: Tokenizer, _ rows: Int) throws(TokenizerError) -> GGUFVocabulary {
    var vocabulary = GGUFVocabulary(model: "bert", tokens: PackedStrings())
    let continuation = "##"
    try forEachRow(rows, tokenizer) { _, piece, type in
      // WordPiece's tokens say where a word goes on; GGUF's say where one begins.
      let written: String =
        switch type {
        case .normal: piece.hasPrefix(continuation) ? String(piece.dropFirst(continuation.count)) : "\u{2581}" + piece
        case .unknown, .control, .userDefined, .unused, .byte: piece
        }
      vocabulary.tokens.append(Array(written.utf8))
      vocabulary.tokenTypes.append(type.rawValue)
    }
    return vocabulary
  }

  static func byteLevel(
    _ tokenizer: Tokenizer, _ model: BytePairModel, _ rows: Int
  ) throws(TokenizerError) -> GGUFVocabulary {
    guard case .bytes = model.symbols, !model.hasAffixes else { throw unsupported("pairs of characters") }
    guard let name = GGUFPreTokenizer.name(of: tokenizer.preTokenizer, model.wholePieces) else {
      throw unsupported("byte-level pairs with another cut")
    }
    var vocabulary = GGUFVocabulary(model: "gpt2", preTokenizer: name, tokens: PackedStrings())
    func spelling(_ id: TokenID) -> String {
      ByteAlphabet.encode(model.vocabulary.bytes[model.vocabulary.range(of: id)])
    }
    try forEachRow(rows, tokenizer) { id, piece, type in
      vocabulary.tokens.append(Array((type == .normal ? spelling(id) : piece).utf8))
      vocabulary.tokenTypes.append(type.rawValue)
    }
    for merge in model.merges.inOrder {
      vocabulary.merges.append(Array("\(spelling(merge.left)) \(spelling(merge.right))".utf8))
    }
    return vocabulary
  }
}

extension GGUFPreTokenizer {
  /// The name of a cut; nil where there is none.
  static func name(of preTokenizer: PreTokenizer, _ wholePieces: BytePairModel.WholePieces) -> String? {
    switch preTokenizer.scanner {
    case .gpt2?: return "gpt-2"
    case .digitsThenGPT2?: return "smollm"
    case .cl100k?:
      switch wholePieces {
      case .taken: return "llama-bpe"
      case .merged: return "smaug-bpe"
      }
    case .qwen2?: return "qwen2"
    case .deepSeek?: return "deepseek-v3"
    case .none?, .cl100kTrailing?, .visibleSpaces?: return nil
    case nil: break
    }
    let wanted = expressions(preTokenizer)
    return ["tekken", "qwen35", "gpt-4o", "bloom"].first { name in
      (try? GGUFPreTokenizer(name: name)).map { expressions($0.preTokenizer) == wanted } ?? false
    }
  }

  /// The expressions of a cut by expressions alone; nil for any other.
  private static func expressions(_ preTokenizer: PreTokenizer) -> [String]? {
    var found: [String] = []
    for step in preTokenizer.steps {
      switch step {
      case .split(.expression(let pattern), .isolated, .matches): found.append(pattern.source)
      case .byteLevel(.never, .none): continue
      case .split, .digits, .whitespaceSplit, .whitespace, .punctuation, .metaspace, .scripts, .fixedLength, .byteLevel:
        return nil
      }
    }
    return found
  }
}
