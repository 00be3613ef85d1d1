/// A tokenizer as the arrays of a GGUF file: the way back from ``Tokenizer/init(gguf:)``.
///
/// ```swift
/// let description = try GGUFDescription(tokenizer, rows: 32_000)
/// let again = try Tokenizer(gguf: description.vocabulary)
/// ```
public struct GGUFDescription: Sendable {
  /// The arrays.
  public private(set) var vocabulary: GGUFVocabulary
  /// What the arrays have no place for, in sentences.
  public private(set) var remarks: [String] = []

  /// Describes a tokenizer of byte-level pairs or of WordPiece.
  ///
  /// - Parameter rows: the rows of the embedding; ids that name no token are filled up.
  /// - Throws: `unsupported` for another kind of tokenizer, and for one that cuts text in a way that GGUF has no name
  ///   for; `invalidVocabulary` when there are more tokens than rows.
  public init(_ tokenizer: Tokenizer, rows: Int) throws(TokenizerError) {
    switch tokenizer.model {
    case .bytePair(let model): vocabulary = try Self.byteLevel(tokenizer, model, rows)
    case .wordPiece: vocabulary = try Self.wordPiece(tokenizer, rows)
    case .scoredPair, .wordLevel, .longestMatch, .unigram, .wholePiece: throw Self.unsupported("another kind")
    }
    complete(tokenizer)
    remarkOnLetters(tokenizer)
  }

  /// Describes a tokenizer that was made of a SentencePiece model.
  ///
  /// - Parameters:
  ///   - pieces: the model, which has the scores.
  ///   - rows: the rows of the embedding; ids that name no token are filled up.
  /// - Throws: `unsupported` for models of words or characters; `invalidVocabulary` when there are more tokens than rows.
  public init(_ tokenizer: Tokenizer, pieces: SentencePieceModel, rows: Int) throws(TokenizerError) {
    vocabulary = try Self.sentencePieces(tokenizer, pieces, rows)
    complete(tokenizer)
    guard pieces.trainer.algorithm == .bytePair else { return }
    if !pieces.normalizer.characterMap.isEmpty {
      remarks.append("readers of GGUF do not normalize characters for this kind of tokenizer, so tokens may differ")
    }
    if pieces.normalizer.spaces == .collapsed {
      remarks.append("readers of GGUF keep spaces in a row, of which this tokenizer keeps one, so tokens may differ")
    }
  }

  static func unsupported(_ found: String) -> TokenizerError {
    TokenizerError(
      .unsupported, in: "tokenizer",
      expected: "SentencePiece, byte-level pairs with a cut that GGUF names, or WordPiece",
      found: found, hint: "GGUF has no place for it: use the folder as it is.")
  }

  /// The kinds of token by their numbers in GGUF.
  static func type(_ id: TokenID, _ tokenizer: Tokenizer) -> GGUFLoader.TokenType {
    guard let added = tokenizer.addedTokens.token(id) else { return tokenizer.contains(id) ? .normal : .unused }
    return added.kind == .special ? .control : .userDefined
  }

  /// Calls `add` for every row with what stands there; rows without a token are named after their place.
  static func forEachRow(
    _ rows: Int, _ tokenizer: Tokenizer, _ add: (TokenID, String, GGUFLoader.TokenType) -> Void
  ) throws(TokenizerError) {
    guard tokenizer.vocabularySize <= rows else {
      throw TokenizerError(
        .invalidVocabulary, in: "tokenizer", expected: "at most \(rows) tokens, one for each row of the embedding",
        found: "ids up to \(tokenizer.vocabularySize - 1)", hint: "Model and tokenizer do not belong together.")
    }
    for id in 0..<TokenID(clamping: rows) {
      if let piece = tokenizer.piece(id) {
        add(id, piece, type(id, tokenizer))
      } else {
        add(id, "[PAD\(id)]", .unused)
      }
    }
  }

  // MARK: Special tokens

  private mutating func complete(_ tokenizer: Tokenizer) {
    let roles = tokenizer.roles
    vocabulary.beginningOfSequence = roles.beginningOfSequence
    vocabulary.endOfSequence = roles.endOfSequence
    vocabulary.endOfTurn = roles.endOfTurn
    vocabulary.unknown = roles.unknown
    vocabulary.padding = roles.padding
    vocabulary.classification = roles.classification
    vocabulary.separator = roles.separator
    vocabulary.mask = roles.mask
    let items = tokenizer.postProcessor.single
    let text = items.firstIndex { if case .first = $0 { true } else { false } } ?? 0
    let before = Self.tokens(items.prefix(text))
    let after = Self.tokens(items.dropFirst(text + 1))
    vocabulary.addsBeginningOfSequence = place(
      before, "before", tokenizer, roles.beginningOfSequence, roles.classification)
    vocabulary.addsEndOfSequence = place(after, "behind", tokenizer, roles.endOfSequence, roles.separator)
    if vocabulary.beginningOfSequence == nil, vocabulary.addsBeginningOfSequence == true {
      vocabulary.beginningOfSequence = roles.classification
    }
    if vocabulary.endOfSequence == nil, vocabulary.addsEndOfSequence == true {
      vocabulary.endOfSequence = roles.separator
    }
  }

  private static func tokens(_ items: some Sequence<PostProcessor.Item>) -> [TokenID] {
    items.flatMap { item -> [TokenID] in
      switch item {
      case .tokens(let ids, _): ids
      case .first, .second: []
      }
    }
  }

  /// Whether the tokens at an end of a text are the one that readers put there.
  private mutating func place(
    _ found: [TokenID], _ side: String, _ tokenizer: Tokenizer, _ candidates: TokenID?...
  ) -> Bool {
    if found.isEmpty { return false }
    if found.count == 1, candidates.contains(found[0]) { return true }
    let names = found.map { tokenizer.piece($0) ?? "\($0)" }.joined(separator: " ")
    remarks.append("GGUF has no place for the tokens that stand \(side) a text: \(names)")
    return false
  }

  /// Readers of GGUF fold case, take accents off and set Chinese characters apart, whatever a WordPiece model did.
  private mutating func remarkOnLetters(_ tokenizer: Tokenizer) {
    guard case .wordPiece = tokenizer.model else {
      if let normalizer = tokenizer.normalizer, case .unicode = normalizer {
        remarks.append("GGUF has no place for the normalizer of the tokenizer")
      }
      return
    }
    if case .bert(let normalizer)? = tokenizer.normalizer, normalizer.letterCase == .lowered,
      normalizer.accents == .stripped
    {
      return
    }
    remarks.append("readers of GGUF fold case and take accents off; this tokenizer does not, so tokens may differ")
  }
}
