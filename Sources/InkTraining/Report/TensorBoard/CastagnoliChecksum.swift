/// The 32-bit check sum of TFRecord files: CRC-32C (Castagnoli's polynomial, reflected 0x82F63B78; RFC 3720), and its masked
/// form.
enum CastagnoliChecksum {
  /// The effect of each byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? (value >> 1) ^ 0x82F6_3B78 : value >> 1 }
  }

  /// The check sum of bytes.
  static func value(of bytes: some Sequence<UInt8>) -> UInt32 {
    let table = table
    return ~bytes.reduce(UInt32.max) { state, byte in (state >> 8) ^ table[Int((state ^ UInt32(byte)) & 0xFF)] }
  }

  /// The form that is stored: turned and shifted, so that a check sum over data that holds check sums stays a good one.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let value = value(of: bytes)
    return (value >> 15 | value << 17) &+ 0xA282_EAD8
  }
}
