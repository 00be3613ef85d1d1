/// A word is a token or unknown.
struct WordLevelModel: Sendable {
  let vocabulary: Vocabulary
  let unknown: TokenID

  /// Finds the token of a word, which stays in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: 1)
    let id = vocabulary.find(text.span.bytes, at: start, count: end - start)
    workspace.append(id >= 0 ? id : unknown, start: 0)
  }
}
