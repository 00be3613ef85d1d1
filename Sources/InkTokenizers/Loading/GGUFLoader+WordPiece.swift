extension GGUFLoader {
  /// Reads `tokenizer.ggml.model` = `bert`: tokens that begin a word are written with U+2581 in front, the others plain.
  static func wordPieceParts(_ gguf: GGUFVocabulary) throws(TokenizerError) -> Tokenizer.Parts {
    let count = gguf.tokens.count
    let mark = Array("\u{2581}".utf8)
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: gguf.tokens.bytes.count)
    var added: [AddedToken] = []
    for id in 0..<count {
      vocabulary.store(gguf.tokens[id], id: TokenID(id))
      let type = type(gguf, id)
      guard type == .control || type == .userDefined else { continue }
      added.append(
        AddedToken(
          id: TokenID(id), content: String(decoding: gguf.tokens[id], as: UTF8.self),
          kind: type == .control ? .special : .ordinary))
    }
    vocabulary.seal()
    func isWord(_ id: TokenID) -> Bool {
      switch type(gguf, Int(id)) {
      case .normal, .unused: !gguf.tokens[Int(id)].isEmpty
      case .control, .userDefined, .byte, .unknown: false
      }
    }
    // Control tokens are found by their text too, for the roles below.
    _ = vocabulary.index { !gguf.tokens[Int($0)].isEmpty }
    func role(_ id: TokenID?, _ content: String) -> TokenID? { id ?? vocabulary.id(of: Array(content.utf8)) }
    guard let unknown = role(gguf.unknown, "[UNK]") else {
      throw TokenizerError(
        .missingField, in: "tokenizer.ggml.unknown_token_id", expected: "the token of unknown words", found: "nothing",
        hint: "Take a file that was converted with its special tokens.")
    }
    let model = WordPieceModel(
      vocabulary: vocabulary, unknown: unknown, longestWord: WordPieceLoader.longestWord, beginningPrefix: mark,
      continuationPrefix: [], isFindable: isWord)
    let decoder = TextDecoder(
      steps: [
        .replace(.literal(mark), with: [Scan.space]), .cleanup, .fuse, .strip([Scan.space], start: 1, end: 0),
      ])
    var parts = Tokenizer.Parts(
      model: .wordPiece(model), preTokenizer: PreTokenizer([.whitespaceSplit, .punctuation(.isolated)]),
      decoder: .text(decoder), spelling: .text)
    parts.normalizer = .bert(BertNormalizer())
    parts.addedTokens = added
    parts.roles = roles(gguf)
    parts.roles.unknown = unknown
    parts.roles.classification = role(gguf.classification ?? gguf.beginningOfSequence, "[CLS]")
    parts.roles.separator = role(gguf.separator ?? gguf.endOfSequence, "[SEP]")
    parts.postProcessor = PostProcessor.encoder(
      begin: gguf.addsBeginningOfSequence == false ? nil : parts.roles.classification,
      end: gguf.addsEndOfSequence == false ? nil : parts.roles.separator)
    return parts
  }
}

extension PostProcessor {
  /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, without the tokens that there are not.
  static func encoder(begin: TokenID?, end: TokenID?) -> PostProcessor {
    func tokens(_ id: TokenID?, _ typeID: Int32) -> [Item] { id.map { [.tokens([$0], typeID: typeID)] } ?? [] }
    var processor = PostProcessor()
    processor.single = tokens(begin, 0) + [.first(typeID: 0)] + tokens(end, 0)
    processor.pair = processor.single + [.second(typeID: 1)] + tokens(end, 1)
    return processor
  }
}
