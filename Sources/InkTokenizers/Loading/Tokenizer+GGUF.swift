extension Tokenizer {
  /// Builds the tokenizer that a GGUF file describes.
  ///
  /// - Throws: `TokenizerError` for a model or pre-tokenizer that is not known, for lists whose lengths contradict each
  ///   other, for ids outside the vocabulary and for merges of tokens that it does not hold.
  public convenience init(gguf: GGUFVocabulary) throws(TokenizerError) {
    try GGUFLoader.check(gguf)
    switch gguf.model {
    case "gpt2": self.init(try GGUFLoader.byteLevelParts(gguf))
    case "bert": self.init(try GGUFLoader.wordPieceParts(gguf))
    case "rwkv": self.init(try GGUFLoader.longestMatchParts(gguf))
    case "llama": self.init(try GGUFLoader.sentencePieceParts(gguf))
    case "t5": self.init(try GGUFLoader.unigramParts(gguf))
    default:
      throw TokenizerError(
        .unsupported, in: "tokenizer.ggml.model",
        expected: "gpt2 (byte-level byte-pair encoding), llama (SentencePiece), t5 (unigram), bert (WordPiece) or rwkv",
        found: "\"\(gguf.model)\"",
        hint: "Use a model with one of these tokenizers.")
    }
  }
}

/// Reads GGUF's lists.
enum GGUFLoader {
  enum TokenType: Int32 {
    case normal = 1
    case unknown = 2
    case control = 3
    case userDefined = 4
    case unused = 5
    case byte = 6
  }

  static func type(_ gguf: GGUFVocabulary, _ id: Int) -> TokenType {
    gguf.tokenTypes.isEmpty ? .normal : TokenType(rawValue: gguf.tokenTypes[id]) ?? .normal
  }

  static func check(_ gguf: GGUFVocabulary) throws(TokenizerError) {
    let count = gguf.tokens.count
    guard count > 0, count < 1 << 30, gguf.tokens.bytes.count < UInt32.max else {
      throw TokenizerError(
        .invalidVocabulary, in: "tokenizer.ggml.tokens", expected: "at least one token", found: "\(count)",
        hint: "The file carries no vocabulary; take one that was converted with its tokenizer.")
    }
    for (name, length) in [("token_type", gguf.tokenTypes.count), ("scores", gguf.scores.count)]
    where length != 0 && length != count {
      throw TokenizerError(
        .invalidVocabulary, in: "tokenizer.ggml.\(name)", expected: "\(count) entries, one for each token",
        found: "\(length)", hint: "The file is damaged: fetch it again.")
    }
    let ids = [
      ("bos", gguf.beginningOfSequence), ("eos", gguf.endOfSequence), ("eot", gguf.endOfTurn),
      ("unknown", gguf.unknown), ("padding", gguf.padding), ("cls", gguf.classification), ("seperator", gguf.separator),
      ("mask", gguf.mask),
    ]
    for (name, id) in ids {
      guard let id, id < 0 || Int(id) >= count else { continue }
      throw TokenizerError(
        .invalidVocabulary, in: "tokenizer.ggml.\(name)_token_id", expected: "an id below \(count)", found: "\(id)",
        hint: "The file is damaged or was converted with another vocabulary: fetch it again.")
    }
  }

  static func byteLevelParts(_ gguf: GGUFVocabulary) throws(TokenizerError) -> Tokenizer.Parts {
    let style = try GGUFPreTokenizer(name: gguf.preTokenizer)
    var added = [AddedToken]()
    let vocabulary = byteLevelVocabulary(gguf, &added)
    var resolver = MergeResolver(vocabulary, .byteAlphabet, count: gguf.merges.count)
    let text = gguf.merges.bytes.span
    for rank in 0..<gguf.merges.count {
      let range = gguf.merges.range(rank)
      guard let space = (range.dropFirst().first { text[$0] == Scan.space }) else {
        throw TokenizerError(
          .invalidMerge, in: "tokenizer.ggml.merges, entry \(rank)", expected: "two tokens and a space between",
          found: "\"\(String(decoding: gguf.merges[rank].prefix(80), as: UTF8.self))\"",
          hint: "The file is damaged: fetch it again.")
      }
      try resolver.add(
        text, left: range.lowerBound..<space, right: space + 1..<range.upperBound, rank: rank)
    }
    let model = BytePairModel(
      vocabulary: vocabulary, merges: resolver.table, symbols: .bytes(nil), wholePieces: style.wholePieces)
    var parts = Tokenizer.Parts(
      model: .bytePair(model), preTokenizer: style.preTokenizer, decoder: .bytes, spelling: .byteAlphabet)
    parts.addedTokens = added
    parts.roles = roles(gguf)
    parts.postProcessor = postProcessor(
      gguf, addsBeginning: gguf.addsBeginningOfSequence ?? false, addsEnd: gguf.addsEndOfSequence ?? false)
    return parts
  }

  static func roles(_ gguf: GGUFVocabulary) -> SpecialTokenRoles {
    SpecialTokenRoles(
      beginningOfSequence: gguf.beginningOfSequence, endOfSequence: gguf.endOfSequence, endOfTurn: gguf.endOfTurn,
      unknown: gguf.unknown, padding: gguf.padding, classification: gguf.classification, separator: gguf.separator,
      mask: gguf.mask)
  }

  static func postProcessor(_ gguf: GGUFVocabulary, addsBeginning: Bool, addsEnd: Bool) -> PostProcessor {
    let beginning = addsBeginning ? gguf.beginningOfSequence.map { [$0] } ?? [] : []
    let end = addsEnd ? gguf.endOfSequence.map { [$0] } ?? [] : []
    func around(_ item: PostProcessor.Item, _ typeID: Int32) -> [PostProcessor.Item] {
      var items: [PostProcessor.Item] = []
      if !beginning.isEmpty { items.append(.tokens(beginning, typeID: typeID)) }
      items.append(item)
      if !end.isEmpty { items.append(.tokens(end, typeID: typeID)) }
      return items
    }
    var processor = PostProcessor()
    processor.single = around(.first(typeID: 0), 0)
    processor.pair = around(.first(typeID: 0), 0) + around(.second(typeID: 1), 1)
    return processor
  }

  private static func byteLevelVocabulary(_ gguf: GGUFVocabulary, _ added: inout [AddedToken]) -> Vocabulary {
    let count = gguf.tokens.count
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: gguf.tokens.bytes.count)
    let text = gguf.tokens.bytes.span
    let tableArray = ByteAlphabet.bytes
    let table = tableArray.span
    var isLiteral = [Bool](repeating: false, count: count)
    for id in 0..<count {
      let range = gguf.tokens.range(id)
      let type = type(gguf, id)
      let start = vocabulary.bytes.count
      if type == .control || type == .userDefined {
        let kind: AddedToken.Kind = type == .control ? .special : .ordinary
        added.append(
          AddedToken(id: TokenID(id), content: String(decoding: gguf.tokens[id], as: UTF8.self), kind: kind))
        isLiteral[id] = true
      }
      var index = range.lowerBound
      while !isLiteral[id], index < range.upperBound {
        let (byte, width) = ByteAlphabet.decode(text, at: index, end: range.upperBound, table: table)
        if width == 0 { isLiteral[id] = true } else { vocabulary.appendByte(byte) }
        index += width
      }
      if isLiteral[id] {
        vocabulary.discardBytes(from: start)
        for index in range { vocabulary.appendByte(text[index]) }
      }
      vocabulary.finishToken(id: TokenID(id), start: start)
    }
    vocabulary.seal()
    // Two tokens may spell the same bytes in a padded vocabulary; the first is the one that encoding finds.
    _ = vocabulary.index { !isLiteral[Int($0)] && gguf.tokens.range(Int($0)).count > 0 }
    return vocabulary
  }
}
