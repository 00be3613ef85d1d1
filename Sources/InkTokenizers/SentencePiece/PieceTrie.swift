/// Byte strings in a tree, for finding all those that a text begins with.
///
/// The children of a node lie side by side, ordered by byte, so that the tree needs ten bytes a node. Building takes
/// time in proportion to the bytes of all strings, whatever they are.
struct PieceTrie: Sendable {
  /// For each node its first child; the children of node n end where those of node n + 1 begin.
  private var firstChild: [UInt32] = []
  /// The byte that leads to a node.
  private var labels: [UInt8] = []
  /// The value of the string that ends at a node, or -1.
  private var values: [Int32] = []
  /// The node of each first byte, or 0.
  private var roots = [UInt32](repeating: 0, count: 256)

  /// A tree of nothing.
  init() {
    firstChild = [1, 1]
    labels = [0]
    values = [-1]
  }

  var isEmpty: Bool { values.count < 2 }

  /// Builds the tree of the strings of some tokens; of two equal ones the later counts.
  init(_ vocabulary: Vocabulary, where isWanted: (TokenID) -> Bool) {
    self.init()
    var ids: [TokenID] = []
    for id in 0..<TokenID(vocabulary.idLimit) where vocabulary.contains(id) && isWanted(id) {
      if vocabulary.range(of: id).count > 0 { ids.append(id) }
    }
    build(ids, vocabulary)
  }

  private mutating func build(_ ids: [TokenID], _ vocabulary: Vocabulary) {
    firstChild = []
    var order = ids
    var scratch = ids
    // For each node the tokens that pass through it. Nodes are numbered breadth first, which puts siblings together.
    var ranges = [0..<order.count]
    var depths: [UInt32] = [0]
    var node = 0
    while node < ranges.count {
      firstChild.append(UInt32(ranges.count))
      let depth = Int(depths[node])
      var range = ranges[node]
      // Tokens that end here stand first.
      var kept = range.lowerBound
      for index in range where vocabulary.range(of: order[index]).count == depth {
        values[node] = max(values[node], order[index])
        order.swapAt(kept, index)
        kept += 1
      }
      range = kept..<range.upperBound
      if !range.isEmpty { Self.sort(&order, &scratch, range, at: depth, vocabulary) }
      var start = range.lowerBound
      while start < range.upperBound {
        let byte = Self.byte(order[start], depth, vocabulary)
        var end = start + 1
        while end < range.upperBound, Self.byte(order[end], depth, vocabulary) == byte { end += 1 }
        if node == 0 { roots[Int(byte)] = UInt32(ranges.count) }
        ranges.append(start..<end)
        depths.append(UInt32(depth + 1))
        labels.append(byte)
        values.append(-1)
        start = end
      }
      node += 1
    }
    firstChild.append(UInt32(ranges.count))
  }

  private static func byte(_ id: TokenID, _ depth: Int, _ vocabulary: Vocabulary) -> UInt8 {
    vocabulary.bytes[vocabulary.range(of: id).lowerBound + depth]
  }

  /// Orders tokens by their byte at `depth`, equal ones as they were.
  private static func sort(
    _ order: inout [TokenID], _ scratch: inout [TokenID], _ range: Range<Int>, at depth: Int, _ vocabulary: Vocabulary
  ) {
    if range.count < 24 {
      for index in range.dropFirst() {
        let id = order[index]
        let key = byte(id, depth, vocabulary)
        var place = index
        while place > range.lowerBound, byte(order[place - 1], depth, vocabulary) > key {
          order[place] = order[place - 1]
          place -= 1
        }
        order[place] = id
      }
      return
    }
    var places = [Int](repeating: 0, count: 257)
    for index in range { places[Int(byte(order[index], depth, vocabulary)) + 1] += 1 }
    for byte in 1...256 { places[byte] += places[byte - 1] }
    for index in range {
      let key = Int(byte(order[index], depth, vocabulary))
      scratch[range.lowerBound + places[key]] = order[index]
      places[key] += 1
    }
    for index in range { order[index] = scratch[index] }
  }

  /// The node that a byte leads to from `node` (0 is the root), or -1.
  @inline(__always)
  func child(of node: Int, _ byte: UInt8) -> Int {
    if node == 0 {
      let root = roots[Int(byte)]
      return root == 0 ? -1 : Int(root)
    }
    var low = Int(firstChild[node])
    var high = Int(firstChild[node &+ 1])
    while high &- low > 4 {
      let middle = (low &+ high) / 2
      if labels[middle] <= byte { low = middle } else { high = middle }
    }
    while low < high {
      if labels[low] == byte { return low }
      low &+= 1
    }
    return -1
  }

  /// The value of the string that ends at a node, or -1.
  @inline(__always)
  func value(at node: Int) -> TokenID { values[node] }

  /// The value of a string, or -1.
  func value(ofWhole string: ArraySlice<UInt8>) -> TokenID {
    var node = 0
    for byte in string {
      node = child(of: node, byte)
      if node < 0 { return -1 }
    }
    return values[node]
  }

  /// The longest string that stands at `start`, and where it ends.
  func longestPrefix(_ text: Span<UInt8>, at start: Int, end: Int) -> (id: TokenID, end: Int)? {
    var node = 0
    var at = start
    var best: (id: TokenID, end: Int)?
    while at < end {
      node = child(of: node, text[at])
      if node < 0 { break }
      at += 1
      if values[node] >= 0 { best = (values[node], at) }
    }
    return best
  }
}
