/// Finds the tokens that may follow a situation, and remembers what it found.
struct TokenWalker {
  typealias Situation = ParseMachine.Situation

  private let table: TokenTable
  private(set) var machine: ParseMachine
  private var masks: [MaskKey: KnownMask] = [:]
  /// The fewest tokens that spell the shortest completion of a situation; `unknown` or `impossible` are below 0.
  private var needs: [Int32] = []
  /// The situations along the way from the root to a node.
  private var path: [Situation]

  private struct MaskKey: Hashable {
    let situation: Situation
    let place: TextPlace
  }

  private struct KnownMask {
    let mask: TokenMask
    /// No permitted token leads to a situation that takes more than so many further tokens.
    let mostNeeded: Int
  }

  private static let unknown: Int32 = -1
  private static let impossible: Int32 = -2
  /// How many bytes of masks are kept.
  private static let maskLimit = 1 << 25

  init(_ grammar: Grammar, _ table: TokenTable) {
    self.table = table
    machine = ParseMachine(grammar.network)
    path = [Situation](repeating: ParseMachine.dead, count: table.trie.depth + 1)
  }

  /// The situation after the bytes of a token, dead if it is not permitted.
  mutating func situation(
    after token: TokenID, at place: TextPlace, in situation: Situation
  ) throws(GrammarError) -> Situation {
    machine.beginCall()
    let bytes = table.bytes(of: token, at: place)
    guard !bytes.isEmpty else { return ParseMachine.dead }
    var next = situation
    for byte in bytes { next = machine.next(next, byte) }
    try machine.checkWork()
    return next
  }

  /// The tokens that may follow.
  mutating func mask(_ situation: Situation, at place: TextPlace) throws(GrammarError) -> TokenMask {
    try known(situation, place).mask
  }

  /// The tokens after which the text can be completed with what is left of `remaining`, nil if it cannot be.
  ///
  /// Where every token leaves enough room, all are permitted. Otherwise each is looked at; and the next token of a
  /// completion that fits is always permitted, so that there is a way from here to the end whatever the bounds of others.
  ///
  /// - Parameter plan: a completion that is known, the next token last; empty if there is none.
  /// - Returns: the mask, and the shortest known completion if it had to be known.
  mutating func mask(
    _ situation: Situation, at place: TextPlace, remaining: Int, plan: [TokenID]
  ) throws(GrammarError) -> (mask: TokenMask, plan: [TokenID])? {
    let known = try known(situation, place)
    if known.mostNeeded < remaining { return (known.mask, plan) }
    var plan = plan
    if machine.isComplete(situation) {
      plan = []
    } else {
      let own = completion(of: situation, at: place)
      if let own, plan.isEmpty || own.count < plan.count { plan = own.reversed() }
      if plan.isEmpty || plan.count > remaining { return nil }
    }
    var mask = try search(situation, place, room: remaining - 1).mask
    if let next = plan.last { mask.insert(next) }
    return (mask, plan)
  }

  /// The tokens of the shortest completion, nil if the vocabulary cannot spell it.
  func completion(of situation: Situation, at place: TextPlace) -> [TokenID]? {
    table.fewestTokens(spelling: machine.shortestCompletion(of: situation), at: place)
  }

  // MARK: Walking

  private mutating func known(_ situation: Situation, _ place: TextPlace) throws(GrammarError) -> KnownMask {
    let key = MaskKey(situation: situation, place: place)
    if let known = masks[key] { return known }
    let found = try search(situation, place, room: .max)
    if masks.count * table.vocabularySize / 8 > Self.maskLimit { masks.removeAll() }
    masks[key] = found
    return found
  }

  private mutating func search(
    _ situation: Situation, _ place: TextPlace, room: Int
  ) throws(GrammarError) -> KnownMask {
    machine.beginCall()
    var mask = TokenMask(vocabularySize: table.vocabularySize)
    var most = 0
    if place == .opening, case .dropsSpace(let exceptions) = table.opening {
      let space = table.trie.rootChild(Scan.space)
      walk(under: 0, situation, room, except: space, &mask, &most)
      if let space { walk(under: space, situation, room, except: nil, &mask, &most) }
      for (token, bytes) in exceptions {
        mask.remove(token)
        var next = situation
        for byte in bytes { next = machine.next(next, byte) }
        guard next >= 0, !bytes.isEmpty, let needed = needed(next, room) else { continue }
        mask.insert(token)
        most = max(most, needed)
      }
    } else {
      walk(under: 0, situation, room, except: nil, &mask, &most)
    }
    try machine.checkWork()
    return KnownMask(mask: mask, mostNeeded: most)
  }

  /// Walks the tokens below a node along with the grammar.
  private mutating func walk(
    under root: Int, _ situation: Situation, _ room: Int, except hole: Int?, _ mask: inout TokenMask,
    _ most: inout Int
  ) {
    let (steps, skips) = (table.trie.steps, table.trie.skips)
    let (starts, tokens) = (table.trie.tokenStarts, table.trie.tokens)
    let depth = Int(steps[root] >> 8)
    let end = Int(skips[root])
    path[0] = situation
    var node = root + 1
    while node < end {
      let step = steps[node]
      let length = Int(step >> 8) - depth
      let next = machine.next(path[length - 1], UInt8(truncatingIfNeeded: step))
      guard next >= 0, node != hole else {
        node = Int(skips[node])
        continue
      }
      path[length] = next
      let (first, behind) = (Int(starts[node]), Int(starts[node + 1]))
      if first < behind, let needed = needed(next, room) {
        for index in first..<behind { mask.insert(tokens[index]) }
        most = max(most, needed)
      }
      node += 1
    }
  }

  /// A bound of the tokens that complete a situation, nil if they are more than `room`.
  ///
  /// Where every byte has a token, the bytes of the shortest completion are such a bound; only where they are too many its
  /// tokens are counted.
  @inline(__always)
  private mutating func needed(_ situation: Situation, _ room: Int) -> Int? {
    let bytes = machine.leastBytes(situation)
    if table.spelling == .complete, bytes <= room { return bytes }
    return countedNeed(situation, bytes, room)
  }

  private mutating func countedNeed(_ situation: Situation, _ bytes: Int, _ room: Int) -> Int? {
    // No token is longer than the trie is deep.
    if bytes / max(1, table.trie.depth) > room { return nil }
    let missing = Int(situation) + 1 - needs.count
    if missing > 0 { needs.append(contentsOf: repeatElement(Self.unknown, count: missing)) }
    var need = needs[Int(situation)]
    if need == Self.unknown {
      need = completion(of: situation, at: .inside).map { Int32(clamping: $0.count) } ?? Self.impossible
      needs[Int(situation)] = need
    }
    return need >= 0 && Int(need) <= room ? Int(need) : nil
  }
}
