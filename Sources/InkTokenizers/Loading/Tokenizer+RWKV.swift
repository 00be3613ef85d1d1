extension Tokenizer {
  /// Builds the tokenizer of RWKV World from its list of tokens: an id, a token as Python writes it, and its length in
  /// bytes a line. Id 0, which the list leaves out, ends a text.
  ///
  /// - Throws: `TokenizerError` with the line for a damaged file, and if a byte has no token of its own.
  public convenience init(
    rwkvVocabulary bytes: [UInt8], roles: SpecialTokenRoles = SpecialTokenRoles()
  ) throws(TokenizerError) {
    let vocabulary = try LongestMatchLoader.vocabulary(bytes)
    let model = LongestMatchModel(vocabulary: vocabulary) { _ in true }
    try LongestMatchLoader.check(model, in: "token list")
    var parts = Tokenizer.Parts(
      model: .longestMatch(model), preTokenizer: PreTokenizer([]), decoder: .bytes, spelling: .bytes)
    parts.roles = roles
    if !vocabulary.contains(0) {
      // It has no bytes; spelled out it is found like any control token.
      parts.addedTokens = [AddedToken(id: 0, content: "<|endoftext|>")]
      if parts.roles.endOfSequence == nil { parts.roles.endOfSequence = 0 }
    }
    self.init(parts)
  }
}

/// Reads vocabularies of which text takes the longest token each time.
enum LongestMatchLoader {
  static func vocabulary(_ bytes: [UInt8]) throws(TokenizerError) -> Vocabulary {
    guard bytes.count < UInt32.max else { throw error(1, "less than 4 GiB", "more") }
    var vocabulary = Vocabulary(count: bytes.count / 8 + 1, idLimit: 0, byteCount: bytes.count)
    let idLimit = Vocabulary.idLimit(ofFileWith: bytes.count)
    var index = 0
    var line = 0
    while index < bytes.count {
      line += 1
      let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
      var content = bytes[index..<end]
      index = end + 1
      if content.last == 0x0D { content.removeLast() }
      if content.isEmpty { continue }
      let (id, token) = try entry(content, line, idLimit)
      vocabulary.growToHold(id)
      if vocabulary.contains(id) { throw error(line, "an id of its own", "\(id) a second time") }
      vocabulary.store(token, id: id)
    }
    vocabulary.seal()
    if let (first, second) = vocabulary.index(where: { _ in true }) {
      throw error(line, "every token once", "the token \(first) again as \(second)")
    }
    return vocabulary
  }

  /// Every text can be written only if every byte can.
  static func check(_ model: LongestMatchModel, in place: String) throws(TokenizerError) {
    guard let byte = (UInt8.min...UInt8.max).first(where: { !model.hasToken(ofByte: $0) }) else { return }
    throw TokenizerError(
      .invalidVocabulary, in: place, expected: "a token for each single byte", found: "none for the byte \(byte)",
      hint: "The file is cut short or of another format: fetch it again.")
  }

  /// `258 '\n\n' 2`, `257 b'\xff\xfe' 2`
  private static func entry(
    _ line: ArraySlice<UInt8>, _ number: Int, _ idLimit: Int
  ) throws(TokenizerError) -> (TokenID, [UInt8]) {
    let expected = "an id, a token in quotes and its length in bytes"
    guard let first = line.firstIndex(of: Scan.space), let last = line.lastIndex(of: Scan.space), first < last,
      let id = Int(String(decoding: line[..<first], as: UTF8.self)), id >= 0,
      let length = Int(String(decoding: line[(last + 1)...], as: UTF8.self))
    else { throw error(number, expected, "something else") }
    guard id < idLimit else { throw error(number, "an id below \(idLimit)", "\(id)") }
    var literal = line[(first + 1)..<last]
    var content = EscapedBytes.Content.characters
    if literal.first == UInt8(ascii: "b") {
      content = .bytes
      literal.removeFirst()
    }
    guard literal.count >= 2, let quote = literal.first, quote == 0x22 || quote == 0x27, literal.last == quote,
      let token = EscapedBytes.decode(literal.dropFirst().dropLast(), content)
    else { throw error(number, expected, "a token that cannot be read") }
    guard token.count == length, !token.isEmpty else {
      throw error(number, "a token of \(length) bytes", "one of \(token.count)")
    }
    return (TokenID(id), token)
  }

  private static func error(_ line: Int, _ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .malformedFile, in: "token list, line \(line)", expected: expected, found: found,
      hint: "The file is cut short or damaged: fetch it again.")
  }
}

extension GGUFLoader {
  /// Reads `tokenizer.ggml.model` = `rwkv`: tokens with escapes for bytes that are not printable.
  static func longestMatchParts(_ gguf: GGUFVocabulary) throws(TokenizerError) -> Tokenizer.Parts {
    let count = gguf.tokens.count
    var vocabulary = Vocabulary(count: count, idLimit: count, byteCount: gguf.tokens.bytes.count)
    var added: [AddedToken] = []
    for id in 0..<count {
      let type = type(gguf, id)
      if type == .control || type == .userDefined {
        added.append(
          AddedToken(
            id: TokenID(id), content: String(decoding: gguf.tokens[id], as: UTF8.self),
            kind: type == .control ? .special : .ordinary))
        continue
      }
      guard let token = EscapedBytes.decode(gguf.tokens[id], .bytes) else {
        throw TokenizerError(
          .invalidVocabulary, in: "tokenizer.ggml.tokens, entry \(id)", expected: "bytes with escapes",
          found: "\"\(String(decoding: gguf.tokens[id].prefix(60), as: UTF8.self))\"",
          hint: "The file is damaged: fetch it again.")
      }
      vocabulary.store(token, id: TokenID(id))
    }
    vocabulary.seal()
    _ = vocabulary.index { _ in true }
    let model = LongestMatchModel(vocabulary: vocabulary) { id in
      switch self.type(gguf, Int(id)) {
      case .normal, .byte: true
      case .unknown, .control, .userDefined, .unused: false
      }
    }
    try LongestMatchLoader.check(model, in: "tokenizer.ggml.tokens")
    var parts = Tokenizer.Parts(
      model: .longestMatch(model), preTokenizer: PreTokenizer([]), decoder: .bytes, spelling: .bytes)
    parts.addedTokens = added
    parts.roles = roles(gguf)
    parts.postProcessor = postProcessor(
      gguf, addsBeginning: gguf.addsBeginningOfSequence ?? false, addsEnd: gguf.addsEndOfSequence ?? false)
    return parts
  }
}
