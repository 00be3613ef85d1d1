/// SentencePiece's two simple models, which look whole characters or words up.
struct WholePieceModel: Sendable {
  /// What is looked up.
  enum Unit: Sendable {
    /// Single characters, and the given tokens wherever they stand.
    case characters(PieceTrie)
    /// Words with the space before them.
    case words
  }

  var vocabulary: Vocabulary
  var unit: Unit
  /// Tokens `<0x00>` to `<0xFF>` by byte, if the model falls back to bytes.
  var byteTokens: [TokenID]?
  var unknown: TokenID?

  /// Splits a text into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    let span = text.span
    var at = start
    var isUnknownRun = false
    while at < end {
      let next = nextEnd(span, at, end)
      let id = vocabulary.find(span.bytes, at: at, count: next - at)
      if id >= 0 {
        workspace.append(id, start: at - start)
      } else if let byteTokens {
        for index in at..<next where byteTokens[Int(text[index])] >= 0 {
          workspace.append(byteTokens[Int(text[index])], start: index - start)
        }
      } else if let unknown, !isUnknownRun {
        workspace.append(unknown, start: at - start)
      }
      isUnknownRun = id < 0
      at = next
    }
  }

  private func nextEnd(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    switch unit {
    case .characters(let tokens):
      if !tokens.isEmpty, let found = tokens.longestPrefix(text, at: start, end: end) { return found.end }
      return start + UTF8Reader.scalar(text, at: start, end: end).width
    case .words:
      var at = start + UTF8Reader.scalar(text, at: start, end: end).width
      while at < end, !VisibleSpaceScanner.standsAt(at, text, end) {
        at += UTF8Reader.scalar(text, at: at, end: end).width
      }
      return at
    }
  }
}
