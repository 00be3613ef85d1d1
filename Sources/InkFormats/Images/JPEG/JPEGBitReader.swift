/// Reads the bits of an entropy-coded segment, first bit highest, and stops at the next marker (ITU-T T.81, F.2.2.5).
struct JPEGBitReader {
  private let bytes: [UInt8]
  private let file: String
  /// The next byte that has not been taken.
  private(set) var position: Int
  private var bits: UInt64 = 0
  private var count = 0

  init(_ bytes: [UInt8], position: Int, file: String) {
    self.bytes = bytes
    self.position = position
    self.file = file
  }

  /// Takes whole bytes while there is room and data.
  private mutating func fill() {
    while count <= 48, position < bytes.count {
      let byte = bytes[position]
      if byte == 0xff {
        // A stuffed zero makes it data; anything else is a marker, or fill bytes before one.
        guard position + 1 < bytes.count, bytes[position + 1] == 0 else { return }
        position += 1
      }
      position += 1
      bits = bits << 8 | UInt64(byte)
      count += 8
    }
  }

  private func ended() -> FormatError {
    FormatError(
      .truncated, file: file, context: "byte \(position)", expected: "more image data", found: "the end of the scan",
      hint: "The file is damaged.")
  }

  /// A number of up to 16 bits.
  mutating func take(_ wanted: Int) throws(FormatError) -> Int {
    if wanted == 0 { return 0 }
    if count < wanted { fill() }
    guard count >= wanted else { throw ended() }
    count -= wanted
    return Int(truncatingIfNeeded: bits >> UInt64(count)) & (1 << wanted - 1)
  }

  /// A symbol of a prefix code.
  mutating func symbol(_ table: JPEGHuffmanTable) throws(FormatError) -> UInt8 {
    if count < 16 { fill() }
    let window = count >= 16 ? bits >> UInt64(count - 16) : bits << UInt64(16 - count)
    guard let found = table.find(Int(truncatingIfNeeded: window & 0xffff)) else {
      throw FormatError(
        .malformed, file: file, context: "byte \(position)", expected: "a code of the table", found: "another",
        hint: "The file is damaged.")
    }
    guard found.length <= count else { throw ended() }
    count -= found.length
    return found.symbol
  }

  /// A signed number of a category: as many bits, the smaller half standing for negative numbers (T.81, F.2.2.1).
  mutating func signed(_ category: Int) throws(FormatError) -> Int {
    if category == 0 { return 0 }
    let value = try take(category)
    return value < 1 << (category - 1) ? value - (1 << category) + 1 : value
  }

  /// Goes past the restart marker of a number between 0 and 7.
  mutating func restart(_ number: Int) throws(FormatError) {
    skipToMarker()
    guard position + 1 < bytes.count, bytes[position + 1] == 0xd0 + UInt8(number) else {
      throw FormatError(
        .malformed, file: file, context: "byte \(position)", expected: "restart marker \(number)",
        found: position + 1 < bytes.count ? "marker \(bytes[position + 1])" : "the end", hint: "The file is damaged.")
    }
    position += 2
  }

  /// Drops the bits that are left and goes to the marker that ends the segment.
  mutating func skipToMarker() {
    bits = 0
    count = 0
    while position + 1 < bytes.count {
      if bytes[position] == 0xff, bytes[position + 1] != 0, bytes[position + 1] != 0xff { return }
      position += 1
    }
    position = bytes.count
  }
}
