/// Reading scalars out of bytes that may be anything.
enum UTF8Reader {
  /// The value of a byte sequence that is not UTF-8; it stands for one byte.
  static let invalid = UInt32.max

  /// U+FFFD as UTF-8.
  static let replacementCharacter: [UInt8] = [0xEF, 0xBF, 0xBD]

  /// The scalar that begins at `index` (below `end`, which is inside `text`), and its width in bytes.
  @inline(__always)
  static func scalar(_ text: Span<UInt8>, at index: Int, end: Int) -> (value: UInt32, width: Int) {
    let first = UInt32(text[index])
    if first < 0x80 { return (first, 1) }
    return multibyteScalar(text, first, at: index, end: end)
  }

  private static func multibyteScalar(
    _ text: Span<UInt8>, _ first: UInt32, at index: Int, end: Int
  ) -> (value: UInt32, width: Int) {
    guard first >= 0xC2, index &+ 1 < end else { return (invalid, 1) }
    let second = UInt32(text[index &+ 1])
    guard second & 0xC0 == 0x80 else { return (invalid, 1) }
    if first < 0xE0 { return ((first & 0x1F) << 6 | (second & 0x3F), 2) }
    guard index &+ 2 < end else { return (invalid, 1) }
    let third = UInt32(text[index &+ 2])
    guard third & 0xC0 == 0x80 else { return (invalid, 1) }
    if first < 0xF0 {
      let value = (first & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)
      return value < 0x800 || (0xD800...0xDFFF).contains(value) ? (invalid, 1) : (value, 3)
    }
    guard first < 0xF5, index &+ 3 < end else { return (invalid, 1) }
    let fourth = UInt32(text[index &+ 3])
    guard fourth & 0xC0 == 0x80 else { return (invalid, 1) }
    let value = (first & 0x07) << 18 | (second & 0x3F) << 12 | (third & 0x3F) << 6 | (fourth & 0x3F)
    return value < 0x1_0000 || value > 0x10_FFFF ? (invalid, 1) : (value, 4)
  }

  /// The scalar that ends just before `index`, looking back no further than `start`.
  static func scalar(_ text: Span<UInt8>, before index: Int, start: Int) -> (value: UInt32, width: Int) {
    var begin = index - 1
    while begin > start, index - begin < 4, text[begin] & 0xC0 == 0x80 { begin -= 1 }
    let found = scalar(text, at: begin, end: index)
    return found.width == index - begin ? found : (invalid, 1)
  }

  /// The offset of the first byte that is not part of valid UTF-8, or nil.
  static func firstInvalidOffset(_ text: [UInt8]) -> Int? {
    let span = text.span
    let raw = span.bytes
    var index = 0
    while index < span.count {
      if index &+ 8 <= span.count,
        raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
      {
        index &+= 8
        continue
      }
      let (value, width) = scalar(span, at: index, end: span.count)
      if value == invalid { return index }
      index &+= width
    }
    return nil
  }

  /// Whether the bytes are exactly one character.
  static func isOneCharacter(_ bytes: [UInt8]) -> Bool {
    guard !bytes.isEmpty else { return false }
    let (value, width) = scalar(bytes.span, at: 0, end: bytes.count)
    return value != invalid && width == bytes.count
  }

  /// Bytes in which each byte that is no part of a character has become a U+FFFD.
  static func replacingEachInvalidByte(_ bytes: [UInt8]) -> [UInt8] {
    guard let first = firstInvalidOffset(bytes) else { return bytes }
    var repaired = Array(bytes[..<first])
    var index = first
    while index < bytes.count {
      let (value, width) = scalar(bytes.span, at: index, end: bytes.count)
      repaired += value == invalid ? replacementCharacter[...] : bytes[index..<index + width]
      index += width
    }
    return repaired
  }

  /// How many bytes can be given out: all but a last character that may still become complete.
  static func completeLength(_ bytes: [UInt8]) -> Int {
    var lead = bytes.count - 1
    while lead >= 0, bytes.count - lead <= 3, bytes[lead] & 0xC0 == 0x80 { lead -= 1 }
    guard lead >= 0, bytes.count - lead <= 3 else { return bytes.count }
    let first = bytes[lead]
    let present = bytes.count - lead
    let needed =
      switch first {
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 1
      }
    guard present < needed else { return bytes.count }
    if present > 1 {
      // The second byte decides whether the sequence can be a character at all.
      let second = bytes[lead + 1]
      let allowed: ClosedRange<UInt8> =
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
      if !allowed.contains(second) { return bytes.count }
    }
    return lead
  }

  /// Writes a scalar value as UTF-8.
  static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    switch value {
    case ..<0x80: bytes.append(UInt8(truncatingIfNeeded: value))
    case ..<0x800:
      bytes.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    case ..<0x1_0000:
      bytes.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    default:
      bytes.append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
      bytes.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
    }
  }
}
