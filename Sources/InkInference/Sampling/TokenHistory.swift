/// The tokens a request has seen: its prompt, then its answer so far.
struct TokenHistory: Sendable {
  private(set) var tokens: [Int32] = []
  private(set) var promptCount = 0

  var answerCount: Int { tokens.count - promptCount }

  mutating func append(prompt token: Int32) {
    tokens.append(token)
    promptCount = tokens.count
  }

  mutating func append(answer token: Int32) {
    tokens.append(token)
  }

  /// Tokens that would complete a run of `size` tokens that the history already holds.
  func completions(ofRunsOf size: Int) -> [Int32] {
    let prefixLength = size - 1
    guard tokens.count >= size else { return [] }
    let suffixStart = tokens.count - prefixLength
    var found: [Int32] = []
    for start in 0...(tokens.count - size) {
      var offset = 0
      while offset < prefixLength, tokens[start + offset] == tokens[suffixStart + offset] { offset += 1 }
      if offset == prefixLength { found.append(tokens[start + prefixLength]) }
    }
    return found
  }

  /// Whether the history ends in these tokens.
  func ends(in suffix: ArraySlice<Int32>) -> Bool {
    tokens.count >= suffix.count && tokens.suffix(suffix.count) == suffix
  }
}
