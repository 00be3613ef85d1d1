/// Category masks of scalars, filled block by block as text needs them.
///
/// Nothing is computed before a scalar is met, so a program that reads only ASCII pays nothing, and Chinese text pays
/// for the blocks it uses. A table belongs to one call at a time.
struct CategoryTable: Sendable {
  /// For each block of 256 scalars where it lies in `masks`, in blocks; 0 is not filled.
  private var blocks = [UInt16](repeating: 0, count: 0x1100)
  private var masks = [UInt32](repeating: 0, count: 256)

  /// The mask of ASCII characters, by value.
  static let ascii: [UInt32] = (UInt8(0)..<128).map { CategoryMask(of: Unicode.Scalar($0)).rawValue }

  /// The mask of a scalar value; 0 for a value that is no scalar (an invalid byte of the text).
  @inline(__always)
  mutating func mask(_ value: UInt32) -> UInt32 {
    guard value < 0x11_0000 else { return 0 }
    var block = blocks[Int(value >> 8)]
    if block == 0 { block = fill(value >> 8) }
    return masks[Int(block) << 8 | Int(value & 0xFF)]
  }

  @inline(never)
  private mutating func fill(_ index: UInt32) -> UInt16 {
    let block = UInt16(masks.count / 256)
    for low in 0..<UInt32(256) {
      masks.append(Unicode.Scalar(index << 8 | low).map { CategoryMask(of: $0).rawValue } ?? 0)
    }
    blocks[Int(index)] = block
    return block
  }
}
