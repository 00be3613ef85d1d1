/// Tokens as a trie whose nodes lie in the order of a walk, each behind the one it continues.
///
/// A walk that gives up on a node jumps to `skips[node]`, behind all tokens that begin like it.
struct TokenTrieOrder: Sendable {
  /// The byte that leads to a node (low 8 bits) and its length in bytes (the rest).
  private(set) var steps: [UInt32] = [0]
  /// The node behind all that continue a node.
  private(set) var skips: [Int32] = [0]
  /// Where the tokens of a node begin in `tokens`; one entry more than there are nodes.
  private(set) var tokenStarts: [Int32] = [0]
  /// The ids, those with equal bytes side by side.
  private(set) var tokens: [TokenID] = []
  /// The length of the longest token.
  private(set) var depth = 0
  /// The nodes of the first bytes, -1 where no token begins with a byte.
  private(set) var rootChildren = [Int](repeating: -1, count: 256)

  init(_ source: TokenBytes) {
    let ids = Self.sorted(source)
    tokens.reserveCapacity(ids.count)
    let bytes = source.bytes
    // The nodes from the root to the last token; their number is the length of that token plus one.
    var path: [Int32] = [0]
    var previous = 0..<0
    for id in ids {
      let range = source.range(Int(id))
      var shared = 0
      while shared < min(range.count, previous.count),
        bytes[range.lowerBound + shared] == bytes[previous.lowerBound + shared]
      {
        shared += 1
      }
      while path.count > shared + 1 { skips[Int(path.removeLast())] = Int32(steps.count) }
      for length in shared..<range.count {
        path.append(Int32(steps.count))
        if length == 0 { rootChildren[Int(bytes[range.lowerBound])] = steps.count }
        steps.append(UInt32(bytes[range.lowerBound + length]) | UInt32(length + 1) << 8)
        skips.append(0)
        tokenStarts.append(Int32(tokens.count))
      }
      tokens.append(id)
      depth = max(depth, range.count)
      previous = range
    }
    while let node = path.popLast() { skips[Int(node)] = Int32(steps.count) }
    tokenStarts.append(Int32(tokens.count))
  }

  var nodeCount: Int { steps.count }

  /// The node that a byte leads to from the root, nil if no token begins with it.
  func rootChild(_ byte: UInt8) -> Int? {
    rootChildren[Int(byte)] < 0 ? nil : rootChildren[Int(byte)]
  }

  /// The ids of tokens with bytes, by these bytes and then by id.
  private static func sorted(_ source: TokenBytes) -> [TokenID] {
    var keyed: [(key: UInt64, id: TokenID)] = []
    keyed.reserveCapacity(source.count)
    for id in 0..<source.count where !source.range(id).isEmpty {
      var key: UInt64 = 0
      let range = source.range(id)
      for offset in 0..<8 {
        key = key << 8 | (offset < range.count ? UInt64(source.bytes[range.lowerBound + offset]) : 0)
      }
      keyed.append((key, TokenID(id)))
    }
    let bytes = source.bytes
    keyed.sort { left, right in
      if left.key != right.key { return left.key < right.key }
      let (first, second) = (bytes[source.range(Int(left.id))], bytes[source.range(Int(right.id))])
      if first.lexicographicallyPrecedes(second) { return true }
      return !second.lexicographicallyPrecedes(first) && left.id < right.id
    }
    return keyed.map(\.id)
  }
}
