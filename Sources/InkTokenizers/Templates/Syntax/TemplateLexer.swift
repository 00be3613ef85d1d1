/// Cuts a template into text and tags the way Jinja2 does with `trim_blocks` and `lstrip_blocks` on: the newline
/// after a block tag and the blanks before one on its line disappear unless the tag says `+`.
struct TemplateLexer {
  let source: [UInt8]
  var offset = 0
  var tokens: [TemplateToken] = []

  private enum Tag {
    case variable, block, comment, raw
  }

  /// Line ends become `\n` and one newline at the very end is dropped, as Jinja does.
  static func normalized(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var previousWasReturn = false
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\r") {
        bytes.append(UInt8(ascii: "\n"))
      } else if byte != UInt8(ascii: "\n") || !previousWasReturn {
        bytes.append(byte)
      }
      previousWasReturn = byte == UInt8(ascii: "\r")
    }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return bytes
  }

  init(source: [UInt8]) { self.source = source }

  mutating func tokenize() throws(TemplateError) -> [TemplateToken] {
    while let (start, tag) = nextTag() {
      emitText(from: offset, to: start, before: tag)
      switch tag {
      case .comment: try skipComment(from: start)
      case .raw: try readRaw(from: start)
      case .variable: try readTag(from: start, begin: .variableBegin, end: .variableEnd)
      case .block: try readTag(from: start, begin: .blockBegin, end: .blockEnd)
      }
    }
    append(text: offset..<source.count)
    tokens.append(TemplateToken(kind: .end, offset: source.count))
    return tokens
  }

  func failure(_ context: String, at offset: Int, hint: String? = nil) -> TemplateError {
    TemplateError(.syntax, context, hint: hint).located(offset: offset, in: source)
  }

  func byte(_ position: Int) -> UInt8? { position < source.count ? source[position] : nil }

  func matches(_ text: StaticString, at position: Int) -> Bool {
    guard position + text.utf8CodeUnitCount <= source.count else { return false }
    return text.description.utf8.elementsEqual(source[position..<position + text.utf8CodeUnitCount])
  }

  private func nextTag() -> (Int, Tag)? {
    var position = offset
    while position + 1 < source.count {
      if source[position] == UInt8(ascii: "{") {
        switch source[position + 1] {
        case UInt8(ascii: "{"): return (position, .variable)
        case UInt8(ascii: "#"): return (position, .comment)
        case UInt8(ascii: "%"): return (position, rawContent(from: position) == nil ? .block : .raw)
        default: break
        }
      }
      position += 1
    }
    return nil
  }

  /// Where the text of a raw block begins, or nil when the tag at `start` is not `{% raw %}`.
  private func rawContent(from start: Int) -> Int? {
    var position = start + 2
    if let sign = byte(position), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
    position = skippingSpace(from: position)
    guard matches("raw", at: position) else { return nil }
    position = skippingSpace(from: position + 3)
    if matches("-%}", at: position) { return skippingSpace(from: position + 3) }
    return matches("%}", at: position) ? position + 2 : nil
  }

  private mutating func append(text range: Range<Int>) {
    guard !range.isEmpty else { return }
    tokens.append(TemplateToken(kind: .data(String(decoding: source[range], as: UTF8.self)), offset: range.lowerBound))
  }

  /// Text in front of a tag, with the white space gone that the tag's sign or `lstrip_blocks` takes.
  private mutating func emitText(from start: Int, to end: Int, before tag: Tag) {
    var last = end
    let sign = byte(end + 2)
    if sign == UInt8(ascii: "-") {
      last = trimmingSpace(from: start, to: end)
    } else if sign != UInt8(ascii: "+"), tag != .variable {
      last = trimmingIndentation(from: start, to: end)
    }
    append(text: start..<last)
  }

  private func trimmingSpace(from start: Int, to end: Int) -> Int {
    var last = end
    while last > start {
      var first = last - 1
      while first > start, source[first] & 0xC0 == 0x80 { first -= 1 }
      guard spaceLength(at: first) == last - first else { break }
      last = first
    }
    return last
  }

  private func trimmingIndentation(from start: Int, to end: Int) -> Int {
    var lineStart = end
    while lineStart > start, source[lineStart - 1] != UInt8(ascii: "\n") { lineStart -= 1 }
    guard lineStart > start || start == 0 || source[start - 1] == UInt8(ascii: "\n") else { return end }
    return trimmingSpace(from: lineStart, to: end) == lineStart ? lineStart : end
  }

  private mutating func skipComment(from start: Int) throws(TemplateError) {
    var position = start + 2
    if let sign = byte(position), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
    while position + 1 < source.count {
      if matches("-#}", at: position) || matches("+#}", at: position) {
        offset = afterTag(end: position + 3, sign: source[position])
        return
      }
      if matches("#}", at: position) {
        offset = afterTag(end: position + 2, sign: 0)
        return
      }
      position += 1
    }
    throw failure("A comment is never closed", at: start, hint: "Write '#}' after it")
  }

  private mutating func readRaw(from start: Int) throws(TemplateError) {
    guard let content = rawContent(from: start) else { return }
    var position = content
    while position + 1 < source.count {
      if matches("{%", at: position), let (end, sign) = rawEnd(at: position) {
        emitText(from: content, to: position, before: .raw)
        offset = afterTag(end: end, sign: sign)
        return
      }
      position += 1
    }
    throw failure("A raw block is never closed", at: start, hint: "Write '{% endraw %}' after it")
  }

  private func rawEnd(at start: Int) -> (end: Int, sign: UInt8)? {
    var position = start + 2
    if let sign = byte(position), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { position += 1 }
    position = skippingSpace(from: position)
    guard matches("endraw", at: position) else { return nil }
    position = skippingSpace(from: position + 6)
    if matches("-%}", at: position) || matches("+%}", at: position) { return (position + 3, source[position]) }
    return matches("%}", at: position) ? (position + 2, 0) : nil
  }

  /// The place where text goes on after a closing tag.
  private func afterTag(end: Int, sign: UInt8) -> Int {
    if sign == UInt8(ascii: "-") { return skippingSpace(from: end) }
    if sign != UInt8(ascii: "+"), byte(end) == UInt8(ascii: "\n") { return end + 1 }
    return end
  }

  private mutating func readTag(
    from start: Int, begin: TemplateToken.Kind, end: TemplateToken.Kind
  ) throws(TemplateError) {
    tokens.append(TemplateToken(kind: begin, offset: start))
    offset = start + 2
    if let sign = byte(offset), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { offset += 1 }
    var closings: [TemplateSymbol] = []
    while true {
      offset = skippingSpace(from: offset)
      guard let next = byte(offset) else {
        throw failure(
          "A tag is never closed", at: start, hint: "Write '\(begin == .blockBegin ? "%}" : "}}")' after it")
      }
      if closings.isEmpty, let after = closingTag(of: begin) {
        tokens.append(TemplateToken(kind: end, offset: offset))
        offset = after
        return
      }
      try readExpressionToken(next, closings: &closings)
    }
  }

  /// The place after the tag's end when it ends here.
  private func closingTag(of begin: TemplateToken.Kind) -> Int? {
    if begin == .variableBegin {
      if matches("-}}", at: offset) { return skippingSpace(from: offset + 3) }
      return matches("}}", at: offset) ? offset + 2 : nil
    }
    if matches("-%}", at: offset) || matches("+%}", at: offset) {
      return afterTag(end: offset + 3, sign: source[offset])
    }
    return matches("%}", at: offset) ? afterTag(end: offset + 2, sign: 0) : nil
  }

  /// Bytes of the white space character at a position; 0 when there is none. The set is Python's `str.isspace`.
  func spaceLength(at position: Int) -> Int {
    guard let first = byte(position) else { return 0 }
    if first < 0x80 { return first == 0x20 || (0x09...0x0D).contains(first) || (0x1C...0x1F).contains(first) ? 1 : 0 }
    if first == 0xC2, let second = byte(position + 1) { return second == 0x85 || second == 0xA0 ? 2 : 0 }
    guard first == 0xE1 || first == 0xE2 || first == 0xE3, position + 2 < source.count else { return 0 }
    let scalar =
      UInt32(first & 0x0F) << 12 | UInt32(source[position + 1] & 0x3F) << 6 | UInt32(source[position + 2] & 0x3F)
    return isPythonSpace(scalar) ? 3 : 0
  }

  func skippingSpace(from start: Int) -> Int {
    var position = start
    while true {
      let length = spaceLength(at: position)
      guard length > 0 else { return position }
      position += length
    }
  }
}

/// Whether Python's `str.isspace` holds for a code point.
func isPythonSpace(_ scalar: UInt32) -> Bool {
  switch scalar {
  case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
  default: false
  }
}
