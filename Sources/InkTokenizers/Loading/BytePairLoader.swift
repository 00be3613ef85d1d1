/// Builds a byte-pair model from the tables of a `tokenizer.json`.
enum BytePairLoader {
  static func load(
    _ document: borrowing TokenizerDocument, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> BytePairModel {
    let field = document.model
    try refuseUnsupported(field)
    guard document.hasMerges else {
      throw TokenizerError(
        .missingField, in: "\(field.path).merges", expected: "a list of merges", found: "nothing",
        hint: "A byte-pair model cannot encode without merges: fetch the file again.")
    }
    let vocabulary = try vocabulary(document, spelling)
    let affixes = try affixes(field, spelling)
    var resolver = MergeResolver(
      vocabulary, spelling, count: document.merges.count / 2, continuationLength: affixes.continuation.count)
    let text = document.merges.bytes.span
    for rank in 0..<document.merges.count / 2 {
      try resolver.add(
        text, left: document.merges.range(rank * 2), right: document.merges.range(rank * 2 + 1), rank: rank)
    }
    return BytePairModel(
      vocabulary: vocabulary, merges: resolver.table, symbols: try symbols(field, vocabulary, spelling),
      wholePieces: try field.flag("ignore_merges", default: false) ? .taken : .merged, affixes: affixes)
  }

  private static func refuseUnsupported(_ field: JSONField) throws(TokenizerError) {
    if let dropout = field.optional("dropout"), dropout.value != .number(0) {
      throw dropout.unsupported("null", dropout.value.kind)
    }
  }

  /// What the tokens inside and at the end of a word are written with.
  private static func affixes(
    _ field: JSONField, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> WordAffixes {
    func bytes(_ name: String) throws(TokenizerError) -> [UInt8] {
      let bytes = Array(try field.optional(name)?.string().utf8 ?? "".utf8)
      return spelling == .byteAlphabet ? ByteAlphabet.decode(bytes) ?? bytes : bytes
    }
    return WordAffixes(
      continuation: try bytes("continuing_subword_prefix"), wordEnd: try bytes("end_of_word_suffix"))
  }

  /// The tokens of a file, in bytes if they are written in the byte alphabet.
  static func vocabulary(
    _ document: borrowing TokenizerDocument, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> Vocabulary {
    guard document.vocabularyKind == .ids, document.tokens.count > 0 else {
      throw TokenizerError(
        .invalidVocabulary, in: "\(document.model.path).vocab", expected: "an object of tokens and ids",
        found: document.vocabularyKind == .scores ? "a list" : "nothing",
        hint: "The file is incomplete or of another format: fetch it again.")
    }
    let count = document.tokens.count
    let idLimit = Int(document.ids.max() ?? 0) + 1
    var vocabulary = Vocabulary(count: count, idLimit: idLimit, byteCount: document.tokens.bytes.count)
    let text = document.tokens.bytes.span
    let tableArray = ByteAlphabet.bytes
    let table = tableArray.span
    var isLiteral = [Bool](repeating: false, count: idLimit)
    for index in 0..<count {
      let id = document.ids[index]
      let range = document.tokens.range(index)
      if vocabulary.contains(id) {
        let token = String(decoding: document.tokens[index].prefix(60), as: UTF8.self)
        throw duplicate(document, "\"\(token)\" with id \(id)", "an id that another token has")
      }
      let start = vocabulary.bytes.count
      var at = range.lowerBound
      while spelling == .byteAlphabet, at < range.upperBound {
        let (byte, width) = ByteAlphabet.decode(text, at: at, end: range.upperBound, table: table)
        if width == 0 { break }
        vocabulary.appendByte(byte)
        at &+= width
      }
      if at < range.upperBound {
        // Not written in the byte alphabet: only an added token can be meant.
        isLiteral[Int(id)] = spelling == .byteAlphabet
        vocabulary.discardBytes(from: start)
        for at in range { vocabulary.appendByte(text[at]) }
      }
      vocabulary.finishToken(id: id, start: start)
    }
    vocabulary.seal()
    if let (first, second) = vocabulary.index(where: { !isLiteral[Int($0)] }) {
      throw duplicate(document, "ids \(first) and \(second)", "the same token twice")
    }
    return vocabulary
  }

  private static func duplicate(
    _ document: borrowing TokenizerDocument, _ place: String, _ found: String
  ) -> TokenizerError {
    TokenizerError(
      .invalidVocabulary, in: "\(document.model.path).vocab, \(place)", expected: "one token for each id",
      found: found, hint: "The file is damaged: fetch it again.")
  }

  private static func symbols(
    _ field: JSONField, _ vocabulary: Vocabulary, _ spelling: Tokenizer.Spelling
  ) throws(TokenizerError) -> BytePairModel.Symbols {
    var unknown: TokenID?
    if let token = field.optional("unk_token") {
      let content = try token.string()
      let bytes = Array(content.utf8)
      unknown = vocabulary.id(of: spelling == .byteAlphabet ? ByteAlphabet.decode(bytes) ?? bytes : bytes)
      if unknown == nil { throw token.wrong("a token of the vocabulary") }
    }
    let fallsBack = try field.flag("byte_fallback", default: false)
    let fuses = try field.flag("fuse_unk", default: false)
    // Bytes without a token are rare; only then does a byte-level model need its unknown token.
    let runs: BytePairModel.UnknownRuns = fuses ? .oneTokenInAll : .oneTokenEach
    if spelling == .byteAlphabet {
      return .bytes(unknown.map { BytePairModel.UnknownByte(token: $0, runs: runs) })
    }
    let byteTokens = fallsBack ? fallbackTokens(vocabulary) : nil
    return .characters(
      BytePairModel.UnknownCharacter(
        byteTokens: byteTokens, token: unknown, runs: runs))
  }

  /// The tokens `<0x00>` to `<0xFF>`.
  static func fallbackTokens(_ vocabulary: Vocabulary) -> [TokenID] {
    let digits = Array("0123456789ABCDEF".utf8)
    return (0..<256).map { byte in
      vocabulary.id(of: Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], 0x3E]) ?? -1
    }
  }
}
