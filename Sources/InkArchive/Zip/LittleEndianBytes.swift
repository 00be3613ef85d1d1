/// Bytes read as little-endian numbers; everything outside them is nil.
package struct LittleEndianBytes: Sendable {
  /// The bytes.
  package let bytes: [UInt8]

  /// Reads these bytes.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Number of bytes.
  package var count: Int { bytes.count }

  /// The 16 bits at a place.
  package func u16(_ place: Int) -> UInt16? { number(place, 2).map { UInt16(truncatingIfNeeded: $0) } }

  /// The 32 bits at a place.
  package func u32(_ place: Int) -> UInt32? { number(place, 4).map { UInt32(truncatingIfNeeded: $0) } }

  /// The 64 bits at a place.
  package func u64(_ place: Int) -> UInt64? { number(place, 8) }

  /// UTF-8 text; nil when it is outside or not UTF-8.
  package func text(_ place: Int, _ length: Int) -> String? {
    guard place >= 0, length >= 0, place <= bytes.count, length <= bytes.count - place else { return nil }
    return String(validating: bytes[place..<place + length], as: UTF8.self)
  }

  private func number(_ place: Int, _ width: Int) -> UInt64? {
    guard place >= 0, place <= bytes.count, width <= bytes.count - place else { return nil }
    var value: UInt64 = 0
    for index in (0..<width).reversed() { value = value << 8 | UInt64(bytes[place + index]) }
    return value
  }
}
