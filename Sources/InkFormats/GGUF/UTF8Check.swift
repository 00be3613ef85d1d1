/// Whether bytes are well-formed UTF-8 (Unicode 16, table 3-7), without making a string of them.
enum UTF8Check {
  static func isValid(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    let end = range.upperBound
    while position < end {
      if position <= bytes.byteCount - 8 {
        // Bytes beyond the end of the range do not count.
        let count = min(end - position, 8)
        let high: UInt64 = 0x8080_8080_8080_8080 >> UInt64(64 - 8 * count)
        let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
        let marks = word & high
        position += marks == 0 ? count : marks.trailingZeroBitCount / 8
        if marks == 0 { continue }
      }
      let lead = bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt8.self)
      if lead < 0x80 {
        position += 1
        continue
      }
      // The second byte has narrower bounds after some lead bytes: no overlong forms, no surrogates.
      let length: Int
      var bounds: ClosedRange<UInt8> = 0x80...0xbf
      switch lead {
      case 0xc2...0xdf: length = 2
      case 0xe0: (length, bounds) = (3, 0xa0...0xbf)
      case 0xed: (length, bounds) = (3, 0x80...0x9f)
      case 0xe1...0xef: length = 3
      case 0xf0: (length, bounds) = (4, 0x90...0xbf)
      case 0xf1...0xf3: length = 4
      case 0xf4: (length, bounds) = (4, 0x80...0x8f)
      default: return false
      }
      guard end - position >= length else { return false }
      for offset in 1..<length {
        guard bounds.contains(bytes.unsafeLoadUnaligned(fromByteOffset: position + offset, as: UInt8.self)) else {
          return false
        }
        bounds = 0x80...0xbf
      }
      position += length
    }
    return true
  }
}
