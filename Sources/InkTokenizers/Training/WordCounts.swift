/// The different pieces of many texts, and how often each of them occurs.
///
/// All pieces lie one behind the other in one buffer; a table with open addressing finds a piece by its bytes.
struct WordCounts: Sendable {
  /// The bytes of all pieces, followed by `ByteHash.padding` zeros.
  private(set) var bytes = [UInt8](repeating: 0, count: ByteHash.padding)
  /// Where each piece begins; one entry more than there are pieces.
  private(set) var starts = [0]
  /// How often each piece occurs.
  private(set) var counts: [Int] = []
  /// High half of the hash above, number of the piece below; `UInt64.max` is free.
  private var slots = [UInt64](repeating: .max, count: 1 << 12)
  private var categories = CategoryTable()

  /// How many different pieces there are.
  var count: Int { counts.count }

  /// Where a piece lies in `bytes`.
  func range(_ index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// Cuts a text and counts its pieces.
  mutating func add(_ text: AlignedText, cutBy preTokenizer: PreTokenizer) {
    guard text.count > 0 else { return }
    guard let scanner = preTokenizer.scanner else {
      let (cut, pieces) = preTokenizer.pieces(of: text, isFirst: true, &categories)
      for piece in pieces { add(cut.bytes, start: piece.lowerBound, count: piece.count) }
      return
    }
    switch scanner {
    case .none: add(text.bytes, start: 0, count: text.count)
    case .gpt2: scan(GPT2Scanner.self, text)
    case .digitsThenGPT2: scan(DigitsThenGPT2Scanner.self, text)
    case .cl100k: scan(CL100KScanner.self, text)
    case .cl100kTrailing: scan(CL100KTrailingScanner.self, text)
    case .qwen2: scan(Qwen2Scanner.self, text)
    case .deepSeek: scan(DeepSeekScanner.self, text)
    case .visibleSpaces: scan(VisibleSpaceScanner.self, text)
    }
  }

  private mutating func scan<Scanner: PieceScanner>(_ scanner: Scanner.Type, _ text: AlignedText) {
    let asciiTable = CategoryTable.ascii
    let bytes = text.bytes
    var at = 0
    while at < text.count {
      let end = Scanner.nextEnd(bytes.span, from: at, end: text.count, asciiTable.span, &categories)
      add(bytes, start: at, count: end - at)
      at = end
    }
  }

  /// Counts one piece of a text that has `ByteHash.padding` bytes behind it.
  private mutating func add(_ text: [UInt8], start: Int, count: Int) {
    let hash = ByteHash.hash(text.span.bytes, at: start, count: count)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash >> 32) & mask
    while slots[slot] != .max {
      let index = Int(slots[slot] & 0xFFFF_FFFF)
      if slots[slot] >> 32 == hash >> 32, starts[index + 1] - starts[index] == count,
        ByteHash.areEqual(bytes.span.bytes, at: starts[index], text.span.bytes, at: start, count: count)
      {
        counts[index] += 1
        return
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = hash & ~0xFFFF_FFFF | UInt64(counts.count)
    bytes.removeLast(ByteHash.padding)
    bytes.append(contentsOf: text[start..<start + count])
    starts.append(bytes.count)
    bytes.append(contentsOf: repeatElement(0, count: ByteHash.padding))
    counts.append(1)
    if counts.count * 2 > slots.count { grow() }
  }

  private mutating func grow() {
    let entries = slots
    slots = [UInt64](repeating: .max, count: entries.count * 2)
    let mask = slots.count - 1
    for entry in entries where entry != .max {
      var slot = Int(entry >> 32) & mask
      while slots[slot] != .max { slot = (slot + 1) & mask }
      slots[slot] = entry
    }
  }
}
