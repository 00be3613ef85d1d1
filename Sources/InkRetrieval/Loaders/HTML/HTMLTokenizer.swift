/// Cuts HTML into tags and text, tolerantly: whatever stands there is some token, in one pass and without recursion.
struct HTMLTokenizer {
  /// A part of a page.
  enum Token {
    case text(String)
    case start(Tag)
    case end(String)
  }

  /// The beginning of an element.
  struct Tag {
    /// The name in lower case.
    var name: String
    /// The attributes with names in lower case; of two with the same name the first counts.
    var attributes: [String: String] = [:]
  }

  /// Elements whose content is text whatever it looks like.
  private static let rawElements: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]
  private static let mostAttributes = 64

  private let bytes: [UInt8]
  private var position = 0
  /// The element whose raw content comes next.
  private var raw: String?

  init(_ text: String) { bytes = Array(text.utf8) }

  /// The next token; nil at the end.
  mutating func next() -> Token? {
    if let raw {
      self.raw = nil
      return takeRaw(raw)
    }
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "<"), position + 1 < bytes.count else { return takeText() }
      let following = bytes[position + 1]
      if following == UInt8(ascii: "!") || following == UInt8(ascii: "?") {
        skipDeclaration()
      } else if following == UInt8(ascii: "/"), position + 2 < bytes.count, isLetter(bytes[position + 2]) {
        position += 2
        let name = takeName()
        skipAttributes()
        return .end(name)
      } else if isLetter(following) {
        return takeStart()
      } else {
        return takeText()
      }
    }
    return nil
  }

  // MARK: Text

  private mutating func takeText() -> Token {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    return .text(HTMLEntities.decoded(bytes[start..<position]))
  }

  private mutating func takeRaw(_ name: String) -> Token {
    let start = position
    let mark = Array("</\(name)".utf8)
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<"), matches(mark, at: position) { break }
      position += 1
    }
    let content = bytes[start..<position]
    switch name {
    case "title", "textarea": return .text(HTMLEntities.decoded(content))
    default: return .text(String(decoding: content, as: UTF8.self))
    }
  }

  private func matches(_ mark: [UInt8], at offset: Int) -> Bool {
    guard mark.count <= bytes.count - offset else { return false }
    for index in mark.indices where lowered(bytes[offset + index]) != mark[index] { return false }
    return true
  }

  /// A comment reaches to its end mark, anything else to the next angle bracket.
  private mutating func skipDeclaration() {
    if matches(Array("<!--".utf8), at: position) {
      var index = position + 4
      while index + 2 < bytes.count,
        !(bytes[index] == UInt8(ascii: "-") && bytes[index + 1] == UInt8(ascii: "-")
          && bytes[index + 2] == UInt8(ascii: ">"))
      { index += 1 }
      position = min(index + 3, bytes.count)
      return
    }
    while position < bytes.count, bytes[position] != UInt8(ascii: ">") { position += 1 }
    position = min(position + 1, bytes.count)
  }

  // MARK: Tags

  private mutating func takeStart() -> Token {
    position += 1
    var tag = Tag(name: takeName())
    while let (name, value) = takeAttribute() {
      if tag.attributes.count < HTMLTokenizer.mostAttributes, tag.attributes[name] == nil {
        tag.attributes[name] = value
      }
    }
    if HTMLTokenizer.rawElements.contains(tag.name) { raw = tag.name }
    return .start(tag)
  }

  private mutating func skipAttributes() {
    while takeAttribute() != nil {}
  }

  private mutating func takeName() -> String {
    let start = position
    while position < bytes.count, !isSpace(bytes[position]), bytes[position] != UInt8(ascii: ">"),
      bytes[position] != UInt8(ascii: "/")
    { position += 1 }
    return String(decoding: bytes[start..<position].prefix(64).map(lowered), as: UTF8.self)
  }

  /// The next attribute of the tag; nil behind the tag's end, which is read too.
  private mutating func takeAttribute() -> (String, String)? {
    while position < bytes.count, isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "/") { position += 1 }
    guard position < bytes.count else { return nil }
    if bytes[position] == UInt8(ascii: ">") {
      position += 1
      return nil
    }
    let start = position
    position += 1
    while position < bytes.count, !isSpace(bytes[position]), bytes[position] != UInt8(ascii: "="),
      bytes[position] != UInt8(ascii: ">"), bytes[position] != UInt8(ascii: "/")
    { position += 1 }
    let name = String(decoding: bytes[start..<position].prefix(128).map(lowered), as: UTF8.self)
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return (name, "") }
    position += 1
    while position < bytes.count, isSpace(bytes[position]) { position += 1 }
    guard position < bytes.count else { return (name, "") }
    let quote = bytes[position]
    var value = position
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      position += 1
      value = position
      while position < bytes.count, bytes[position] != quote { position += 1 }
      defer { position = min(position + 1, bytes.count) }
      return (name, HTMLEntities.decoded(bytes[value..<position].prefix(4096)))
    }
    while position < bytes.count, !isSpace(bytes[position]), bytes[position] != UInt8(ascii: ">") { position += 1 }
    return (name, HTMLEntities.decoded(bytes[value..<position].prefix(4096)))
  }

  // MARK: Bytes

  private func isLetter(_ byte: UInt8) -> Bool { lowered(byte) >= 0x61 && lowered(byte) <= 0x7A }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  private func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }
}
