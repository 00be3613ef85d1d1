/// How a piece becomes tokens.
enum Model: Sendable {
  case bytePair(BytePairModel)
  case scoredPair(ScoredPairModel)
  case wordPiece(WordPieceModel)
  case wordLevel(WordLevelModel)
  case longestMatch(LongestMatchModel)

  var vocabulary: Vocabulary {
    switch self {
    case .bytePair(let model): model.vocabulary
    case .scoredPair(let model): model.vocabulary
    case .wordPiece(let model): model.vocabulary
    case .wordLevel(let model): model.vocabulary
    case .longestMatch(let model): model.vocabulary
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
    }
  }
}
