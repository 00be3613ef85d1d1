/// Where found tokens go.
struct TokenSink {
  enum Detail { case ids, idsAndSpans }

  let detail: Detail
  var ids: [TokenID] = []
  /// The bytes of the given text under each token, if they are wanted.
  private(set) var spans: [(start: UInt32, end: UInt32)] = []

  init(_ detail: Detail, capacity: Int) {
    self.detail = detail
    ids.reserveCapacity(capacity)
  }

  mutating func append(_ id: TokenID, _ origin: (start: Int, end: Int)) {
    ids.append(id)
    if case .idsAndSpans = detail {
      spans.append((UInt32(truncatingIfNeeded: origin.start), UInt32(truncatingIfNeeded: origin.end)))
    }
  }
}

/// Turns byte offsets of a text into counts of code points.
struct CharacterOffsets {
  /// For each byte the number of the character that it belongs to.
  private var characterOfByte: [UInt32] = []

  init(_ text: AlignedText) {
    characterOfByte.reserveCapacity(text.count)
    var index = 0
    var character: UInt32 = 0
    while index < text.count {
      let width = UTF8Reader.scalar(text.bytes.span, at: index, end: text.count).width
      for _ in 0..<width { characterOfByte.append(character) }
      index += width
      character += 1
    }
  }

  /// The characters that the bytes `start..<end` touch.
  func characters(start: Int, end: Int) -> Range<Int> {
    guard start < end, end <= characterOfByte.count else {
      let at = start < characterOfByte.count ? Int(characterOfByte[start]) : Int(characterOfByte.last ?? 0)
      return at..<at
    }
    return Int(characterOfByte[start])..<Int(characterOfByte[end - 1]) + 1
  }
}
