/// The printable spelling of bytes that byte-level vocabularies are written in.
///
/// GPT-2 gives each byte a character: the printable ones of Latin-1 stand for themselves, the other 68 bytes take the
/// characters from U+0100 on, in order. A space is written as U+0120.
enum ByteAlphabet {
  /// The character of each byte (all below U+0144).
  static let characters: [UInt16] = {
    var table = [UInt16](repeating: 0, count: 256)
    var next: UInt16 = 0x100
    for byte in 0..<256 {
      if isPrintable(byte) {
        table[byte] = UInt16(byte)
      } else {
        table[byte] = next
        next += 1
      }
    }
    return table
  }()

  /// The byte of each character below U+0144; 0xFFFF for characters that stand for none.
  static let bytes: [UInt16] = {
    var table = [UInt16](repeating: 0xFFFF, count: 0x144)
    for (byte, character) in characters.enumerated() { table[Int(character)] = UInt16(byte) }
    return table
  }()

  private static func isPrintable(_ byte: Int) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte)
  }

  /// Reads one character of the alphabet.
  ///
  /// - Returns: its byte and how many bytes of UTF-8 it took, or a width of 0 if no byte is written like that.
  @inline(__always)
  static func decode(_ text: Span<UInt8>, at index: Int, end: Int, table: Span<UInt16>) -> (byte: UInt8, width: Int) {
    let first = text[index]
    if first < 0x80 {
      let byte = table[Int(first)]
      return (UInt8(truncatingIfNeeded: byte), byte > 0xFF ? 0 : 1)
    }
    guard first >= 0xC2, first <= 0xC5, index + 1 < end else { return (0, 0) }
    let second = text[index + 1]
    guard second & 0xC0 == 0x80 else { return (0, 0) }
    let character = Int(first & 0x1F) << 6 | Int(second & 0x3F)
    guard character < table.count else { return (0, 0) }
    let byte = table[character]
    return (UInt8(truncatingIfNeeded: byte), byte > 0xFF ? 0 : 2)
  }

  /// The bytes that a spelling stands for, or nil if it holds a character outside the alphabet.
  static func decode(_ spelling: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(spelling.count)
    var index = 0
    while index < spelling.count {
      let (byte, width) = decode(spelling.span, at: index, end: spelling.count, table: bytes.span)
      if width == 0 { return nil }
      result.append(byte)
      index += width
    }
    return result
  }

  /// The spelling of bytes.
  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    for byte in bytes {
      if let scalar = Unicode.Scalar(characters[Int(byte)]) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// Writes a stretch of a text in the alphabet; each character of it comes from the character that its byte is of.
  static func spell(_ text: AlignedText, _ range: Range<Int>, _ writer: inout AlignedText.Writer) {
    var index = range.lowerBound
    while index < range.upperBound {
      let width = UTF8Reader.scalar(text.bytes.span, at: index, end: range.upperBound).width
      var spelling: [UInt8] = []
      for at in index..<index + width { UTF8Reader.append(UInt32(characters[Int(text.bytes[at])]), to: &spelling) }
      writer.write(spelling, for: index, index + width)
      index += width
    }
  }
}
