/// Tokens by their bytes, for finding the longest one that a text begins with.
///
/// The children of a node lie side by side in the order of their bytes, so a step is one look into a table at the root
/// and a binary search elsewhere.
struct ByteTrie: Sendable {
  typealias Node = Int32

  static let root: Node = 0
  static let absent: Node = -1

  /// The byte that leads to a node.
  private var bytes: [UInt8] = [0]
  /// Where the children of a node begin.
  private var firstChild: [Int32] = [0]
  private var childCount: [UInt16] = [0]
  /// The token that ends at a node, or -1.
  private var tokens: [TokenID] = [-1]
  private var rootChildren = [Int32](repeating: -1, count: 256)

  /// Builds the trie of the tokens of a vocabulary that `isIncluded` accepts; of two equal tokens the first wins.
  init(_ vocabulary: Vocabulary, where isIncluded: (TokenID) -> Bool = { _ in true }) {
    var ids: [TokenID] = []
    for id in 0..<TokenID(vocabulary.idLimit) where vocabulary.contains(id) && isIncluded(id) { ids.append(id) }
    let text = vocabulary.bytes
    ids.sort { left, right in
      let (a, b) = (vocabulary.range(of: left), vocabulary.range(of: right))
      return text[a].lexicographicallyPrecedes(text[b]) || (text[a].elementsEqual(text[b]) && left < right)
    }
    build(ids, vocabulary)
  }

  /// Goes through the sorted tokens breadth first: each node is a stretch of tokens with the same beginning.
  private mutating func build(_ ids: [TokenID], _ vocabulary: Vocabulary) {
    let text = vocabulary.bytes
    var waiting = [(node: 0, low: 0, high: ids.count, depth: 0)]
    var next = 0
    while next < waiting.count {
      let (node, high, depth) = (waiting[next].node, waiting[next].high, waiting[next].depth)
      var low = waiting[next].low
      next += 1
      while low < high, vocabulary.range(of: ids[low]).count == depth {
        if tokens[node] < 0 { tokens[node] = ids[low] }
        low += 1
      }
      firstChild[node] = Int32(bytes.count)
      while low < high {
        let byte = text[vocabulary.range(of: ids[low]).lowerBound + depth]
        var end = low + 1
        while end < high, text[vocabulary.range(of: ids[end]).lowerBound + depth] == byte { end += 1 }
        if node == 0 { rootChildren[Int(byte)] = Int32(bytes.count) }
        waiting.append((bytes.count, low, end, depth + 1))
        bytes.append(byte)
        firstChild.append(0)
        childCount.append(0)
        tokens.append(-1)
        childCount[node] += 1
        low = end
      }
      // Tokens that were visited are not needed again; keeping them would hold every level at once.
      if next > 4096, next * 2 > waiting.count {
        waiting.removeFirst(next)
        next = 0
      }
    }
  }

  /// The node that a byte leads to, or `absent`.
  @inline(__always)
  func child(of node: Node, _ byte: UInt8) -> Node {
    if node == Self.root { return rootChildren[Int(byte)] }
    var low = Int(firstChild[Int(node)])
    var high = low + Int(childCount[Int(node)])
    while low < high {
      let middle = (low + high) / 2
      let found = bytes[middle]
      if found == byte { return Node(truncatingIfNeeded: middle) }
      if found < byte { low = middle + 1 } else { high = middle }
    }
    return Self.absent
  }

  /// The node that a string leads to, or `absent`.
  func node(at path: some Sequence<UInt8>) -> Node {
    var node = Self.root
    for byte in path {
      node = child(of: node, byte)
      if node == Self.absent { break }
    }
    return node
  }

  /// The longest token that continues the string of `node` with at least one byte of the text at `start`.
  ///
  /// - Returns: the token and where it ends in the text; the token is -1 if there is none.
  func longest(_ text: Span<UInt8>, from node: Node, at start: Int, end: Int) -> (token: TokenID, end: Int) {
    var node = node
    var at = start
    var best: (token: TokenID, end: Int) = (-1, start)
    while at < end, node != Self.absent {
      node = child(of: node, text[at])
      at += 1
      if node != Self.absent, tokens[Int(node)] >= 0 { best = (tokens[Int(node)], at) }
    }
    return best
  }
}
