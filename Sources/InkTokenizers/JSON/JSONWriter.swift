/// Writes values as JSON, indented by two spaces a level.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  /// The text of a value, with a line break behind it.
  static func bytes(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.write(value, level: 0)
    writer.bytes.append(0x0A)
    return writer.bytes
  }

  /// Values are nested as deeply as `JSONReader` lets them be, or as code that made them says.
  private mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: append("null")
    case .bool(let flag): append(flag ? "true" : "false")
    case .number(let number):
      if let integer = Int(exactly: number) { append(String(integer)) } else { append(String(number)) }
    case .string(let string): quote(string)
    case .array(let values):
      list("[", "]", values, level) { writer, value in writer.write(value, level: level + 1) }
    case .object(let members):
      list("{", "}", members, level) { writer, member in
        writer.quote(member.name)
        writer.append(": ")
        writer.write(member.value, level: level + 1)
      }
    }
  }

  private mutating func list<Element>(
    _ opening: String, _ closing: String, _ elements: [Element], _ level: Int,
    _ write: (inout JSONWriter, Element) -> Void
  ) {
    append(opening)
    for (index, element) in elements.enumerated() {
      if index > 0 { append(",") }
      breakLine(level + 1)
      write(&self, element)
    }
    if !elements.isEmpty { breakLine(level) }
    append(closing)
  }

  private mutating func breakLine(_ level: Int) {
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(Scan.space, count: 2 * level))
  }

  private mutating func append(_ text: String) {
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func quote(_ string: String) {
    bytes.append(0x22)
    for byte in string.utf8 {
      switch byte {
      case 0x22: append("\\\"")
      case 0x5C: append("\\\\")
      case 0x0A: append("\\n")
      case 0x0D: append("\\r")
      case 0x09: append("\\t")
      case 0..<0x20: append("\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(0x22)
  }
}
