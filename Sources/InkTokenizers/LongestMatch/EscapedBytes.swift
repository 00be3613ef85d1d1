/// Reads text that Python's `repr` has written.
enum EscapedBytes {
  /// What the escapes of a text without quotes stand for.
  enum Content: Sendable { case bytes, characters }

  /// The bytes that an escaped text stands for, or nil if it holds something that is not an escape.
  static func decode(_ text: ArraySlice<UInt8>, _ content: Content) -> [UInt8]? {
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        result.append(byte)
        continue
      }
      guard index < text.endIndex else { return nil }
      let escape = text[index]
      index += 1
      switch escape {
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(escape)
      case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
        let digits = escape == UInt8(ascii: "x") ? 2 : escape == UInt8(ascii: "u") ? 4 : 8
        guard text.endIndex - index >= digits,
          let value = UInt32(String(decoding: text[index..<index + digits], as: UTF8.self), radix: 16)
        else { return nil }
        index += digits
        switch content {
        case .bytes:
          guard digits == 2 else { return nil }
          result.append(UInt8(truncatingIfNeeded: value))
        case .characters:
          guard let scalar = Unicode.Scalar(value) else { return nil }
          UTF8Reader.append(scalar.value, to: &result)
        }
      default: return nil
      }
    }
    return result
  }
}
