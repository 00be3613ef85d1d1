/// Hashing and comparing short byte strings eight bytes at a time.
///
/// Both read whole words, so a buffer handed to them must be followed by at least `padding` readable bytes.
enum ByteHash {
  /// How many bytes past the end of a string may be read (their values do not matter).
  static let padding = 16

  /// A word of which only the first `count` (0 to 8) bytes are kept.
  @inline(__always)
  static func word(_ bytes: RawSpan, at offset: Int, keeping count: Int) -> UInt64 {
    let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return count >= 8 ? word : word & ((1 &<< (UInt64(truncatingIfNeeded: count) &* 8)) &- 1)
  }

  /// A 64-bit hash whose high bits are well mixed.
  @inline(__always)
  static func hash(_ bytes: RawSpan, at start: Int, count: Int) -> UInt64 {
    var hash = UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
    var offset = start
    var left = count
    while left > 0 {
      hash = (hash ^ word(bytes, at: offset, keeping: left)) &* 0xD6E8_FEB8_6659_FD93
      hash ^= hash >> 32
      offset &+= 8
      left &-= 8
    }
    return hash &* 0x9E37_79B9_7F4A_7C15
  }

  /// Whether two strings of the same length hold the same bytes.
  @inline(__always)
  static func areEqual(
    _ left: RawSpan, at leftStart: Int, _ right: RawSpan, at rightStart: Int, count: Int
  ) -> Bool {
    var offset = 0
    while offset < count {
      let remaining = count &- offset
      let a = word(left, at: leftStart &+ offset, keeping: remaining)
      let b = word(right, at: rightStart &+ offset, keeping: remaining)
      if a != b { return false }
      offset &+= 8
    }
    return true
  }
}
