/// Reads the fields of a protobuf message in the order in which they stand in the file.
///
/// Wire format: protobuf.dev/programming-guides/encoding. Every length is checked against the bytes that are there
/// before anything is made of it.
struct ProtobufReader {
  private let bytes: [UInt8]
  private var offset: Int
  private let end: Int
  /// The file and the message, for errors.
  private let name: String

  /// A field as it was written.
  struct Field {
    var number: Int
    var value: Value
  }

  /// What a field holds. Strings and messages are named by where they lie in the file.
  enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(Range<Int>)
  }

  /// Reads all of `bytes`, or a message that lies inside.
  init(_ bytes: [UInt8], in range: Range<Int>? = nil, name: String) {
    self.bytes = bytes
    self.name = name
    let range = (range ?? 0..<bytes.count).clamped(to: 0..<bytes.count)
    offset = range.lowerBound
    end = range.upperBound
  }

  /// The next field, or nil at the end of the message.
  mutating func next() throws(TokenizerError) -> Field? {
    guard offset < end else { return nil }
    let start = offset
    let tag = try varint()
    guard tag <= UInt64(UInt32.max), tag >> 3 > 0 else { throw damaged("a field number", "the tag \(tag)", start) }
    let value: Value
    switch tag & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(8))
    case 2:
      let length = try varint()
      guard length <= UInt64(end - offset) else {
        throw damaged("a length of at most the \(end - offset) bytes that follow", "\(length)", start)
      }
      value = .bytes(offset..<offset + Int(length))
      offset += Int(length)
    case 5: value = .fixed32(UInt32(truncatingIfNeeded: try fixed(4)))
    default: throw damaged("a wire type of 0, 1, 2 or 5", "\(tag & 7)", start)
    }
    return Field(number: Int(tag >> 3), value: value)
  }

  private mutating func varint() throws(TokenizerError) -> UInt64 {
    let start = offset
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < end, shift < 70 {
      let byte = bytes[offset]
      offset += 1
      // The tenth byte has room for one bit; further ones are dropped, as other readers do.
      if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
      if byte < 0x80 { return value }
      shift += 7
    }
    throw damaged("a number of at most ten bytes", offset < end ? "a longer one" : "the end of the message", start)
  }

  private mutating func fixed(_ width: Int) throws(TokenizerError) -> UInt64 {
    guard end - offset >= width else { throw damaged("\(width) bytes", "\(end - offset)", offset) }
    var value: UInt64 = 0
    for index in 0..<width { value |= UInt64(bytes[offset + index]) << UInt64(8 * index) }
    offset += width
    return value
  }

  private func damaged(_ expected: String, _ found: String, _ at: Int) -> TokenizerError {
    TokenizerError(
      .malformedFile, in: "\(name), byte \(at)", expected: expected, found: found,
      hint: "The file is cut short, damaged or no SentencePiece model: fetch it again.")
  }
}
