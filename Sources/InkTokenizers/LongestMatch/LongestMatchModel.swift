/// The tokenizer of RWKV World: at each place the longest token of the vocabulary, over bytes.
struct LongestMatchModel: Sendable {
  let vocabulary: Vocabulary
  private let trie: ByteTrie

  /// - Parameter isFindable: the tokens that text may become; every single byte has to be among them.
  init(vocabulary: Vocabulary, where isFindable: (TokenID) -> Bool) {
    self.vocabulary = vocabulary
    trie = ByteTrie(vocabulary, where: isFindable)
  }

  /// Whether a byte alone is a token.
  func hasToken(ofByte byte: UInt8) -> Bool {
    let bytes = [byte]
    return trie.longest(bytes.span, from: ByteTrie.root, at: 0, end: 1).token >= 0
  }

  /// Splits a text into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    let span = text.span
    var at = start
    while at < end {
      let found = trie.longest(span, from: ByteTrie.root, at: at, end: end)
      guard found.token >= 0 else {
        at += 1
        continue
      }
      workspace.append(found.token, start: at - start)
      at = found.end
    }
  }
}
