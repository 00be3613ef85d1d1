/// SentencePiece's byte-pair encoding: the neighbours whose union has the highest score become one, leftmost first.
///
/// Kudo and Richardson 2018. Characters that end up in no token are spelled in bytes.
struct ScoredPairModel: Sendable {
  var vocabulary: Vocabulary
  /// For each token a number that falls as its score rises.
  private let order: [UInt32]
  /// Tokens `<0x00>` to `<0xFF>` by byte (-1: absent).
  let byteTokens: [TokenID]
  private let unknown: TokenID?

  init(vocabulary: Vocabulary, scores: [Float], byteTokens: [TokenID], unknown: TokenID?) {
    self.vocabulary = vocabulary
    order = scores.map { score in
      // The bits of a float, turned so that they compare as an unsigned number, upside down.
      let bits = score.bitPattern
      return ~(bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits)
    }
    self.byteTokens = byteTokens
    self.unknown = unknown
  }

  /// The symbols of a text while they are being merged.
  private struct Symbols {
    var starts: [Int] = []
    var lengths: [Int] = []
    var previous: [Int] = []
    var next: [Int] = []
    /// The place in the order of the union with the right neighbour, or nil.
    var unions: [UInt32?] = []
    var queue = MergeQueue()
  }

  /// Splits a text into tokens, which stay in the workspace.
  func encode(_ text: [UInt8], start: Int, end: Int, _ workspace: inout MergeWorkspace) {
    workspace.begin(symbols: end - start)
    var symbols = Symbols()
    var index = start
    while index < end {
      let width = UTF8Reader.scalar(text.span, at: index, end: end).width
      symbols.previous.append(symbols.starts.count - 1)
      symbols.starts.append(index)
      symbols.lengths.append(width)
      symbols.next.append(symbols.starts.count)
      index += width
    }
    let count = symbols.starts.count
    symbols.unions = [UInt32?](repeating: nil, count: count)
    for left in 0..<max(count - 1, 0) { offer(left, &symbols, text) }
    merge(&symbols, text)
    var symbol = 0
    while symbol < count {
      write(text, symbols.starts[symbol], symbols.lengths[symbol], from: start, &workspace)
      symbol = symbols.next[symbol]
    }
  }

  private func merge(_ symbols: inout Symbols, _ text: [UInt8]) {
    let count = symbols.starts.count
    while let entry = symbols.queue.pop() {
      let left = Int(entry & 0xFFFF_FFFF)
      guard symbols.unions[left] == UInt32(entry >> 32) else { continue }
      let right = symbols.next[left]
      symbols.lengths[left] += symbols.lengths[right]
      symbols.next[left] = symbols.next[right]
      symbols.unions[left] = nil
      symbols.unions[right] = nil
      if symbols.next[left] < count {
        symbols.previous[symbols.next[left]] = left
        offer(left, &symbols, text)
      }
      if symbols.previous[left] >= 0 { offer(symbols.previous[left], &symbols, text) }
    }
  }

  /// Looks whether a symbol and its right neighbour make a token, and queues them.
  private func offer(_ left: Int, _ symbols: inout Symbols, _ text: [UInt8]) {
    let right = symbols.next[left]
    let length = symbols.lengths[left] + symbols.lengths[right]
    let id = vocabulary.find(text.span.bytes, at: symbols.starts[left], count: length)
    guard id >= 0 else {
      symbols.unions[left] = nil
      return
    }
    symbols.unions[left] = order[Int(id)]
    symbols.queue.push(UInt64(order[Int(id)]) << 32 | UInt64(left))
  }

  private func write(
    _ text: [UInt8], _ at: Int, _ length: Int, from start: Int, _ workspace: inout MergeWorkspace
  ) {
    let id = vocabulary.find(text.span.bytes, at: at, count: length)
    if id >= 0 { return workspace.append(id, start: at - start) }
    for index in at..<at + length {
      let token = byteTokens[Int(text[index])]
      if token >= 0 {
        workspace.append(token, start: index - start)
      } else if let unknown, index == at {
        workspace.append(unknown, start: index - start)
      }
    }
  }
}
