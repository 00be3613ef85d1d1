/// All added tokens of a tokenizer, and the search for them.
struct AddedTokens: Sendable {
  private(set) var tokens: [AddedToken] = []
  /// How each token is written in the text that it was found in: tokens of normalized text are normalized themselves.
  private(set) var spellings: [String] = []
  private var indexByID: [TokenID: Int] = [:]
  private var idByContent: [String: TokenID] = [:]
  private var given = TokenTrie()
  private var normalized = TokenTrie()

  /// A stretch of text: an added token, or something for the model.
  enum Segment {
    case token(Int, start: Int, end: Int)
    case text(start: Int, end: Int)
  }

  init() {}

  /// Makes the search tables. Tokens that match normalized text are normalized themselves.
  init(_ tokens: [AddedToken], normalizer: Normalizer?) {
    for token in tokens where !token.content.isEmpty {
      let index = self.tokens.count
      self.tokens.append(token)
      indexByID[token.id] = index
      switch token.matching {
      case .givenText:
        given.insert(token.content.utf8, index: index)
        spellings.append(token.content)
      case .normalizedText:
        let content = normalizer?.normalize(AlignedText(token.content)).content ?? Array(token.content.utf8)[...]
        normalized.insert(content, index: index)
        spellings.append(String(decoding: content, as: UTF8.self))
      }
    }
    indexContents()
  }

  private mutating func indexContents() {
    for (token, spelling) in zip(tokens, spellings) where idByContent[spelling] == nil {
      idByContent[spelling] = token.id
    }
    for token in tokens { idByContent[token.content] = token.id }
  }

  /// Whether some tokens are looked for after normalization.
  var hasNormalizedTokens: Bool { !normalized.isEmpty }
  var hasGivenTokens: Bool { !given.isEmpty }

  func token(_ id: TokenID) -> AddedToken? { indexByID[id].map { tokens[$0] } }
  /// A token as it is written when it is decoded.
  func spelling(_ id: TokenID) -> String? { indexByID[id].map { spellings[$0] } }
  func id(of content: String) -> TokenID? { idByContent[content] }

  @inline(__always)
  func isSpecial(_ id: TokenID) -> Bool {
    guard let index = indexByID[id] else { return false }
    return tokens[index].kind == .special
  }

  /// Cuts `start..<end` of a text into added tokens and the text between them.
  func segments(
    _ text: [UInt8], start: Int, end: Int, _ matching: AddedToken.Matching, _ policy: SpecialTokenParsing,
    _ categories: inout CategoryTable
  ) -> [Segment] {
    let trie = matching == .givenText ? given : normalized
    let span = text.span
    var result: [Segment] = []
    var from = start
    var search = start
    while let match = trie.firstMatch(span, from: search, end: end) {
      search = match.end
      let token = tokens[match.index]
      if token.kind == .special, policy == .asText { continue }
      switch token.placement {
      case .anywhere: break
      case .betweenWords:
        if touches(span, match.start, match.end, start, end, &categories, WordCharacter.contains) { continue }
      case .betweenSpaces:
        let isText = { (mask: UInt32, _: UInt32) in mask & CategoryMask.whitespace.rawValue == 0 }
        if touches(span, match.start, match.end, start, end, &categories, isText) { continue }
      }
      var tokenStart = match.start
      var tokenEnd = match.end
      if token.stripping.contains(.left) {
        while tokenStart > from {
          let before = UTF8Reader.scalar(span, before: tokenStart, start: from)
          guard isWhitespace(before.value, &categories) else { break }
          tokenStart -= before.width
        }
      }
      if token.stripping.contains(.right) {
        while tokenEnd < end {
          let after = UTF8Reader.scalar(span, at: tokenEnd, end: end)
          guard isWhitespace(after.value, &categories) else { break }
          tokenEnd += after.width
        }
      }
      if from < tokenStart { result.append(.text(start: from, end: tokenStart)) }
      result.append(.token(match.index, start: tokenStart, end: tokenEnd))
      from = tokenEnd
      search = max(search, tokenEnd)
    }
    if from < end { result.append(.text(start: from, end: end)) }
    return result
  }

  private func isWhitespace(_ value: UInt32, _ categories: inout CategoryTable) -> Bool {
    categories.mask(value) & CategoryMask.whitespace.rawValue != 0
  }

  /// Whether a character that `matches` (given its mask and value) stands directly before or after.
  private func touches(
    _ text: Span<UInt8>, _ tokenStart: Int, _ tokenEnd: Int, _ start: Int, _ end: Int,
    _ categories: inout CategoryTable, _ matches: (UInt32, UInt32) -> Bool
  ) -> Bool {
    if tokenStart > start {
      let before = UTF8Reader.scalar(text, before: tokenStart, start: start)
      if matches(categories.mask(before.value), before.value) { return true }
    }
    if tokenEnd < end {
      let after = UTF8Reader.scalar(text, at: tokenEnd, end: end)
      if matches(categories.mask(after.value), after.value) { return true }
    }
    return false
  }
}
