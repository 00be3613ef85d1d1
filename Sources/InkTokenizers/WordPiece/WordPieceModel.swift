/// WordPiece: a word is cut, front to back, into the longest tokens of the vocabulary (Devlin et al. 2018).
///
/// Tokens that begin a word and tokens that continue one are told apart by what they are spelled with: `##` in front of
/// the second kind in files of the original implementation, U+2581 in front of the first kind in GGUF.
struct WordPieceModel: Sendable {
  let vocabulary: Vocabulary
  /// The token of a word that cannot be spelled.
  let unknown: TokenID
  /// Words of more characters than this are unknown.
  let longestWord: Int
  private let trie: ByteTrie
  private let beginning: ByteTrie.Node
  private let continuation: ByteTrie.Node

  init(
    vocabulary: Vocabulary, unknown: TokenID, longestWord: Int, beginningPrefix: [UInt8] = [],
    continuationPrefix: [UInt8], isFindable: (TokenID) -> Bool = { _ in true }
  ) {
    self.vocabulary = vocabulary
    self.unknown = unknown
    self.longestWord = longestWord
    trie = ByteTrie(vocabulary, where: isFindable)
    beginning = trie.node(at: beginningPrefix)
    continuation = trie.node(at: continuationPrefix)
  }

  /// Splits a word into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    let span = text.span
    guard !isTooLong(span, start: start, end: end) else {
      workspace.append(unknown, start: 0)
      return
    }
    var at = start
    while at < end {
      let found = trie.longest(span, from: at == start ? beginning : continuation, at: at, end: end)
      guard found.token >= 0 else {
        workspace.begin(symbols: end - start)
        workspace.append(unknown, start: 0)
        return
      }
      workspace.append(found.token, start: at - start)
      at = found.end
    }
  }

  private func isTooLong(_ text: Span<UInt8>, start: Int, end: Int) -> Bool {
    if end - start <= longestWord { return false }
    var characters = 0
    var index = start
    while index < end, characters <= longestWord {
      index += UTF8Reader.scalar(text, at: index, end: end).width
      characters += 1
    }
    return characters > longestWord
  }
}
