/// Reads JSON (RFC 8259) piece by piece, strictly: no comments, no trailing commas, no bare words, UTF-8 only.
///
/// Nothing is built that the caller does not ask for, so memory follows what is kept and not what a file claims.
/// Nesting is limited, so that recursion in callers is.
struct JSONScanner {
  /// The deepest nesting that is read.
  static let maximumDepth = 128

  private let bytes: [UInt8]
  private(set) var position = 0
  private var depth = 0
  let file: String

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next byte that is not white space, without taking it.
  mutating func peek() -> UInt8? {
    while position < bytes.count {
      let byte = bytes[position]
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      position += 1
    }
    return nil
  }

  /// The error for the current position.
  func failure(_ expected: String) -> FormatError {
    FormatError(.malformed, file: file, context: place(of: position), expected: expected, found: foundHere)
  }

  private var foundHere: String {
    guard position < bytes.count else { return "the end of the text" }
    let byte = bytes[position]
    return byte >= 0x21 && byte < 0x7f ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
  }

  private func place(of position: Int) -> String {
    var line = 1
    var lineStart = 0
    for index in 0..<min(position, bytes.count) where bytes[index] == 0x0a {
      line += 1
      lineStart = index + 1
    }
    return "line \(line), column \(position - lineStart + 1)"
  }

  private mutating func take(_ byte: UInt8, _ expected: String) throws(FormatError) {
    guard peek() == byte else { throw failure(expected) }
    position += 1
  }

  /// Takes an opening bracket.
  mutating func beginObject() throws(FormatError) { try open(0x7b, "'{'") }
  mutating func beginArray() throws(FormatError) { try open(0x5b, "'['") }

  private mutating func open(_ bracket: UInt8, _ expected: String) throws(FormatError) {
    try take(bracket, expected)
    depth += 1
    if depth > JSONScanner.maximumDepth { throw failure("at most \(JSONScanner.maximumDepth) nested levels") }
  }

  /// The next key of the object that was begun, its colon taken too; nil when the object ends.
  mutating func nextKey(_ isFirst: inout Bool) throws(FormatError) -> String? {
    guard try continues(until: 0x7d, &isFirst, "',' or '}'") else { return nil }
    guard peek() == 0x22 else { throw failure("a key in quotes") }
    let key = try string()
    try take(0x3a, "':'")
    return key
  }

  /// Whether the array that was begun has another element.
  mutating func nextElement(_ isFirst: inout Bool) throws(FormatError) -> Bool {
    try continues(until: 0x5d, &isFirst, "',' or ']'")
  }

  private mutating func continues(
    until bracket: UInt8, _ isFirst: inout Bool, _ expected: String
  ) throws(FormatError) -> Bool {
    if peek() == bracket {
      position += 1
      depth -= 1
      return false
    }
    if !isFirst { try take(0x2c, expected) }
    isFirst = false
    return true
  }

  /// Takes a string.
  mutating func string() throws(FormatError) -> String {
    try take(0x22, "a string")
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x22:
        let text = try validated(bytes[start..<position], at: start)
        position += 1
        return text
      case 0x5c: return try escapedString(from: start)
      case 0..<0x20: throw failure("a control character written as an escape")
      default: position += 1
      }
    }
    throw failure("'\"' at the end of a string")
  }

  private func validated(_ part: some Sequence<UInt8>, at start: Int) throws(FormatError) -> String {
    guard let text = String(validating: part, as: UTF8.self) else {
      throw FormatError(
        .malformed, file: file, context: place(of: start), expected: "a string in UTF-8", found: "other bytes")
    }
    return text
  }

  private mutating func escapedString(from start: Int) throws(FormatError) -> String {
    var content = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case 0x22:
        position += 1
        return try validated(content, at: start)
      case 0x5c:
        position += 1
        try escape(into: &content)
      case 0..<0x20: throw failure("a control character written as an escape")
      default:
        content.append(byte)
        position += 1
      }
    }
    throw failure("'\"' at the end of a string")
  }

  private mutating func escape(into content: inout [UInt8]) throws(FormatError) {
    guard position < bytes.count else { throw failure("an escape") }
    let byte = bytes[position]
    let plain: UInt8
    switch byte {
    case 0x22, 0x5c, 0x2f: plain = byte
    case 0x62: plain = 0x08
    case 0x66: plain = 0x0c
    case 0x6e: plain = 0x0a
    case 0x72: plain = 0x0d
    case 0x74: plain = 0x09
    case 0x75:
      position += 1
      content.append(contentsOf: String(Character(try escapedScalar())).utf8)
      return
    default: throw failure("one of \" \\ / b f n r t u after '\\'")
    }
    content.append(plain)
    position += 1
  }

  /// Four hexadecimal digits, or a surrogate pair of two such escapes.
  private mutating func escapedScalar() throws(FormatError) -> Unicode.Scalar {
    let first = try fourDigits()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xdc00, position + 1 < bytes.count, bytes[position] == 0x5c, bytes[position + 1] == 0x75 else {
      throw failure("the second half of a surrogate pair")
    }
    position += 2
    let second = try fourDigits()
    guard second >= 0xdc00, second < 0xe000,
      let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
    else { throw failure("the second half of a surrogate pair") }
    return scalar
  }

  private mutating func fourDigits() throws(FormatError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < bytes.count, let digit = hexadecimal(bytes[position]) else {
        throw failure("four hexadecimal digits")
      }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func hexadecimal(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
  }

  /// Takes a number and returns its text.
  mutating func number() throws(FormatError) -> String {
    _ = peek()
    let start = position
    if current == 0x2d { position += 1 }
    if current == 0x30 { position += 1 } else { try digits() }
    if current == 0x2e {
      position += 1
      try digits()
    }
    if current == 0x65 || current == 0x45 {
      position += 1
      if current == 0x2b || current == 0x2d { position += 1 }
      try digits()
    }
    if let next = current, (0x30...0x39).contains(next) { throw failure("a number without a leading zero") }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func digits() throws(FormatError) {
    let start = position
    while let byte = current, (0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw failure("a digit") }
  }

  /// Takes a number that is a whole, non-negative `Int`.
  mutating func count() throws(FormatError) -> Int {
    let start = position
    let text = try number()
    guard let value = Int(text), value >= 0 else {
      throw FormatError(
        .outOfRange, file: file, context: place(of: start), expected: "a whole number from 0 to \(Int.max)", found: text
      )
    }
    return value
  }

  /// Takes one of the words `true`, `false`, `null`.
  mutating func word(_ word: StaticString) throws(FormatError) {
    _ = peek()
    let text = Array(word.description.utf8)
    guard bytes.count - position >= text.count, bytes[position..<position + text.count].elementsEqual(text) else {
      throw failure("a value")
    }
    position += text.count
  }

  /// Checks that nothing but white space is left.
  mutating func end() throws(FormatError) {
    if peek() != nil { throw failure("the end of the text") }
  }
}
