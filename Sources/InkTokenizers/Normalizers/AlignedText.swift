/// Text that may have been changed, and for each of its bytes the bytes of the given text it comes from.
struct AlignedText: Sendable {
  /// The text, followed by `ByteHash.padding` zeros.
  private(set) var bytes: [UInt8]
  private(set) var count: Int
  /// For each byte where its origin begins and ends; nil as long as nothing was changed.
  private(set) var origins: [(start: UInt32, end: UInt32)]?

  init(_ text: some StringProtocol) {
    var bytes: [UInt8] = []
    let utf8 = text.utf8
    bytes.reserveCapacity(utf8.count + ByteHash.padding)
    bytes.append(contentsOf: utf8)
    self.init(bytes: bytes)
  }

  /// Takes bytes without padding.
  init(bytes: [UInt8]) {
    count = bytes.count
    self.bytes = bytes
    self.bytes.append(contentsOf: repeatElement(0, count: ByteHash.padding))
  }

  /// The bytes without padding.
  var content: ArraySlice<UInt8> { bytes[..<count] }

  /// Where the characters under `start..<end` come from. An empty range gives an empty range.
  func origin(start: Int, end: Int) -> (start: Int, end: Int) {
    guard let origins, count > 0 else { return (start, end) }
    if start >= end {
      let at = start < count ? Int(origins[start].start) : Int(origins[count - 1].end)
      return (at, at)
    }
    return (Int(origins[start].start), Int(origins[end - 1].end))
  }

  /// A part of the text as a text of its own, whose origins still point into the given text.
  func slice(start: Int, end: Int) -> AlignedText {
    var part = AlignedText(bytes: Array(bytes[start..<end]))
    part.origins = (start..<end).map { index in
      origins?[index] ?? Self.characterBounds(bytes, at: index, count: count)
    }
    return part
  }

  /// The bounds of the character that the byte at `index` belongs to.
  private static func characterBounds(_ bytes: [UInt8], at index: Int, count: Int) -> (start: UInt32, end: UInt32) {
    var start = index
    while start > 0, index - start < 3, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    var (_, width) = UTF8Reader.scalar(bytes.span, at: start, end: count)
    if start + width <= index { (start, width) = (index, 1) }
    return (UInt32(start), UInt32(start + width))
  }

  /// Rewrites the text: `body` writes the new text piece by piece, each with the old bytes it comes from.
  func rewritten(_ body: (inout Writer) -> Void) -> AlignedText {
    var writer = Writer(source: self)
    body(&writer)
    var result = AlignedText(bytes: writer.bytes)
    result.origins = writer.origins
    return result
  }

  /// Collects the new text of a rewrite.
  struct Writer {
    fileprivate let source: AlignedText
    fileprivate(set) var bytes: [UInt8] = []
    fileprivate var origins: [(start: UInt32, end: UInt32)] = []

    fileprivate init(source: AlignedText) { self.source = source }

    /// Copies old bytes as they are.
    mutating func copy(_ start: Int, _ end: Int) {
      for index in start..<end {
        bytes.append(source.bytes[index])
        origins.append(
          source.origins?[index] ?? AlignedText.characterBounds(source.bytes, at: index, count: source.count))
      }
    }

    /// Takes back the last bytes that were written.
    mutating func removeLast(_ count: Int) {
      bytes.removeLast(count)
      origins.removeLast(count)
    }

    /// Writes new bytes that stand for the old ones in `start..<end`.
    mutating func write(_ new: some Sequence<UInt8>, for start: Int, _ end: Int) {
      let origin = source.origin(start: start, end: end)
      for byte in new {
        bytes.append(byte)
        origins.append((UInt32(origin.start), UInt32(origin.end)))
      }
    }
  }
}
