/// Added tokens by their bytes, for finding the longest one at each place.
struct TokenTrie: Sendable {
  private var firstChild: [Int32] = [-1]
  private var sibling: [Int32] = [-1]
  private var byte: [UInt8] = [0]
  /// Index of the added token that ends at a node, or -1.
  private var token: [Int32] = [-1]
  private var roots = [Int32](repeating: -1, count: 256)
  private(set) var isEmpty = true

  mutating func insert(_ content: some Sequence<UInt8>, index: Int) {
    var node = 0
    var depth = 0
    for next in content {
      var child = depth == 0 ? roots[Int(next)] : firstChild[node]
      while depth > 0, child >= 0, byte[Int(child)] != next { child = sibling[Int(child)] }
      if child < 0 {
        child = Int32(token.count)
        firstChild.append(-1)
        sibling.append(depth == 0 ? -1 : firstChild[node])
        byte.append(next)
        token.append(-1)
        if depth == 0 { roots[Int(next)] = child } else { firstChild[node] = child }
      }
      node = Int(child)
      depth += 1
    }
    guard depth > 0 else { return }
    token[node] = Int32(index)
    isEmpty = false
  }

  /// The first place at or after `start` where a token stands, and the longest token there.
  func firstMatch(_ text: Span<UInt8>, from start: Int, end: Int) -> (index: Int, start: Int, end: Int)? {
    if isEmpty { return nil }
    let roots = roots.span
    var at = start
    while at < end {
      let root = roots[Int(text[at])]
      if root >= 0, let found = longest(text, at: at, root: Int(root), end: end) {
        return (found.index, at, found.end)
      }
      at &+= 1
    }
    return nil
  }

  private func longest(_ text: Span<UInt8>, at start: Int, root: Int, end: Int) -> (index: Int, end: Int)? {
    var node = root
    var at = start + 1
    var best: (index: Int, end: Int)?
    while true {
      if token[node] >= 0 { best = (Int(token[node]), at) }
      guard at < end else { break }
      var child = firstChild[node]
      while child >= 0, byte[Int(child)] != text[at] { child = sibling[Int(child)] }
      if child < 0 { break }
      node = Int(child)
      at += 1
    }
    return best
  }
}
