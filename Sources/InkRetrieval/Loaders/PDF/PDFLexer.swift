/// Reads the objects and operators of a PDF file or of a content stream, tolerantly.
struct PDFLexer {
  /// What stands next.
  enum Token {
    case object(PDFObject)
    /// An operator, or a word such as `obj`.
    case keyword(String)
    case arrayEnd
    case dictionaryEnd
  }

  private static let deepest = 64
  /// Values that one object may be made of; what comes after is passed over.
  private static let mostValues = 2_000_000

  let bytes: [UInt8]
  var position: Int
  private let end: Int
  private var values = 0

  init(_ bytes: [UInt8], from position: Int = 0, to end: Int? = nil) {
    self.bytes = bytes
    self.position = max(0, position)
    self.end = min(end ?? bytes.count, bytes.count)
  }

  var isAtEnd: Bool { position >= end }

  // MARK: Tokens

  /// The next token; nil at the end.
  mutating func next(depth: Int = 0) -> Token? {
    if depth == 0 { values = 0 }
    skipSpace()
    guard position < end else { return nil }
    let byte = bytes[position]
    switch byte {
    case UInt8(ascii: "("): return .object(.string(literalString()))
    case UInt8(ascii: "/"): return .object(.name(name()))
    case UInt8(ascii: "["):
      position += 1
      return .object(.array(array(depth: depth)))
    case UInt8(ascii: "]"):
      position += 1
      return .arrayEnd
    case UInt8(ascii: "<"):
      if position + 1 < end, bytes[position + 1] == byte {
        position += 2
        return .object(.dictionary(dictionary(depth: depth)))
      }
      return .object(.string(hexadecimalString()))
    case UInt8(ascii: ">"):
      position += position + 1 < end && bytes[position + 1] == byte ? 2 : 1
      return .dictionaryEnd
    case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ")"):
      position += 1
      return .keyword(String(UnicodeScalar(byte)))
    case 0x30...0x39, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
      return .object(numberOrReference())
    default: return keyword()
    }
  }

  /// The next object; nil when something else stands there.
  mutating func object() -> PDFObject? {
    guard case .object(let object) = next() else { return nil }
    return object
  }

  /// Reads a word if it is the next one.
  mutating func take(_ word: String) -> Bool {
    skipSpace()
    guard bytes[min(position, end)..<end].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func skipSpace() {
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "%") {
        while position < end, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
      } else if PDFLexer.isSpace(byte) {
        position += 1
      } else {
        return
      }
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool {
    byte <= 0x20 && (byte == 0x20 || byte == 0 || (byte >= 9 && byte <= 13))
  }

  static func isDelimiter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "["),
      UInt8(ascii: "]"),
      UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "/"), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  private mutating func keyword() -> Token {
    let start = position
    while position < end, !PDFLexer.isSpace(bytes[position]), !PDFLexer.isDelimiter(bytes[position]) { position += 1 }
    if position == start { position += 1 }
    let word = String(decoding: bytes[start..<position], as: UTF8.self)
    switch word {
    case "true": return .object(.boolean(true))
    case "false": return .object(.boolean(false))
    case "null": return .object(.null)
    default: return .keyword(word)
    }
  }

  // MARK: Numbers

  private mutating func numberOrReference() -> PDFObject {
    let first = number()
    guard first >= 0, first < 1e9, first == first.rounded() else { return .number(first) }
    // A reference is two whole numbers and an R.
    let back = position
    guard position < end, bytes[position] == 0x20, position + 3 < end, isDigit(bytes[position + 1]) else {
      return .number(first)
    }
    position += 1
    while position < end, isDigit(bytes[position]), position - back < 8 { position += 1 }
    if position + 1 < end, bytes[position] == 0x20, bytes[position + 1] == UInt8(ascii: "R"),
      position + 2 >= end || PDFLexer.isSpace(bytes[position + 2]) || PDFLexer.isDelimiter(bytes[position + 2])
    {
      position += 2
      return .reference(Int(first))
    }
    position = back
    return .number(first)
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private mutating func number() -> Double {
    var isNegative = false
    let start = position
    while position < end, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      if bytes[position] == UInt8(ascii: "-") { isNegative = true }
      position += 1
    }
    var value = 0.0
    var scale = 0.0
    while position < end {
      let byte = bytes[position]
      if isDigit(byte) {
        if scale == 0 {
          value = value * 10 + Double(byte - 0x30)
        } else {
          value += Double(byte - 0x30) * scale
          scale /= 10
        }
      } else if byte == UInt8(ascii: "."), scale == 0 {
        scale = 0.1
      } else if byte != UInt8(ascii: "-") || position == start {
        // Some writers put a minus sign within a number; it means nothing.
        break
      }
      position += 1
    }
    return isNegative ? -value : value
  }

  // MARK: Strings and names

  private mutating func literalString() -> [UInt8] {
    position += 1
    var text: [UInt8] = []
    var depth = 1
    while position < end {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "("):
        depth += 1
        text.append(byte)
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return text }
        text.append(byte)
      case UInt8(ascii: "\\"): escape(into: &text)
      default: text.append(byte)
      }
    }
    return text
  }

  private mutating func escape(into text: inout [UInt8]) {
    guard position < end else { return }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case 0x0D: if position < end, bytes[position] == 0x0A { position += 1 }
    case 0x0A: break
    case 0x30...0x37:
      var value = Int(byte - 0x30)
      var digits = 1
      while digits < 3, position < end, bytes[position] >= 0x30, bytes[position] <= 0x37 {
        value = value * 8 + Int(bytes[position] - 0x30)
        position += 1
        digits += 1
      }
      text.append(UInt8(truncatingIfNeeded: value))
    default: text.append(byte)
    }
  }

  private mutating func hexadecimalString() -> [UInt8] {
    position += 1
    var text: [UInt8] = []
    var high: UInt8?
    while position < end {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: ">") { break }
      guard let digit = PDFLexer.hexadecimal(byte) else { continue }
      if let so = high {
        text.append(so << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    if let high { text.append(high << 4) }
    return text
  }

  static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  private mutating func name() -> String {
    position += 1
    var text: [UInt8] = []
    while position < end, !PDFLexer.isSpace(bytes[position]), !PDFLexer.isDelimiter(bytes[position]) {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "#"), position + 1 < end, let high = PDFLexer.hexadecimal(bytes[position]),
        let low = PDFLexer.hexadecimal(bytes[position + 1])
      {
        text.append(high << 4 | low)
        position += 2
      } else {
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  // MARK: Containers

  private mutating func array(depth: Int) -> [PDFObject] {
    var elements: [PDFObject] = []
    guard depth < PDFLexer.deepest else { return elements }
    while let token = next(depth: depth + 1) {
      switch token {
      case .object(let object):
        values += 1
        if values <= PDFLexer.mostValues { elements.append(object) }
      case .arrayEnd: return elements
      case .dictionaryEnd: continue
      case .keyword(let word):
        // The array was never closed.
        if word == "endobj" || word == "stream" { return elements }
      }
    }
    return elements
  }

  private mutating func dictionary(depth: Int) -> [String: PDFObject] {
    var members: [String: PDFObject] = [:]
    guard depth < PDFLexer.deepest else { return members }
    var key: String?
    while let token = next(depth: depth + 1) {
      switch token {
      case .object(let object):
        if let name = key {
          values += 1
          if values <= PDFLexer.mostValues { members[name] = object }
          key = nil
        } else {
          key = object.name
        }
      case .dictionaryEnd: return members
      case .arrayEnd: continue
      case .keyword(let word):
        if word == "endobj" || word == "stream" {
          position -= word.utf8.count
          return members
        }
        key = nil
      }
    }
    return members
  }
}
