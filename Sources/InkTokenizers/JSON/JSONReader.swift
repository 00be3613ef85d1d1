/// Reads JSON from bytes, front to back, without building what nobody asked for.
struct JSONReader {
  private let bytes: [UInt8]
  private(set) var offset = 0
  /// The name of the file or field, for messages.
  private let name: String
  private var depth = 0

  private static let depthLimit = 100

  /// - Throws: `TokenizerError` with the offset if the bytes are not UTF-8.
  init(_ bytes: [UInt8], name: String) throws(TokenizerError) {
    self.bytes = bytes
    self.name = name
    if let invalid = UTF8Reader.firstInvalidOffset(bytes) {
      throw TokenizerError(
        .malformedFile, in: "\(name), byte \(invalid)", expected: "UTF-8",
        found: "the byte \(bytes[invalid])", hint: "The file is damaged or of another format: fetch it again.")
    }
  }

  func error(_ expected: String) -> TokenizerError {
    let found =
      offset < bytes.count
      ? "\"\(String(decoding: bytes[offset..<min(offset + 20, bytes.count)], as: UTF8.self))\"" : "the end of the file"
    return TokenizerError(
      .malformedFile, in: "\(name), byte \(offset)", expected: expected, found: found,
      hint: "The file is cut short or damaged: fetch it again.")
  }

  /// The next byte that is not white space, which stays unread; 0 at the end.
  @inline(__always)
  mutating func peek() -> UInt8 {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return 1 }
      offset &+= 1
    }
    return 0
  }

  /// Reads a punctuation mark if it comes next.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    offset &+= 1
    return true
  }

  mutating func expect(_ byte: UInt8) throws(TokenizerError) {
    guard take(byte) else { throw error("'\(Unicode.Scalar(byte))'") }
  }

  /// Reads an object; `body` gets each name and must read the value.
  mutating func readObject(
    _ body: (inout JSONReader, String) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    try enter(0x7B)
    if !take(0x7D) {
      repeat {
        let name = try readString()
        try expect(0x3A)
        try body(&self, name)
      } while take(0x2C)
      try expect(0x7D)
    }
    depth -= 1
  }

  /// Reads a list; `body` must read one element.
  mutating func readArray(
    _ body: (inout JSONReader) throws(TokenizerError) -> Void
  ) throws(TokenizerError) {
    try enter(0x5B)
    if !take(0x5D) {
      repeat { try body(&self) } while take(0x2C)
      try expect(0x5D)
    }
    depth -= 1
  }

  private mutating func enter(_ bracket: UInt8) throws(TokenizerError) {
    try expect(bracket)
    depth += 1
    if depth > Self.depthLimit { throw error("at most \(Self.depthLimit) levels of nesting") }
  }

  mutating func readString() throws(TokenizerError) -> String {
    var scratch: [UInt8] = []
    try readString(into: &scratch)
    return String(decoding: scratch, as: UTF8.self)
  }

  /// Appends the content of a string.
  mutating func readString(into output: inout [UInt8]) throws(TokenizerError) {
    guard take(0x22) else { throw error("a string") }
    while true {
      let start = offset
      while offset < bytes.count, bytes[offset] != 0x22, bytes[offset] != 0x5C, bytes[offset] >= 0x20 { offset &+= 1 }
      output.append(contentsOf: bytes[start..<offset])
      guard offset < bytes.count, bytes[offset] >= 0x20 else { throw error("the end of a string") }
      offset &+= 1
      if bytes[offset &- 1] == 0x22 { return }
      try readEscape(into: &output)
    }
  }

  private mutating func readEscape(into output: inout [UInt8]) throws(TokenizerError) {
    guard offset < bytes.count else { throw error("an escape") }
    let byte = bytes[offset]
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"):
      var value = try readHexadecimal()
      if (0xD800...0xDBFF).contains(value), offset + 1 < bytes.count, bytes[offset] == 0x5C,
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        offset += 2
        let low = try readHexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else { throw error("the second half of a surrogate pair") }
        value = 0x1_0000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard Unicode.Scalar(value) != nil else { throw error("a whole surrogate pair") }
      UTF8Reader.append(value, to: &output)
    default:
      offset -= 1
      throw error("a known escape")
    }
  }

  private mutating func readHexadecimal() throws(TokenizerError) -> UInt32 {
    guard offset + 4 <= bytes.count else { throw error("four hexadecimal digits") }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = bytes[offset]
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x41...0x46: value = value << 4 | UInt32(byte - 0x37)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x57)
      default: throw error("a hexadecimal digit")
      }
      offset += 1
    }
    return value
  }

  /// Reads a token id: a whole number below `limit`.
  mutating func readTokenID(below limit: Int) throws(TokenizerError) -> TokenID {
    _ = peek()
    let start = offset
    var value = 0
    while offset < bytes.count, bytes[offset] &- 0x30 < 10, offset - start < 12 {
      value = value &* 10 &+ Int(bytes[offset] &- 0x30)
      offset &+= 1
    }
    guard offset > start, value < limit else {
      offset = start
      throw error("a token id from 0 to \(limit - 1)")
    }
    return TokenID(value)
  }

  /// Reads any value.
  mutating func readValue() throws(TokenizerError) -> JSONValue {
    switch peek() {
    case 0x7B:
      var members: [JSONValue.Member] = []
      try readObject { (reader, name) throws(TokenizerError) in
        members.append(JSONValue.Member(name: name, value: try reader.readValue()))
      }
      return .object(members)
    case 0x5B:
      var values: [JSONValue] = []
      try readArray { reader throws(TokenizerError) in values.append(try reader.readValue()) }
      return .array(values)
    case 0x22: return .string(try readString())
    case UInt8(ascii: "t"): return try readWord("true", .bool(true))
    case UInt8(ascii: "f"): return try readWord("false", .bool(false))
    case UInt8(ascii: "n"): return try readWord("null", .null)
    default: return try readNumber()
    }
  }

  mutating func readWord<Value>(_ word: String, _ value: Value) throws(TokenizerError) -> Value {
    guard bytes[offset...].starts(with: word.utf8) else { throw error("a value") }
    offset += word.utf8.count
    return value
  }

  private mutating func readNumber() throws(TokenizerError) -> JSONValue {
    _ = peek()
    let start = offset
    while offset < bytes.count, offset - start < 64, Self.isNumberByte(bytes[offset]) { offset += 1 }
    guard offset > start, let number = Double(String(decoding: bytes[start..<offset], as: UTF8.self)) else {
      offset = start
      throw error("a value")
    }
    return .number(number)
  }

  /// Reads a number as it is written; what it says is for the caller to check.
  mutating func readNumberText() throws(TokenizerError) -> ArraySlice<UInt8> {
    _ = peek()
    let start = offset
    while offset < bytes.count, Self.isNumberByte(bytes[offset]) { offset += 1 }
    guard offset > start else { throw error("a value") }
    return bytes[start..<offset]
  }

  private static func isNumberByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2B || byte == 0x2E || byte | 0x20 == 0x65
  }

  /// Makes sure that nothing follows.
  mutating func finish() throws(TokenizerError) {
    _ = peek()
    if offset < bytes.count { throw error("the end of the file") }
  }
}
