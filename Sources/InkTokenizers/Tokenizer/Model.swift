/// How a piece becomes tokens.
enum Model: Sendable {
  case bytePair(BytePairModel)
  case scoredPair(ScoredPairModel)
  case wordPiece(WordPieceModel)
  case wordLevel(WordLevelModel)
  case longestMatch(LongestMatchModel)
  case unigram(UnigramModel)
  case wholePiece(WholePieceModel)

  var vocabulary: Vocabulary {
    switch self {
    case .bytePair(let model): model.vocabulary
    case .scoredPair(let model): model.vocabulary
    case .wordPiece(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    case .longestMatch(let model): model.vocabulary
    case .unigram(let model): model.vocabulary
    case .wholePiece(let model): model.vocabulary
    }
  }

  /// Tokens `<0x00>` to `<0xFF>` by byte (-1: absent), where characters without a token are spelled in bytes.
  var byteTokens: [TokenID]? {
    switch self {
    case .bytePair(let model):
      if case .characters(let unknown) = model.symbols { unknown.byteTokens } else { nil }
    case .scoredPair(let model): model.byteTokens
    case .unigram(let model): model.byteTokens
    case .wholePiece(let model): model.byteTokens
    case .wordPiece, .wordLevel, .longestMatch: nil
    }
  }

  /// Splits a piece into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    switch self {
    case .bytePair(let model): model.encode(text, start: start, end: end, &workspace)
    case .scoredPair(let model): model.encode(text, start: start, end: end, &workspace)
    case .wordPiece(let model): model.encode(text, start: start, end: end, &workspace)
    case .wordLevel(let model): model.encode(text, start: start, end: end, &workspace)
    case .longestMatch(let model): model.encode(text, start: start, end: end, &workspace)
    case .unigram(let model): model.encode(text, start: start, end: end, &workspace)
    case .wholePiece(let model): model.encode(text, start: start, end: end, &workspace)
    }
  }
}
