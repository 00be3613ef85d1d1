extension Tokenizer {
  /// Builds a tokenizer from a rank file as tiktoken and Qwen publish them: one token in base64 and its rank a line.
  ///
  /// The rank is the token's id, and two tokens merge in the order of the rank of their union.
  ///
  /// - Parameters:
  ///   - ranks: the file.
  ///   - pattern: the expression that cuts text into pieces.
  ///   - specialTokens: the special tokens and their ids.
  /// - Throws: `TokenizerError` with the line for a damaged file, and for a pattern outside the supported subset.
  public convenience init(
    tiktokenRanks ranks: [UInt8], pattern: String, specialTokens: [String: TokenID] = [:],
    roles: SpecialTokenRoles = SpecialTokenRoles()
  ) throws(TokenizerError) {
    self.init(try TiktokenLoader.parts(ranks, pattern, specialTokens, roles))
  }
}

/// Reads rank files.
enum TiktokenLoader {
  static func parts(
    _ ranks: [UInt8], _ pattern: String, _ specialTokens: [String: TokenID], _ roles: SpecialTokenRoles
  ) throws(TokenizerError) -> Tokenizer.Parts {
    let vocabulary = try TiktokenLoader.vocabulary(ranks)
    let model = BytePairModel(
      vocabulary: vocabulary, merges: try TiktokenLoader.merges(vocabulary), symbols: .bytes(nil),
      wholePieces: .taken)
    let step = PreTokenizerStep.split(.expression(try Pattern(pattern)), .isolated, .matches)
    var parts = Tokenizer.Parts(
      model: .bytePair(model), preTokenizer: PreTokenizer([step, .byteLevel(.never, .none)]), decoder: .bytes,
      spelling: .bytes)
    for (content, id) in specialTokens.sorted(by: { $0.value < $1.value }) {
      if id < 0 || vocabulary.contains(id) {
        throw TokenizerError(
          .invalidVocabulary, in: "special token \(content)", expected: "an id that no ranked token has",
          found: "\(id)", hint: "Give special tokens the ids after the last rank.")
      }
      parts.addedTokens.append(AddedToken(id: id, content: content))
    }
    parts.roles = roles
    return parts
  }

  static func vocabulary(_ bytes: [UInt8]) throws(TokenizerError) -> Vocabulary {
    guard bytes.count < UInt32.max else { throw error(1, "less than 4 GiB", "more") }
    var vocabulary = Vocabulary(
      count: bytes.count / 8 + 1, idLimit: 0, byteCount: bytes.count)
    let idLimit = Vocabulary.idLimit(ofFileWith: bytes.count)
    var index = 0
    var line = 0
    while index < bytes.count {
      line += 1
      let end = bytes[index...].firstIndex(of: 0x0A) ?? bytes.count
      defer { index = end + 1 }
      if index == end || end == index + 1 && bytes[index] == 0x0D { continue }
      let start = vocabulary.bytes.count
      guard let space = bytes[index..<end].firstIndex(of: 0x20),
        isPlaceholder(bytes[index..<space])
          || Base64.decode(bytes[index..<space], { vocabulary.appendByte($0) })
            && vocabulary.bytes.count > start
      else { throw error(line, "a token in base64, a space and its rank", "something else") }
      var rank = 0
      var at = space + 1
      while at < end, bytes[at] &- 0x30 < 10, rank < idLimit {
        rank = rank * 10 + Int(bytes[at] - 0x30)
        at += 1
      }
      guard at > space + 1, at == end || bytes[at] == 0x0D, rank < idLimit else {
        throw error(line, "a rank below \(idLimit)", "something else")
      }
      vocabulary.growToHold(TokenID(rank))
      if vocabulary.contains(TokenID(rank)) { throw error(line, "a rank of its own", "\(rank) a second time") }
      vocabulary.finishToken(id: TokenID(rank), start: start)
    }
    vocabulary.seal()
    let lengths = (0..<vocabulary.idLimit).map { id in
      vocabulary.contains(TokenID(id)) ? vocabulary.range(of: TokenID(id)).count : 0
    }
    if let (first, second) = vocabulary.index(where: { lengths[Int($0)] > 0 }) {
      throw error(line, "every token once", "the token of rank \(first) again with rank \(second)")
    }
    guard vocabulary.tokenCount > 0 else { throw error(1, "at least one token", "none") }
    return vocabulary
  }

  /// Whether a line only takes a rank, as the last one of Whisper's multilingual file does: base64 of nothing.
  private static func isPlaceholder(_ text: ArraySlice<UInt8>) -> Bool {
    text.count == 1 && text.first == UInt8(ascii: "=")
  }

  /// Every way of cutting a token into two others is a merge whose rank is the token's id.
  static func merges(_ vocabulary: Vocabulary) throws(TokenizerError) -> MergeTable {
    var pairs: [(left: TokenID, right: TokenID, merged: TokenID)] = []
    pairs.reserveCapacity(vocabulary.tokenCount * 2)
    let raw = vocabulary.bytes.span.bytes
    for id in 0..<TokenID(vocabulary.idLimit) where vocabulary.contains(id) {
      let range = vocabulary.range(of: id)
      // A token of a megabyte would be cut at a million places; no real one is longer than this.
      guard range.count <= 1024 else {
        throw error(Int(id) + 1, "a token of at most 1024 bytes", "\(range.count)")
      }
      guard range.count > 1 else { continue }
      for middle in (range.lowerBound + 1)..<range.upperBound {
        let left = vocabulary.find(raw, at: range.lowerBound, count: middle - range.lowerBound)
        guard left >= 0 else { continue }
        let right = vocabulary.find(raw, at: middle, count: range.upperBound - middle)
        if right >= 0 { pairs.append((left, right, id)) }
      }
    }
    var table = MergeTable(capacityFor: pairs.count)
    for pair in pairs {
      table.insert(left: pair.left, right: pair.right, rank: Int(pair.merged), merged: pair.merged)
    }
    return table
  }

  private static func error(_ line: Int, _ expected: String, _ found: String) -> TokenizerError {
    TokenizerError(
      .malformedFile, in: "rank file, line \(line)", expected: expected, found: found,
      hint: "The file is cut short or damaged: fetch it again.")
  }
}
