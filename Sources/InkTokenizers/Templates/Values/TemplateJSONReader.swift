/// A strict JSON reader (RFC 8259) for values that keep key order.
struct TemplateJSONReader {
  let bytes: [UInt8]
  var offset = 0
  private static let depthLimit = 128

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws(TemplateError) -> TemplateValue {
    let value = try value(depth: 0)
    skipSpace()
    guard offset == bytes.count else { throw failure(expected: "the end of the text") }
    return value
  }

  private var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private func failure(expected: String) -> TemplateError {
    let found = offset < bytes.count ? "byte 0x" + String(bytes[offset], radix: 16) : "the end of the text"
    return TemplateError(.invalidJSON, "The JSON text cannot be read", expected: expected, found: found)
      .located(offset: offset, in: bytes)
  }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func value(depth: Int) throws(TemplateError) -> TemplateValue {
    guard depth < Self.depthLimit else {
      throw TemplateError(
        .limitExceeded, "The JSON text nests deeper than \(Self.depthLimit) levels", hint: "Flatten the data"
      )
      .located(offset: offset, in: bytes)
    }
    skipSpace()
    switch current {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .none)
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    for byte in word.utf8 {
      guard current == byte else { throw failure(expected: word) }
      offset += 1
    }
    return value
  }

  private mutating func object(depth: Int) throws(TemplateError) -> TemplateValue {
    offset += 1
    var map = TemplateMap()
    skipSpace()
    if current == UInt8(ascii: "}") {
      offset += 1
      return .map(map)
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw failure(expected: "a key in quotes") }
      let key = try string()
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw failure(expected: "':'") }
      offset += 1
      map[key] = try value(depth: depth + 1)
      skipSpace()
      if current == UInt8(ascii: ",") {
        offset += 1
        continue
      }
      guard current == UInt8(ascii: "}") else { throw failure(expected: "',' or '}'") }
      offset += 1
      return .map(map)
    }
  }

  private mutating func array(depth: Int) throws(TemplateError) -> TemplateValue {
    offset += 1
    var elements: [TemplateValue] = []
    skipSpace()
    if current == UInt8(ascii: "]") {
      offset += 1
      return .list(elements)
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipSpace()
      if current == UInt8(ascii: ",") {
        offset += 1
        continue
      }
      guard current == UInt8(ascii: "]") else { throw failure(expected: "',' or ']'") }
      offset += 1
      return .list(elements)
    }
  }

  private mutating func number() throws(TemplateError) -> TemplateValue {
    let start = offset
    var isWhole = true
    if current == UInt8(ascii: "-") { offset += 1 }
    let firstDigit = offset
    try digits()
    if bytes[firstDigit] == UInt8(ascii: "0"), offset - firstDigit > 1 {
      offset = firstDigit + 1
      throw failure(expected: "a number without leading zeros")
    }
    if current == UInt8(ascii: ".") {
      isWhole = false
      offset += 1
      try digits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isWhole = false
      offset += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isWhole, let whole = Int(text) { return .int(whole) }
    guard let number = Double(text) else { throw failure(expected: "a number") }
    return .double(number)
  }

  private mutating func digits() throws(TemplateError) {
    let start = offset
    while let byte = current, byte >= 0x30, byte <= 0x39 { offset += 1 }
    guard offset > start else { throw failure(expected: "a JSON value") }
  }

  private mutating func string() throws(TemplateError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = current {
      offset += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20:
        offset -= 1
        throw failure(expected: "an escaped control character")
      default: text.append(byte)
      }
    }
    throw failure(expected: "a closing quote")
  }

  private mutating func escape(into text: inout [UInt8]) throws(TemplateError) {
    guard let byte = current else { throw failure(expected: "an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "u"):
      var unit = try hexadecimalUnit()
      if unit >= 0xD800, unit < 0xDC00, current == UInt8(ascii: "\\"), offset + 1 < bytes.count,
        bytes[offset + 1] == UInt8(ascii: "u")
      {
        let back = offset
        offset += 2
        let low = try hexadecimalUnit()
        if low >= 0xDC00, low < 0xE000 {
          unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00)
        } else {
          offset = back
        }
      }
      let scalar = Unicode.Scalar(unit) ?? "\u{FFFD}"
      text.append(contentsOf: String(Character(scalar)).utf8)
    default:
      offset -= 1
      throw failure(expected: "one of the JSON escapes")
    }
  }

  private mutating func hexadecimalUnit() throws(TemplateError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = hexadecimalDigit(byte) else {
        throw failure(expected: "four hexadecimal digits")
      }
      unit = unit << 4 | UInt32(digit)
      offset += 1
    }
    return unit
  }
}

/// The value of an ASCII hexadecimal digit.
func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
