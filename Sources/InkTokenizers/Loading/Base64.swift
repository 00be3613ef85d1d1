/// Bytes in base64 (RFC 4648).
enum Base64 {
  /// Reads `text`, which must not be empty, and hands the bytes on.
  ///
  /// - Returns: whether all of it was base64 with its padding; bytes before a fault have been handed on.
  static func decode(_ text: ArraySlice<UInt8>, _ write: (UInt8) -> Void) -> Bool {
    guard !text.isEmpty, text.count % 4 == 0 else { return false }
    var bits: UInt32 = 0
    var count = 0
    var padding = 0
    for byte in text {
      var value: UInt32
      switch byte {
      case 0x41...0x5A: value = UInt32(byte) - 0x41
      case 0x61...0x7A: value = UInt32(byte) - 0x61 + 26
      case 0x30...0x39: value = UInt32(byte) - 0x30 + 52
      case 0x2B: value = 62
      case 0x2F: value = 63
      case 0x3D:
        value = 0
        padding += 1
      default: return false
      }
      if padding > 0, byte != 0x3D { return false }
      bits = bits << 6 | value
      count += 1
      guard count == 4 else { continue }
      guard padding <= 2 else { return false }
      write(UInt8(truncatingIfNeeded: bits >> 16))
      if padding < 2 { write(UInt8(truncatingIfNeeded: bits >> 8)) }
      if padding < 1 { write(UInt8(truncatingIfNeeded: bits)) }
      (bits, count) = (0, 0)
    }
    return true
  }
}
