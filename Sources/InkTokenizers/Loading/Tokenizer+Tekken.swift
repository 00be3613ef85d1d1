extension Tokenizer {
  /// Builds Mistral's Tekken tokenizer from its `tekken.json`: ranks of byte sequences, the expression that cuts text,
  /// and special tokens, which have the first ids.
  ///
  /// The file lists more tokens than are used; those beyond the vocabulary's size are left out.
  ///
  /// - Throws: `TokenizerError` that names the byte or the field of a damaged file.
  public convenience init(tekkenJSON bytes: [UInt8]) throws(TokenizerError) {
    self.init(try TekkenLoader.parts(bytes))
  }
}

/// Reads Tekken files.
enum TekkenLoader {
  private static let name = "tekken.json"

  /// The special tokens of files that list none.
  private static let earlySpecialTokens = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]",
    "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
  ]

  /// The tables of the file.
  private struct Content {
    var config: JSONField?
    var specialTokens: JSONField?
    /// Ranks and their tokens in base64.
    var ranks: [TokenID] = []
    var tokens = PackedStrings()
  }

  static func parts(_ bytes: [UInt8]) throws(TokenizerError) -> Tokenizer.Parts {
    let content = try read(bytes)
    guard let config = content.config else { throw missing("config") }
    let limit = Vocabulary.idLimit(ofFileWith: bytes.count)
    let specialCount = try config.required("default_num_special_tokens").integer(in: 0...limit)
    let size = try config.required("default_vocab_size").integer(in: specialCount...limit)
    let pattern = try config.required("pattern").string()
    let special = try specialTokens(content.specialTokens, specialCount)
    var vocabulary = Vocabulary(
      count: content.ranks.count, idLimit: size, byteCount: content.tokens.bytes.count)
    for (index, rank) in content.ranks.enumerated() where Int(rank) < size - specialCount {
      let id = rank + TokenID(specialCount)
      let start = vocabulary.bytes.count
      guard !vocabulary.contains(id) else { throw wrongToken(index, "a rank of its own", "\(rank) a second time") }
      guard Base64.decode(content.tokens[index], { vocabulary.appendByte($0) }), vocabulary.bytes.count > start
      else { throw wrongToken(index, "a token in base64", "something else") }
      vocabulary.finishToken(id: id, start: start)
    }
    vocabulary.seal()
    if let (first, second) = vocabulary.index(where: { _ in true }) {
      throw wrongToken(Int(second) - specialCount, "every token once", "the token with id \(first) again")
    }
    guard vocabulary.tokenCount == size - specialCount else {
      throw TokenizerError(
        .invalidVocabulary, in: "\(name), vocab", expected: "ranks from 0 to \(size - specialCount - 1)",
        found: "\(vocabulary.tokenCount) of them", hint: "The file is cut short: fetch it again.")
    }
    // Ids rise with ranks, so they order merges just as well.
    let model = BytePairModel(
      vocabulary: vocabulary, merges: try TiktokenLoader.merges(vocabulary), symbols: .bytes(nil), wholePieces: .taken)
    let step = PreTokenizerStep.split(.expression(try Pattern(pattern)), .isolated, .matches)
    var parts = Tokenizer.Parts(
      model: .bytePair(model), preTokenizer: PreTokenizer([step, .byteLevel(.never, .none)]), decoder: .bytes,
      spelling: .bytes)
    parts.addedTokens = special
    func id(_ content: String) -> TokenID? { special.first { $0.content == content }?.id }
    parts.roles = SpecialTokenRoles(
      beginningOfSequence: id("<s>"), endOfSequence: id("</s>"), unknown: id("<unk>"), padding: id("<pad>"))
    parts.postProcessor = PostProcessor.around(begin: id("<s>"), end: nil)
    return parts
  }

  private static func read(_ bytes: [UInt8]) throws(TokenizerError) -> Content {
    guard bytes.count < UInt32.max else {
      throw TokenizerError(
        .malformedFile, in: name, expected: "less than 4 GiB", found: "more", hint: "This is no tokenizer file.")
    }
    let limit = Vocabulary.idLimit(ofFileWith: bytes.count)
    var content = Content()
    var reader = try JSONReader(bytes, name: name)
    try reader.readObject { reader, field throws(TokenizerError) in
      switch field {
      case "config": content.config = JSONField(value: try reader.readValue(), path: "\(name), config")
      case "special_tokens":
        content.specialTokens = JSONField(value: try reader.readValue(), path: "\(name), special_tokens")
      case "vocab":
        try reader.readArray { reader throws(TokenizerError) in try readToken(&reader, limit, &content) }
      default: _ = try reader.readValue()
      }
    }
    try reader.finish()
    return content
  }

  private static func readToken(
    _ reader: inout JSONReader, _ limit: Int, _ content: inout Content
  ) throws(TokenizerError) {
    var rank: TokenID?
    var token: [UInt8]?
    try reader.readObject { reader, field throws(TokenizerError) in
      switch field {
      case "rank": rank = try reader.readTokenID(below: limit)
      case "token_bytes":
        var bytes: [UInt8] = []
        try reader.readString(into: &bytes)
        token = bytes
      default: _ = try reader.readValue()
      }
    }
    guard let rank, let token else { throw reader.error("a token with \"rank\" and \"token_bytes\" before this place") }
    content.ranks.append(rank)
    content.tokens.append(token)
  }

  private static func specialTokens(_ field: JSONField?, _ count: Int) throws(TokenizerError) -> [AddedToken] {
    var tokens: [AddedToken] = []
    var taken: Set<TokenID> = []
    if let field, field.value != .null {
      for item in try field.list() {
        let id = TokenID(try item.required("rank").integer(in: 0...max(count - 1, 0)))
        guard taken.insert(id).inserted else { throw item.wrong("a rank of its own") }
        tokens.append(AddedToken(id: id, content: try item.required("token_str").string()))
      }
    } else {
      for (id, content) in earlySpecialTokens.prefix(count).enumerated() {
        taken.insert(TokenID(id))
        tokens.append(AddedToken(id: TokenID(id), content: content))
      }
    }
    for id in 0..<TokenID(count) where !taken.contains(id) {
      tokens.append(AddedToken(id: id, content: "<SPECIAL_\(id)>"))
    }
    return tokens.sorted { $0.id < $1.id }
  }

  private static func missing(_ field: String) -> TokenizerError {
    TokenizerError(
      .missingField, in: "\(name), \(field)", expected: "an object", found: "nothing",
      hint: "The file is incomplete or of another format: fetch it again.")
  }

  private static func wrongToken(_ index: Int, _ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .invalidVocabulary, in: "\(name), vocab[\(index)]", expected: expected, found: found,
      hint: "The file is damaged: fetch it again.")
  }
}
