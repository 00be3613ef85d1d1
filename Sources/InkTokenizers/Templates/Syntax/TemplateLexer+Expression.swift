extension TemplateLexer {
  /// Reads one name, number, string or symbol inside a tag.
  mutating func readExpressionToken(_ first: UInt8, closings: inout [TemplateSymbol]) throws(TemplateError) {
    let start = offset
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      tokens.append(TemplateToken(kind: try number(), offset: start))
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      tokens.append(TemplateToken(kind: .string(try string(quote: first)), offset: start))
    case _ where isNameByte(first):
      while let next = byte(offset), isNameByte(next) || isDigit(next) { offset += 1 }
      tokens.append(TemplateToken(kind: .name(String(decoding: source[start..<offset], as: UTF8.self)), offset: start))
    default:
      let symbol = try self.symbol(first)
      if let closing = symbol.closing {
        closings.append(closing)
      } else if symbol.isClosing {
        guard closings.popLast() == symbol else {
          throw failure("'\(symbol.rawValue)' closes nothing that was opened", at: start)
        }
      }
      tokens.append(TemplateToken(kind: .symbol(symbol), offset: start))
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
  }

  private mutating func symbol(_ first: UInt8) throws(TemplateError) -> TemplateSymbol {
    let one = String(decoding: [first], as: UTF8.self)
    if first < 0x80, let second = byte(offset + 1), second < 0x80,
      let symbol = TemplateSymbol(rawValue: one + String(decoding: [second], as: UTF8.self))
    {
      offset += 2
      return symbol
    }
    guard first < 0x80, let symbol = TemplateSymbol(rawValue: one) else {
      let character = String(decoding: source[offset..<min(source.count, offset + 4)], as: UTF8.self).unicodeScalars
        .first
      throw failure("'\(character.map { String($0) } ?? one)' cannot stand inside a tag", at: offset)
    }
    offset += 1
    return symbol
  }

  /// Digits with single underscores between them; empty when there are none.
  private mutating func digits(where accepts: (UInt8) -> Bool) -> [UInt8] {
    var digits: [UInt8] = []
    while let next = byte(offset) {
      if accepts(next) {
        digits.append(next)
        offset += 1
      } else if next == UInt8(ascii: "_"), !digits.isEmpty, let after = byte(offset + 1), accepts(after) {
        offset += 1
      } else {
        break
      }
    }
    return digits
  }

  private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
    let start = offset
    if source[offset] == UInt8(ascii: "0"), let radix = radix(of: byte(offset + 1)) {
      offset += 2
      let digits = digits { hexadecimalDigit($0).map { $0 < radix } ?? false }
      return .int(try whole(digits, radix: Int(radix), at: start))
    }
    let whole = digits(where: isDigit)
    var text = whole
    var isWhole = true
    if byte(offset) == UInt8(ascii: "."), let next = byte(offset + 1), isDigit(next) {
      isWhole = false
      offset += 1
      text.append(UInt8(ascii: "."))
      text += digits(where: isDigit)
    }
    if let exponent = byte(offset), exponent | 0x20 == UInt8(ascii: "e") {
      let back = offset
      offset += 1
      var part: [UInt8] = [UInt8(ascii: "e")]
      if let sign = byte(offset), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        part.append(sign)
        offset += 1
      }
      let power = digits(where: isDigit)
      if power.isEmpty {
        offset = back
      } else {
        isWhole = false
        text += part + power
      }
    }
    if isWhole { return .int(try self.whole(whole, radix: 10, at: start)) }
    guard let number = Double(String(decoding: text, as: UTF8.self)) else {
      throw failure("A number cannot be read", at: start)
    }
    return .double(number)
  }

  private func radix(of letter: UInt8?) -> UInt8? {
    switch letter.map({ $0 | 0x20 }) {
    case UInt8(ascii: "x"): 16
    case UInt8(ascii: "o"): 8
    case UInt8(ascii: "b"): 2
    default: nil
    }
  }

  private func whole(_ digits: [UInt8], radix: Int, at start: Int) throws(TemplateError) -> Int {
    guard !digits.isEmpty else { throw failure("A number has no digits", at: start) }
    guard let number = Int(String(decoding: digits, as: UTF8.self), radix: radix) else {
      throw TemplateError(.limitExceeded, "A number does not fit 64 bits").located(offset: start, in: source)
    }
    return number
  }

  private mutating func string(quote: UInt8) throws(TemplateError) -> String {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while let next = byte(offset) {
      offset += 1
      if next == quote { return String(decoding: text, as: UTF8.self) }
      if next == UInt8(ascii: "\\") { try escape(into: &text) } else { text.append(next) }
    }
    throw failure("A string is never closed", at: start, hint: "Write the same quote after it")
  }

  /// Python's string escapes; an unknown one stays as written.
  private mutating func escape(into text: inout [UInt8]) throws(TemplateError) {
    guard let letter = byte(offset) else { return }
    offset += 1
    switch letter {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "a"): text.append(0x07)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "v"): text.append(0x0B)
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(letter)
    case UInt8(ascii: "\n"): break
    case UInt8(ascii: "x"): try codePoint(digits: 2, into: &text)
    case UInt8(ascii: "u"): try codePoint(digits: 4, into: &text)
    case UInt8(ascii: "U"): try codePoint(digits: 8, into: &text)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      var value = UInt32(letter - 0x30)
      for _ in 0..<2 {
        guard let next = byte(offset), next >= 0x30, next <= 0x37 else { break }
        value = value * 8 + UInt32(next - 0x30)
        offset += 1
      }
      append(value, to: &text)
    default: text += [UInt8(ascii: "\\"), letter]
    }
  }

  private mutating func codePoint(digits count: Int, into text: inout [UInt8]) throws(TemplateError) {
    var value: UInt64 = 0
    for _ in 0..<count {
      guard let next = byte(offset), let digit = hexadecimalDigit(next) else {
        throw failure("An escape needs \(count) hexadecimal digits", at: offset)
      }
      value = value << 4 | UInt64(digit)
      offset += 1
    }
    guard value <= 0x10FFFF else { throw failure("An escape is beyond Unicode", at: offset) }
    append(UInt32(value), to: &text)
  }

  private func append(_ value: UInt32, to text: inout [UInt8]) {
    let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
    text.append(contentsOf: String(Character(scalar)).utf8)
  }
}
