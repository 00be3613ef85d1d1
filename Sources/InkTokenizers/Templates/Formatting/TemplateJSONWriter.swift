/// Writes values as Python's `json.dumps` does.
struct TemplateJSONWriter {
  enum KeyOrder { case insertion, sorted }
  enum Escaping { case onlyRequired, ascii }

  var itemSeparator = ", "
  var keySeparator = ": "
  /// One level of indentation; nil writes everything on one line.
  var indentation: String?
  var keyOrder = KeyOrder.insertion
  var escaping = Escaping.onlyRequired
  /// Bytes after which writing stops with an error.
  let byteLimit: Int
  private(set) var text = ""

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  mutating func write(_ value: TemplateValue, level: Int = 0) throws(TemplateError) {
    guard text.utf8.count <= byteLimit else {
      throw TemplateError(.limitExceeded, "The JSON text is longer than \(byteLimit) bytes")
    }
    switch value {
    case .none: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .int(let number): text += String(number)
    case .double(let number): text += Self.text(of: number)
    case .string(let string): quote(string)
    case .list(let elements), .tuple(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        separate(index: index, level: level + 1)
        try write(element, level: level + 1)
      }
      close("]", isEmpty: elements.isEmpty, level: level)
    case .map(let map): try write(map, level: level)
    case .undefined, .runtime:
      throw TemplateError(
        .wrongType, "A value of type \(value.typeName) cannot be written as JSON",
        hint: value.isUndefined ? "Test it with 'is defined' first" : nil)
    }
  }

  private mutating func write(_ map: TemplateMap, level: Int) throws(TemplateError) {
    var entries: [(key: String, value: TemplateValue)] = []
    for entry in map.entries { entries.append((try key(entry.key), entry.value)) }
    if keyOrder == .sorted { entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) } }
    text += "{"
    for (index, entry) in entries.enumerated() {
      separate(index: index, level: level + 1)
      quote(entry.key)
      text += keySeparator
      try write(entry.value, level: level + 1)
    }
    close("}", isEmpty: entries.isEmpty, level: level)
  }

  private func key(_ key: TemplateValue) throws(TemplateError) -> String {
    switch key {
    case .string(let text): text
    case .none: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    case .double(let number): Self.text(of: number)
    default: throw TemplateError(.wrongType, "A key of type \(key.typeName) cannot be written as JSON")
    }
  }

  private static func text(of number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    return pythonText(of: number)
  }

  private mutating func separate(index: Int, level: Int) {
    if index > 0 { text += itemSeparator }
    breakLine(level: level)
  }

  private mutating func close(_ bracket: String, isEmpty: Bool, level: Int) {
    if !isEmpty { breakLine(level: level) }
    text += bracket
  }

  private mutating func breakLine(level: Int) {
    guard let indentation else { return }
    text += "\n"
    for _ in 0..<level { text += indentation }
  }

  private mutating func quote(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{8}": text += "\\b"
      case "\u{C}": text += "\\f"
      case _ where scalar.value < 0x20 || (escaping == .ascii && scalar.value > 0x7E): escape(scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  private mutating func escape(_ value: UInt32) {
    let units = value > 0xFFFF ? [0xD800 + ((value - 0x10000) >> 10), 0xDC00 + ((value - 0x10000) & 0x3FF)] : [value]
    for unit in units {
      let digits = String(unit, radix: 16)
      text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
  }
}
