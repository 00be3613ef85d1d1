/// How a piece becomes tokens.
enum Model: Sendable {
  case bytePair(BytePairModel)
  case scoredPair(ScoredPairModel)

  var vocabulary: Vocabulary {
    switch self {
    case .bytePair(let model): model.vocabulary
    case .scoredPair(let model): model.vocabulary
    }
  }

  /// Splits a piece into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    switch self {
    case .bytePair(let model): model.encode(text, start: start, end: end, &workspace)
    case .scoredPair(let model): model.encode(text, start: start, end: end, &workspace)
    }
  }
}
