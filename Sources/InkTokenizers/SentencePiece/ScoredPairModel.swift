/// SentencePiece's byte-pair encoding: the neighbours whose union has the highest score become one, leftmost first.
///
/// Kudo and Richardson 2018. A queue of unions and a linked list of symbols keep the time near linear in the text.
struct ScoredPairModel: Sendable {
  var vocabulary: Vocabulary
  /// For each token a number that falls as its score rises.
  private let order: [UInt32]
  /// Tokens `<0x00>` to `<0xFF>` by byte (-1: absent), for characters that no token spells.
  let byteTokens: [TokenID]
  private let unknown: TokenID?
  /// Tokens that are never merged with others.
  private let frozen: PieceTrie
  /// Tokens that are taken apart again when they come out; empty if there are none.
  private let unused: [Bool]
  /// Whether a token holds a space after something else, so that words cannot be looked at alone.
  let tokensCrossSpaces: Bool

  /// How deep unused tokens are taken apart, as in the reference library.
  private static let deepestSplit = 100

  init(
    vocabulary: Vocabulary, scores: [Float], byteTokens: [TokenID], unknown: TokenID?,
    userDefined: Set<TokenID> = [], unused: Set<TokenID> = []
  ) {
    self.vocabulary = vocabulary
    order = scores.map { score in
      // The bits of a float, turned so that they compare as an unsigned number, upside down. Both zeros are one.
      let bits = (score + 0).bitPattern
      return ~(bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits)
    }
    self.byteTokens = byteTokens
    self.unknown = unknown
    frozen = userDefined.isEmpty ? PieceTrie() : PieceTrie(vocabulary) { userDefined.contains($0) }
    self.unused = unused.isEmpty ? [] : (0..<TokenID(vocabulary.idLimit)).map { unused.contains($0) }
    tokensCrossSpaces = Self.tokensCrossSpaces(vocabulary)
  }

  private static func tokensCrossSpaces(_ vocabulary: Vocabulary) -> Bool {
    let mark = SentencePieceNormalizer.visibleSpace
    // Without a token for the space itself, unknown characters could run across it.
    guard vocabulary.id(of: mark) != nil else { return true }
    for id in 0..<TokenID(vocabulary.idLimit) where vocabulary.contains(id) {
      var token = vocabulary.bytes[vocabulary.range(of: id)]
      while token.starts(with: mark) { token = token.dropFirst(mark.count) }
      while let place = token.firstIndex(of: mark[0]) {
        token = token[place...]
        if token.starts(with: mark) { return true }
        token = token.dropFirst()
      }
    }
    return false
  }

  /// The symbols of a text while they are being merged.
  struct Symbols: Sendable {
    fileprivate var starts: [UInt32] = []
    /// 0 once a symbol has become part of its left neighbour.
    fileprivate var lengths: [UInt32] = []
    fileprivate var previous: [Int32] = []
    fileprivate var next: [Int32] = []
    /// The place in the order of the union with the right neighbour, `none` if there is none.
    fileprivate var unions: [UInt32] = []
    /// Rank above, place below, so that ties go to the left.
    fileprivate var queue = MergeQueue()
    /// Of unused tokens, how long the left one of the two parts was that they were last made of.
    fileprivate var leftParts: [TokenID: UInt32] = [:]
    /// Pairs that were looked up, for tests of how work grows.
    fileprivate(set) var lookUps = 0

    fileprivate static let frozen = Int32.min

    /// The memory of the arrays.
    var byteCount: Int {
      (starts.capacity + lengths.capacity + previous.capacity + next.capacity + unions.capacity) * 4 + queue.byteCount
    }

    fileprivate mutating func begin() {
      starts.removeAll(keepingCapacity: true)
      lengths.removeAll(keepingCapacity: true)
      previous.removeAll(keepingCapacity: true)
      next.removeAll(keepingCapacity: true)
      unions.removeAll(keepingCapacity: true)
      queue.removeAll()
      leftParts.removeAll(keepingCapacity: true)
    }
  }

  private static let noUnion = UInt32.max
  /// Stands where a union with the neighbour is not allowed.
  private static let frozenUnion = UInt32.max - 1

  /// Splits a text into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    var symbols = Symbols()
    swap(&symbols, &workspace.symbols)
    split(text.span, start, end, &symbols)
    let count = symbols.starts.count
    for left in 0..<max(count - 1, 0) { offer(left, &symbols, text) }
    merge(&symbols, text)
    var symbol = 0
    var isUnknownRun = false
    while symbol < count {
      write(
        text, Int(symbols.starts[symbol]), Int(symbols.lengths[symbol]), from: start, symbols, &isUnknownRun,
        &workspace)
      symbol = Int(symbols.next[symbol])
    }
    swap(&symbols, &workspace.symbols)
  }

  private func split(_ text: Span<UInt8>, _ start: Int, _ end: Int, _ symbols: inout Symbols) {
    symbols.begin()
    var index = start
    while index < end {
      var width = UTF8Reader.scalar(text, at: index, end: end).width
      var union = Self.noUnion
      if !frozen.isEmpty, let found = frozen.longestPrefix(text, at: index, end: end) {
        width = found.end - index
        union = Self.frozenUnion
      }
      symbols.previous.append(Int32(truncatingIfNeeded: symbols.starts.count) - 1)
      symbols.starts.append(UInt32(truncatingIfNeeded: index))
      symbols.lengths.append(UInt32(truncatingIfNeeded: width))
      symbols.unions.append(union)
      symbols.next.append(Int32(truncatingIfNeeded: symbols.starts.count))
      index += width
    }
  }

  private func merge(_ symbols: inout Symbols, _ text: [UInt8]) {
    let count = symbols.starts.count
    while let entry = symbols.queue.pop() {
      let left = Int(entry & 0xFFFF_FFFF)
      // An entry whose pair has changed since is stale: its place is no longer the one stored for the symbol.
      guard symbols.lengths[left] > 0, symbols.unions[left] == UInt32(entry >> 32) else { continue }
      let right = Int(symbols.next[left])
      symbols.lengths[left] += symbols.lengths[right]
      symbols.lengths[right] = 0
      symbols.next[left] = symbols.next[right]
      symbols.unions[left] = Self.noUnion
      let after = Int(symbols.next[left])
      if after < count { symbols.previous[after] = Int32(truncatingIfNeeded: left) }
      let before = Int(symbols.previous[left])
      if before >= 0 { offer(before, &symbols, text) }
      if after < count { offer(left, &symbols, text) }
    }
  }

  /// Looks whether a symbol and its right neighbour make a token, and queues them.
  private func offer(_ left: Int, _ symbols: inout Symbols, _ text: [UInt8]) {
    let right = Int(symbols.next[left])
    guard symbols.unions[left] != Self.frozenUnion, symbols.unions[right] != Self.frozenUnion else { return }
    let length = Int(symbols.lengths[left] + symbols.lengths[right])
    symbols.lookUps &+= 1
    let id = vocabulary.find(text.span.bytes, at: Int(symbols.starts[left]), count: length)
    guard id >= 0 else {
      symbols.unions[left] = Self.noUnion
      return
    }
    let place = min(order[Int(id)], Self.frozenUnion - 1)
    symbols.unions[left] = place
    symbols.queue.push(UInt64(place) << 32 | UInt64(left))
    if !unused.isEmpty, unused[Int(id)] { symbols.leftParts[id] = symbols.lengths[left] }
  }

  // MARK: From symbols to tokens

  private func write(
    _ text: [UInt8], _ at: Int, _ length: Int, from start: Int, _ symbols: Symbols, _ isUnknownRun: inout Bool,
    _ workspace: inout MergeWorkspace
  ) {
    let id = vocabulary.find(text.span.bytes, at: at, count: length)
    guard id >= 0, !unused.isEmpty, unused[Int(id)] else {
      return write(id, text, at, length, from: start, &isUnknownRun, &workspace)
    }
    // Unused tokens are taken apart into what they were made of, the left part first.
    var parts = [(at: at, length: length, depth: 0)]
    while let part = parts.popLast() {
      let id = vocabulary.find(text.span.bytes, at: part.at, count: part.length)
      guard id >= 0, unused[Int(id)], part.depth <= Self.deepestSplit else {
        write(id, text, part.at, part.length, from: start, &isUnknownRun, &workspace)
        continue
      }
      guard let left = symbols.leftParts[id].map({ Int($0) }), left < part.length else {
        write(-1, text, part.at, part.length, from: start, &isUnknownRun, &workspace)
        continue
      }
      parts.append((part.at + left, part.length - left, part.depth + 1))
      parts.append((part.at, left, part.depth + 1))
    }
  }

  private func write(
    _ id: TokenID, _ text: [UInt8], _ at: Int, _ length: Int, from start: Int, _ isUnknownRun: inout Bool,
    _ workspace: inout MergeWorkspace
  ) {
    if id >= 0 {
      isUnknownRun = false
      return workspace.append(id, start: at - start)
    }
    var isUnknown = false
    for index in at..<at + length {
      let token = byteTokens[Int(text[index])]
      if token >= 0 { workspace.append(token, start: index - start) } else { isUnknown = true }
    }
    if isUnknown, !isUnknownRun, let unknown { workspace.append(unknown, start: at - start) }
    isUnknownRun = isUnknown
  }
}
