/// Walks over JSON values (RFC 8259) and writes each scalar on a line behind its path, without building a tree.
struct JSONTextReader {
  private let bytes: [UInt8]
  private let name: String
  private let depth: Int
  private(set) var builder: ExtractedTextBuilder
  private var position = 0
  private var path: [String] = []
  /// Values that are open around the next one.
  private var level = 0

  init(bytes: [UInt8], builder: ExtractedTextBuilder, name: String, depth: Int) {
    self.bytes = bytes
    self.builder = builder
    self.name = name
    self.depth = depth
  }

  /// Reads one value, or several with white space between them.
  mutating func read() throws(RetrievalError) {
    skipSpace()
    var count = 0
    while position < bytes.count {
      try value()
      try builder.endParagraph()
      count += 1
      skipSpace()
    }
    guard count > 0 else { throw damaged("a value", "none") }
    builder.trimEnd()
  }

  private func damaged(_ expected: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .invalidDocument, context: "\(name), byte \(position)", expected: expected, found: found,
      hint: "The file is not JSON; name another format, or repair it.")
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || (bytes[position] >= 0x09 && bytes[position] <= 0x0D) {
      position += 1
    }
  }

  private mutating func value() throws(RetrievalError) {
    guard position < bytes.count else { throw damaged("a value", "the end") }
    switch bytes[position] {
    case UInt8(ascii: "{"): try members()
    case UInt8(ascii: "["): try elements()
    case UInt8(ascii: "\""): try line(string())
    default: try line(word())
    }
  }

  private mutating func line(_ text: String) throws(RetrievalError) {
    let text = text.drop(while: \.isNewline)
    guard !text.isEmpty else { return }
    let place = path.joined(separator: ".")
    try builder.append(place.isEmpty ? text : "\(place): \(text)")
    try builder.append("\n")
  }

  private mutating func open() throws(RetrievalError) {
    guard level < depth else {
      throw RetrievalError(
        .tooLarge, context: "\(name), byte \(position)", expected: "at most \(depth) values in each other",
        found: "more")
    }
    position += 1
    skipSpace()
  }

  private mutating func members() throws(RetrievalError) {
    try open()
    if take(UInt8(ascii: "}")) { return }
    while true {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw damaged("a name", found) }
      let key = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw damaged("a colon", found) }
      skipSpace()
      path.append(String(key.prefix(200)).collapsedWhitespace)
      level += 1
      try value()
      level -= 1
      path.removeLast()
      skipSpace()
      if take(UInt8(ascii: "}")) { return }
      guard take(UInt8(ascii: ",")) else { throw damaged("a comma or }", found) }
      skipSpace()
    }
  }

  /// Elements stand under their list's path: their numbers would only be noise to a search.
  private mutating func elements() throws(RetrievalError) {
    try open()
    if take(UInt8(ascii: "]")) { return }
    level += 1
    defer { level -= 1 }
    while true {
      try element()
      skipSpace()
      if take(UInt8(ascii: "]")) { return }
      guard take(UInt8(ascii: ",")) else { throw damaged("a comma or ]", found) }
      skipSpace()
    }
  }

  private mutating func element() throws(RetrievalError) {
    guard position < bytes.count else { throw damaged("a value", "the end") }
    let isContainer = bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[")
    try value()
    // Records of a list are paragraphs, where lists are not inside each other.
    if isContainer, level <= 3 { try builder.endParagraph() }
  }

  private var found: String {
    position < bytes.count ? "byte \(bytes[position])" : "the end"
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func word() throws(RetrievalError) -> String {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        position += 1
        continue
      default: break
      }
      break
    }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "null": return ""
    case "true", "false", "NaN", "Infinity", "-Infinity": return word
    default:
      guard Double(word) != nil else { throw damaged("a value", found) }
      return word
    }
  }

  private mutating func string() throws(RetrievalError) -> String {
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard position < bytes.count else { break }
      let escape = bytes[position]
      position += 1
      switch escape {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0A)
      case UInt8(ascii: "b"), UInt8(ascii: "f"): text.append(0x20)
      case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeEscape()).utf8)
      default: text.append(escape)
      }
    }
    throw damaged("the end of a string", "the end of the file")
  }

  private mutating func unicodeEscape() throws(RetrievalError) -> Character {
    let high = try hexadecimal()
    if high & 0xFC00 == 0xD800, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    {
      let back = position
      position += 2
      let low = try hexadecimal()
      if low & 0xFC00 == 0xDC00, let scalar = Unicode.Scalar(0x10000 + (high & 0x3FF) << 10 + low & 0x3FF) {
        return Character(scalar)
      }
      position = back
    }
    return Unicode.Scalar(high).map { Character($0) } ?? "\u{FFFD}"
  }

  private mutating func hexadecimal() throws(RetrievalError) -> UInt32 {
    guard bytes.count - position >= 4,
      let value = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
    else { throw damaged("four hexadecimal digits", found) }
    position += 4
    return value
  }
}
