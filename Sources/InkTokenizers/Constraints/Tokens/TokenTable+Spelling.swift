extension TokenTable {
  /// The fewest tokens that spell bytes, nil if the vocabulary cannot.
  ///
  /// Dynamic programming over the places of the text, each of which passes on what one token more reaches.
  func fewestTokens(spelling text: [UInt8], at place: TextPlace) -> [TokenID]? {
    if text.isEmpty { return [] }
    // For each place how many tokens lead there, the last of them, and where that one begins.
    var best = [(count: Int32, token: TokenID, from: Int32)](
      repeating: (.max, -1, -1), count: text.count + 1)
    best[0].count = 0
    for from in 0..<text.count where best[from].count < .max {
      let count = best[from].count + 1
      let isOpening = from == 0 && place == .opening
      visit(text, from: from, node: 0, at: isOpening ? .opening : .inside) { token, end in
        if count < best[end].count { best[end] = (count, token, Int32(from)) }
      }
      if isOpening, case .dropsSpace = opening, let space = trie.rootChild(Scan.space) {
        visit(text, from: from, node: space, at: .opening) { token, end in
          if count < best[end].count { best[end] = (count, token, Int32(from)) }
        }
      }
    }
    guard best[text.count].count < .max else { return nil }
    var tokens: [TokenID] = []
    var end = text.count
    while end > 0 {
      tokens.append(best[end].token)
      end = Int(best[end].from)
    }
    return tokens.reversed()
  }

  /// Calls `body` with every token below a node that the text at `from` begins with, and where it ends.
  private func visit(
    _ text: [UInt8], from: Int, node: Int, at place: TextPlace, _ body: (TokenID, Int) -> Void
  ) {
    var parent = node
    var at = from
    while at < text.count {
      var child = parent == 0 ? trie.rootChildren[Int(text[at])] : parent + 1
      let end = Int(trie.skips[parent])
      if parent != 0 {
        while child < end, UInt8(truncatingIfNeeded: trie.steps[child]) != text[at] { child = Int(trie.skips[child]) }
      }
      guard child >= 0, child < end else { return }
      at += 1
      for index in trie.tokenStarts[child]..<trie.tokenStarts[child + 1] {
        let token = trie.tokens[Int(index)]
        if place == .inside || bytes(of: token, at: .opening).elementsEqual(text[from..<at]) { body(token, at) }
      }
      parent = child
    }
  }
}
