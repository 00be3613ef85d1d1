/// A 64-bit hash of bytes that stays the same for all time: files are checked by it, terms are found by it.
///
/// Eight bytes a step are mixed by the multiplication of wyhash (Wang Yi, public domain): the two halves of the 128-bit
/// product, folded. Not for secrets.
enum KeywordHash {
  private static let first: UInt64 = 0xA076_1D64_78BD_642F
  private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

  @inline(__always)
  private static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The hash of all bytes.
  static func of(_ bytes: [UInt8]) -> UInt64 { of(bytes.span.bytes) }

  /// The hash of all bytes.
  static func of(_ bytes: RawSpan) -> UInt64 {
    var state = first ^ UInt64(bytes.byteCount)
    var place = 0
    let whole = bytes.byteCount & ~7
    while place < whole {
      let word = UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self))
      state = mix(state ^ word, second)
      place += 8
    }
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    while place < bytes.byteCount {
      rest |= UInt64(bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self)) << shift
      shift += 8
      place += 1
    }
    return mix(mix(state ^ rest, second) ^ first, state | 1)
  }
}
