/// Numbers of a fixed width in bits, one behind the other, the lowest bits first.
enum BitPacking {
  /// The bits that the greatest of some numbers needs.
  static func width(of greatest: UInt32) -> UInt8 { UInt8(32 - greatest.leadingZeroBitCount) }

  /// Appends numbers; the last byte is filled with zeros.
  static func append(_ values: ArraySlice<UInt32>, width: UInt8, to bytes: inout [UInt8]) {
    var waiting: UInt64 = 0
    var bits: UInt64 = 0
    for value in values {
      waiting |= UInt64(value) << bits
      bits += UInt64(width)
      while bits >= 8 {
        bytes.append(UInt8(truncatingIfNeeded: waiting))
        waiting >>= 8
        bits -= 8
      }
    }
    if bits > 0 { bytes.append(UInt8(truncatingIfNeeded: waiting)) }
  }

  /// One of the numbers; eight bytes from where it begins are inside the span.
  @inline(__always)
  static func value(_ index: Int, width: Int, at start: Int, in bytes: RawSpan) -> UInt32 {
    let bit = index &* width
    let word = bytes.number(at: start &+ bit &>> 3, as: UInt64.self)
    return UInt32(truncatingIfNeeded: word &>> UInt64(bit & 7)) & UInt32(truncatingIfNeeded: (1 &<< UInt64(width)) &- 1)
  }
}
