/// Reads XML (fifth edition) tag after tag: no document types, no entities but the five of XML and numbers, nothing
/// from
/// elsewhere, and no deeper than allowed.
struct XMLReader {
  /// A part of a document.
  enum Token {
    case start(Element)
    case end(String)
    case text(String)
  }

  /// The beginning of an element. Names are without their prefix.
  struct Element {
    var name: String
    /// Attributes by their name as written, prefix and all.
    var attributes: [String: String]

    /// The value of the attribute of a name, whatever its prefix.
    func value(_ name: String) -> String? {
      if let value = attributes[name] { return value }
      let suffix = ":" + name
      return attributes.filter { $0.key.hasSuffix(suffix) }.min { $0.key < $1.key }?.value
    }
  }

  private static let mostAttributes = 256

  private let bytes: [UInt8]
  private let name: String
  private let depth: Int
  private var position = 0
  private var open: [String] = []
  private var pendingEnd: String?

  /// - Parameter name: the file, for messages.
  init(_ bytes: [UInt8], name: String, depth: Int) throws(RetrievalError) {
    let head = String(decoding: bytes.prefix(200), as: UTF8.self).lowercased()
    var declared: TextEncoding?
    if let range = head.firstRange(of: "encoding=") {
      declared = TextEncoding(
        label: String(
          head[range.upperBound...].dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }))
    }
    self.bytes = Array(try TextEncoding.text(of: bytes, declared: declared, name: name).text.utf8)
    self.name = name
    self.depth = depth
  }

  /// Number of elements that are open.
  var level: Int { open.count }

  /// The next token; nil behind the last.
  mutating func next() throws(RetrievalError) -> Token? {
    if let pendingEnd {
      self.pendingEnd = nil
      return .end(pendingEnd)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<") else { return .text(takeText()) }
      guard position + 1 < bytes.count else { throw damaged("a tag", "the end") }
      switch bytes[position + 1] {
      case UInt8(ascii: "!"):
        if let text = try takeDeclaration() { return .text(text) }
      case UInt8(ascii: "?"):
        try skip(past: "?>")
      case UInt8(ascii: "/"):
        return try takeEnd()
      default:
        return try takeStart()
      }
    }
    guard open.isEmpty else { throw damaged("the end of \(open.last ?? "")", "the end of the file") }
    return nil
  }

  private func damaged(_ expected: String, _ found: String) -> RetrievalError {
    RetrievalError(
      .invalidDocument, context: "\(name), byte \(position)", expected: expected, found: found,
      hint: "The file is damaged.")
  }

  // MARK: Text

  private mutating func takeText() -> String {
    let start = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    return HTMLEntities.decoded(bytes[start..<position])
  }

  /// A comment, a document type, or the text of a CDATA section.
  private mutating func takeDeclaration() throws(RetrievalError) -> String? {
    if matches("<!--") {
      position += 4
      try skip(past: "-->")
      return nil
    }
    if matches("<![CDATA[") {
      position += 9
      let start = position
      try skip(past: "]]>")
      return String(decoding: bytes[start..<position - 3], as: UTF8.self)
    }
    var brackets = 0
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "[") { brackets += 1 }
      if byte == UInt8(ascii: "]") { brackets -= 1 }
      if byte == UInt8(ascii: ">"), brackets <= 0 { return nil }
    }
    throw damaged("the end of a declaration", "the end of the file")
  }

  private mutating func skip(past mark: String) throws(RetrievalError) {
    let mark = Array(mark.utf8)
    while position + mark.count <= bytes.count {
      if bytes[position] == mark[0], bytes[position..<position + mark.count].elementsEqual(mark) {
        position += mark.count
        return
      }
      position += 1
    }
    throw damaged(String(decoding: mark, as: UTF8.self), "the end of the file")
  }

  private func matches(_ mark: String) -> Bool { bytes[position...].starts(with: mark.utf8) }

  // MARK: Tags

  private mutating func takeEnd() throws(RetrievalError) -> Token {
    position += 2
    let name = localName(takeName())
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: ">") else {
      throw damaged("the end of a tag", "other bytes")
    }
    position += 1
    guard open.popLast() == name else { throw damaged("the end of an open element", "that of \(name)") }
    return .end(name)
  }

  private mutating func takeStart() throws(RetrievalError) -> Token {
    position += 1
    let full = takeName()
    guard !full.isEmpty else { throw damaged("an element's name", "other bytes") }
    var element = Element(name: localName(full), attributes: [:])
    while true {
      skipSpace()
      guard position < bytes.count else { throw damaged("the end of a tag", "the end of the file") }
      if bytes[position] == UInt8(ascii: ">") {
        position += 1
        guard open.count < depth else {
          throw RetrievalError(
            .tooLarge, context: "\(name), byte \(position)", expected: "at most \(depth) elements in each other",
            found: "more")
        }
        open.append(element.name)
        return .start(element)
      }
      if bytes[position] == UInt8(ascii: "/") {
        guard position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: ">") else {
          throw damaged("the end of a tag", "other bytes")
        }
        position += 2
        pendingEnd = element.name
        return .start(element)
      }
      let (key, value) = try takeAttribute()
      if element.attributes.count < XMLReader.mostAttributes { element.attributes[key] = value }
    }
  }

  private mutating func takeAttribute() throws(RetrievalError) -> (String, String) {
    let key = takeName()
    skipSpace()
    guard !key.isEmpty, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
      throw damaged("an attribute", "other bytes")
    }
    position += 1
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") || bytes[position] == UInt8(ascii: "'") else {
      throw damaged("a quoted value", "other bytes")
    }
    let quote = bytes[position]
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote { position += 1 }
    guard position < bytes.count else { throw damaged("the end of a value", "the end of the file") }
    position += 1
    return (key, HTMLEntities.decoded(bytes[start..<position - 1]))
  }

  private mutating func takeName() -> String {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "<"): break
      default:
        position += 1
        continue
      }
      break
    }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private func localName(_ name: String) -> String {
    guard let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")) else { return name }
    return String(name[name.utf8.index(after: colon)...])
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position] == 0x20 || (bytes[position] >= 0x09 && bytes[position] <= 0x0D) {
      position += 1
    }
  }
}
