/// Words by their characters, with a number at the end of each.
///
/// The edges of all nodes stand in one hash table with open addressing, which is built in one pass over the words in any
/// order.
struct WordTrie: Sendable {
  static let root: UInt32 = 0

  /// `node << 32 | character`, or 0 where nothing is: no word holds the character 0.
  private var keys: [UInt64]
  private var targets: [UInt32]
  private var edgeCount = 0
  /// For each node the logarithm of its word's frequency; negative infinity where no word ends.
  private var logarithms: [Double] = [-.infinity]
  private(set) var wordCount = 0

  /// An empty trie with room for about so many nodes.
  init(expectedNodes: Int) {
    var capacity = 64
    while capacity < expectedNodes * 2 { capacity *= 2 }
    keys = Array(repeating: 0, count: capacity)
    targets = Array(repeating: 0, count: capacity)
  }

  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    let mixed = key &* 0x9E37_79B9_7F4A_7C15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & mask
    while keys[slot] != key, keys[slot] != 0 { slot = (slot + 1) & mask }
    return slot
  }

  /// The node behind an edge.
  @inline(__always)
  func child(of node: UInt32, for character: UInt32) -> UInt32? {
    let key = UInt64(node) << 32 | UInt64(character)
    let slot = slot(of: key)
    return keys[slot] == key && key != 0 ? targets[slot] : nil
  }

  /// The number of a word that ends at a node.
  @inline(__always)
  func logarithm(at node: UInt32) -> Double? {
    let value = logarithms[Int(node)]
    return value == -.infinity ? nil : value
  }

  /// The node behind an edge, which is made if it is not there. The character is not 0.
  mutating func insert(_ character: UInt32, below node: UInt32) -> UInt32 {
    let key = UInt64(node) << 32 | UInt64(character)
    let found = slot(of: key)
    if keys[found] == key { return targets[found] }
    let target = UInt32(logarithms.count)
    keys[found] = key
    targets[found] = target
    logarithms.append(-.infinity)
    edgeCount += 1
    if edgeCount * 2 > keys.count { grow() }
    return target
  }

  /// Ends a word at a node; a later number replaces an earlier one. Negative infinity ends none.
  mutating func setLogarithm(_ value: Double, at node: UInt32) {
    let old = logarithms[Int(node)]
    wordCount += (value == -.infinity ? 0 : 1) - (old == -.infinity ? 0 : 1)
    logarithms[Int(node)] = value
  }

  private mutating func grow() {
    let oldKeys = keys
    let oldTargets = targets
    keys = Array(repeating: 0, count: oldKeys.count * 2)
    targets = Array(repeating: 0, count: oldKeys.count * 2)
    for (place, key) in oldKeys.enumerated() where key != 0 {
      let found = slot(of: key)
      keys[found] = key
      targets[found] = oldTargets[place]
    }
  }
}
