/// Finds the headings, blocks and front matter of Markdown (CommonMark with the tables of GFM) in one pass over its
/// lines.
struct MarkdownScanner {
  private(set) var headings: [ExtractedText.Heading] = []
  private(set) var blocks: [ExtractedText.Block] = []
  private(set) var metadata: [String: String] = [:]
  private let bytes: [UInt8]
  /// The code block that is open: its fence, how long, and where it began.
  private var fence: (mark: UInt8, count: Int, start: Int)?
  /// The line before, when it is plain text that an underline could make a heading.
  private var paragraph: Range<Int>?
  /// The table, list or quotation that the line before belongs to.
  private var open: (kind: ExtractedText.Block.Kind, range: Range<Int>)?
  /// The line before, when it could be a table's header.
  private var header: Range<Int>?

  init(_ text: String) {
    bytes = Array(text.utf8)
    scan()
  }

  private mutating func scan() {
    var start = frontMatterEnd()
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let next = min(end + 1, bytes.count)
      if end > start, bytes[end - 1] == 0x0D { end -= 1 }
      take(start..<end)
      start = next
    }
    if let fence { blocks.append(.init(.code, range: fence.start..<lineEnd(bytes.count))) }
    close()
    blocks = blocks.inOrder
  }

  private func lineEnd(_ end: Int) -> Int {
    var end = end
    while end > 0, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return end
  }

  // MARK: Lines

  private mutating func take(_ line: Range<Int>) {
    let content = trimmed(line)
    if let fence {
      if closesFence(content, fence) {
        blocks.append(.init(.code, range: fence.start..<line.upperBound))
        self.fence = nil
      }
      return
    }
    if content.isEmpty {
      close()
      (paragraph, header) = (nil, nil)
      return
    }
    let indent = content.lowerBound - line.lowerBound
    if let opened = opensFence(content), indent < 4 || open != nil {
      if open?.kind != .list { close() }
      fence = (opened.mark, opened.count, line.lowerBound)
      (paragraph, header) = (nil, nil)
      return
    }
    if indent < 4, takeHeading(line, content) { return }
    if takeTableRow(line, content) { return }
    if bytes[content.lowerBound] == UInt8(ascii: ">") {
      extend(.quote, line)
      paragraph = nil
    } else if isListItem(content) || (open?.kind == .list && indent >= 2) {
      extend(.list, line)
      paragraph = nil
    } else if let open, open.kind == .list || open.kind == .quote {
      // The lazy continuation of an item's paragraph.
      extend(open.kind, line)
    } else {
      close()
      paragraph = line
    }
    header = bytes[content].contains(UInt8(ascii: "|")) ? line : nil
  }

  private mutating func extend(_ kind: ExtractedText.Block.Kind, _ line: Range<Int>) {
    if let open, open.kind == kind {
      self.open = (kind, open.range.lowerBound..<line.upperBound)
    } else {
      close()
      open = (kind, line)
    }
  }

  private mutating func close() {
    if let open { blocks.append(.init(open.kind, range: open.range)) }
    open = nil
  }

  private func trimmed(_ line: Range<Int>) -> Range<Int> {
    var (start, end) = (line.lowerBound, line.upperBound)
    while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }

  // MARK: Kinds of lines

  private mutating func takeHeading(_ line: Range<Int>, _ content: Range<Int>) -> Bool {
    let first = bytes[content.lowerBound]
    if let underlined = paragraph, first == UInt8(ascii: "=") || first == UInt8(ascii: "-"),
      bytes[content].allSatisfy({ $0 == first })
    {
      let title = MarkdownScanner.plain(text(trimmed(underlined)))
      let level = first == UInt8(ascii: "=") ? 1 : 2
      headings.append(.init(level: level, title: title, range: underlined.lowerBound..<line.upperBound))
      (paragraph, header) = (nil, nil)
      return true
    }
    guard first == UInt8(ascii: "#") else { return false }
    var level = 0
    while level < content.count, bytes[content.lowerBound + level] == first { level += 1 }
    let rest = content.lowerBound + level..<content.upperBound
    guard level <= 6, rest.isEmpty || bytes[rest.lowerBound] == 0x20 || bytes[rest.lowerBound] == 0x09 else {
      return false
    }
    close()
    (paragraph, header) = (nil, nil)
    var end = rest.upperBound
    while end > rest.lowerBound, bytes[end - 1] == first { end -= 1 }
    // Closing marks stand after a space; else they belong to the title, as in "C#".
    if end > rest.lowerBound, bytes[end - 1] != 0x20, bytes[end - 1] != 0x09 { end = rest.upperBound }
    let title = MarkdownScanner.plain(text(trimmed(rest.lowerBound..<end)))
    if !title.isEmpty { headings.append(.init(level: level, title: title, range: line)) }
    return true
  }

  private mutating func takeTableRow(_ line: Range<Int>, _ content: Range<Int>) -> Bool {
    if let open, open.kind == .table {
      guard bytes[content].contains(UInt8(ascii: "|")) else { return false }
      blocks.append(.init(.tableRow, range: line))
      self.open = (.table, open.range.lowerBound..<line.upperBound)
      return true
    }
    guard let header, bytes[content].contains(UInt8(ascii: "-")),
      bytes[content].allSatisfy({
        $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":") || $0 == 0x20
      })
    else { return false }
    close()
    // The header means little without the line that makes it one.
    blocks.append(.init(.tableRow, range: header.lowerBound..<line.upperBound))
    open = (.table, header.lowerBound..<line.upperBound)
    (paragraph, self.header) = (nil, nil)
    return true
  }

  private func opensFence(_ content: Range<Int>) -> (mark: UInt8, count: Int)? {
    let mark = bytes[content.lowerBound]
    guard mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
    var count = 0
    while count < content.count, bytes[content.lowerBound + count] == mark { count += 1 }
    guard count >= 3 else { return nil }
    // Back quotes further on make it code within a line.
    if mark == UInt8(ascii: "`"), bytes[content.lowerBound + count..<content.upperBound].contains(mark) { return nil }
    return (mark, count)
  }

  private func closesFence(_ content: Range<Int>, _ fence: (mark: UInt8, count: Int, start: Int)) -> Bool {
    content.count >= fence.count && bytes[content].allSatisfy { $0 == fence.mark }
  }

  private func isListItem(_ content: Range<Int>) -> Bool {
    let first = bytes[content.lowerBound]
    var index = content.lowerBound + 1
    switch first {
    case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"): break
    case 0x30...0x39:
      while index < content.upperBound, index < content.lowerBound + 9, bytes[index] >= 0x30, bytes[index] <= 0x39 {
        index += 1
      }
      guard index < content.upperBound, bytes[index] == UInt8(ascii: ".") || bytes[index] == UInt8(ascii: ")") else {
        return false
      }
      index += 1
    default: return false
    }
    return index == content.upperBound || bytes[index] == 0x20 || bytes[index] == 0x09
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A title without emphasis, code marks and link targets.
  static func plain(_ title: String) -> String {
    var result = ""
    var rest = Substring(title)
    while let character = rest.first {
      rest = rest.dropFirst()
      switch character {
      case "`", "*": continue
      case "\\": if let next = rest.popFirst() { result.append(next) }
      case "!" where rest.first == "[": continue
      case "[": continue
      case "]" where rest.first == "(":
        guard let end = rest.firstIndex(of: ")") else { result.append(character); continue }
        rest = rest[rest.index(after: end)...]
      case "]": continue
      default: result.append(character)
      }
    }
    return result.collapsedWhitespace
  }

  // MARK: Front matter

  /// Reads `key: value` lines between two lines of three dashes at the very beginning; returns where they end.
  private mutating func frontMatterEnd() -> Int {
    let dashes: [UInt8] = Array("---".utf8)
    var start = 0
    var lines: [Range<Int>] = []
    while start < bytes.count, lines.count < 1000 {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      let next = min(end + 1, bytes.count)
      let content = trimmed(start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end))
      let isMark = bytes[content].elementsEqual(dashes)
      if lines.isEmpty, !isMark { return 0 }
      if isMark, !lines.isEmpty {
        readFrontMatter(lines.dropFirst())
        return next
      }
      lines.append(content)
      start = next
    }
    return 0
  }

  private mutating func readFrontMatter(_ lines: ArraySlice<Range<Int>>) {
    for line in lines {
      let text = text(line)
      guard let colon = text.firstIndex(of: ":"), text.first != "#", text.first != "-" else { continue }
      let key = text[..<colon].collapsedWhitespace
      let value = text[text.index(after: colon)...].collapsedWhitespace.trimmingQuotes
      if !key.isEmpty, !value.isEmpty { metadata[key] = value }
    }
  }
}

extension String {
  /// The text without a pair of quotes around it.
  fileprivate var trimmingQuotes: String {
    guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
    return String(dropFirst().dropLast())
  }
}
