/// The encodings of mail: words in headers (RFC 2047), parameters, base64 and quoted-printable (RFC 2045).
enum MailHeader {
  /// A header's value with its encoded words replaced.
  static func decoded(_ value: String) -> String {
    var result = ""
    var rest = value[...]
    var afterWord = false
    while let start = rest.firstRange(of: "=?") {
      let before = rest[..<start.lowerBound]
      let fields = rest[start.upperBound...].split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
      guard fields.count == 4, fields[3].hasPrefix("="), let word = word(fields[0], fields[1], fields[2]) else {
        result += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        afterWord = false
        continue
      }
      // White space between two encoded words is not shown.
      if !(afterWord && before.allSatisfy(\.isWhitespace)) { result += before }
      result += word
      rest = fields[3].dropFirst()
      afterWord = true
    }
    return (result + rest).collapsedWhitespace
  }

  private static func word(_ charset: Substring, _ kind: Substring, _ text: Substring) -> String? {
    let bytes: [UInt8]
    switch kind.lowercased() {
    case "b": bytes = base64(Array(text.utf8)[...])
    case "q": bytes = quotedPrintable(text.utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 }[...])
    default: return nil
    }
    return (TextEncoding(label: String(charset.prefix { $0 != "*" })) ?? .utf8).decode(bytes)
  }

  /// A value and the parameters behind it.
  static func parameters(_ header: String) -> (value: String, parameters: [String: String]) {
    var parts: [String] = [""]
    var isQuoted = false
    for character in header {
      if character == "\"" { isQuoted.toggle() }
      if character == ";", !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    var parameters: [String: String] = [:]
    for part in parts.dropFirst().prefix(64) {
      guard let equals = part.firstIndex(of: "=") else { continue }
      let name = part[..<equals].collapsedWhitespace.lowercased()
      parameters[name] = part[part.index(after: equals)...].collapsedWhitespace.filter { $0 != "\"" }
    }
    return (parts[0].collapsedWhitespace.lowercased(), parameters)
  }

  static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * 3 / 4)
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
      let value: UInt8
      switch byte {
      case 0x41...0x5A: value = byte - 0x41
      case 0x61...0x7A: value = byte - 0x61 + 26
      case 0x30...0x39: value = byte - 0x30 + 52
      case UInt8(ascii: "+"), UInt8(ascii: "-"): value = 62
      case UInt8(ascii: "/"), UInt8(ascii: "_"): value = 63
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }

  static func quotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "=") else {
        result.append(byte)
        continue
      }
      let next = bytes[index...].prefix(2)
      if next.first == 0x0A {
        index += 1
      } else if next.elementsEqual([0x0D, 0x0A]) {
        index += 2
      } else if next.count == 2, let high = next.first.flatMap(PDFLexer.hexadecimal),
        let low = next.last.flatMap(PDFLexer.hexadecimal)
      {
        result.append(high << 4 | low)
        index += 2
      } else {
        result.append(byte)
      }
    }
    return result
  }
}
