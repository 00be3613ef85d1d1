/// Writes JSON values as compact or indented UTF-8 text.
package enum JSONWriter {
  /// How the text is laid out.
  package enum Layout {
    case compact
    /// Two spaces a level, one member a line, as configuration files are published.
    case indented
  }

  package static func bytes(_ value: JSONTree, layout: Layout) -> [UInt8] {
    var out: [UInt8] = []
    append(value, layout: layout, level: 0, to: &out)
    return out
  }

  private static func append(_ value: JSONTree, layout: Layout, level: Int, to out: inout [UInt8]) {
    switch value {
    case .null: out.append(contentsOf: "null".utf8)
    case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
    case .number(let text): out.append(contentsOf: text.utf8)
    case .string(let text): append(text, to: &out)
    case .array(let elements):
      out.append(0x5b)
      for (index, element) in elements.enumerated() {
        separate(isFirst: index == 0, layout: layout, level: level + 1, in: &out)
        append(element, layout: layout, level: level + 1, to: &out)
      }
      close(0x5d, isEmpty: elements.isEmpty, layout: layout, level: level, in: &out)
    case .object(let object):
      out.append(0x7b)
      for (index, key) in object.keys.enumerated() {
        separate(isFirst: index == 0, layout: layout, level: level + 1, in: &out)
        append(key, to: &out)
        out.append(contentsOf: (layout == .compact ? ":" : ": ").utf8)
        append(object[key] ?? .null, layout: layout, level: level + 1, to: &out)
      }
      close(0x7d, isEmpty: object.keys.isEmpty, layout: layout, level: level, in: &out)
    }
  }

  private static func separate(isFirst: Bool, layout: Layout, level: Int, in out: inout [UInt8]) {
    if !isFirst { out.append(0x2c) }
    newLine(layout, level, in: &out)
  }

  private static func close(_ bracket: UInt8, isEmpty: Bool, layout: Layout, level: Int, in out: inout [UInt8]) {
    if !isEmpty { newLine(layout, level, in: &out) }
    out.append(bracket)
  }

  private static func newLine(_ layout: Layout, _ level: Int, in out: inout [UInt8]) {
    guard case .indented = layout else { return }
    out.append(0x0a)
    out.append(contentsOf: repeatElement(0x20, count: 2 * level))
  }

  private static func append(_ text: String, to out: inout [UInt8]) {
    out.append(0x22)
    for byte in text.utf8 {
      switch byte {
      case 0x22, 0x5c: out.append(contentsOf: [0x5c, byte])
      case 0x0a: out.append(contentsOf: "\\n".utf8)
      case 0x0d: out.append(contentsOf: "\\r".utf8)
      case 0x09: out.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        out.append(contentsOf: "\\u00".utf8)
        let digits = Array("0123456789abcdef".utf8)
        out.append(contentsOf: [digits[Int(byte >> 4)], digits[Int(byte & 15)]])
      default: out.append(byte)
      }
    }
    out.append(0x22)
  }
}
