/// A document's text in the units that may be quoted: each says something by itself, and none is cut where a piece of
/// the document ends.
struct QuotableText {
  /// A sentence, a row of a table, or a line of a program.
  struct Unit: Equatable {
    /// Bytes of the document's text.
    let range: Range<Int>
    /// The cells of the table's header, each for the cell of the row at its place; empty for what is no row.
    var header: [String] = []
  }

  /// Lines that belong together.
  private enum Block {
    /// Lines of prose, with blank lines around them.
    case prose(Range<Int>)
    /// A line of a fenced program.
    case code(Range<Int>)
    case row(Range<Int>, header: Range<Int>?)

    var range: Range<Int> {
      switch self {
      case .prose(let range), .code(let range), .row(let range, _): range
      }
    }
  }

  /// How far a sentence is looked for beyond the range that is asked for, and the longest line that is quoted whole.
  private static let reach = 2_048

  /// The bytes of the text.
  let bytes: [UInt8]
  private var blocks: [Block] = []

  init(_ text: String) {
    bytes = Array(text.utf8)
    readLines()
  }

  /// The units that a range of bytes holds a part of, in order.
  func units(in range: Range<Int>, words: TextWords) -> [Unit] {
    var units: [Unit] = []
    for block in blocks where block.range.overlaps(range) {
      switch block {
      case .prose(let lines): units += sentences(of: lines, in: range, words: words)
      case .code(let line): units.append(Unit(range: bounded(line, range)))
      case .row(let line, let header):
        units.append(Unit(range: bounded(line, range), header: header.map { cells($0) } ?? []))
      }
    }
    return units
  }

  private func bounded(_ line: Range<Int>, _ range: Range<Int>) -> Range<Int> {
    line.count <= QuotableText.reach ? line : line.clamped(to: range)
  }

  /// The cells of a row.
  func cells(_ row: Range<Int>) -> [String] {
    var cells: [String] = []
    var cell: [UInt8] = []
    var isEscaped = false
    for byte in bytes[row].dropFirst() {
      if byte == UInt8(ascii: "|"), !isEscaped {
        cells.append(String(decoding: cell, as: UTF8.self).collapsedWhitespace)
        cell = []
      } else {
        cell.append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\")
    }
    if cell.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
      cells.append(String(decoding: cell, as: UTF8.self).collapsedWhitespace)
    }
    return cells
  }

  private func sentences(of lines: Range<Int>, in range: Range<Int>, words: TextWords) -> [Unit] {
    // A text without paragraphs is one block; no more of it is read than a sentence may need.
    var low = max(lines.lowerBound, range.lowerBound - QuotableText.reach)
    var high = min(lines.upperBound, range.upperBound + QuotableText.reach)
    while low > lines.lowerBound, bytes[low] & 0xC0 == 0x80 { low -= 1 }
    while high < lines.upperBound, bytes[high] & 0xC0 == 0x80 { high += 1 }
    let text = String(decoding: bytes[low..<high], as: UTF8.self)
    return words.sentences(text).compactMap { found in
      let sentence = found.lowerBound + low..<found.upperBound + low
      return sentence.overlaps(range) ? Unit(range: sentence) : nil
    }
  }

  // MARK: Lines

  private mutating func readLines() {
    var prose: Range<Int>?
    var fence: [UInt8]?
    var rows: (first: Range<Int>, header: Range<Int>?)?
    func closed(_ prose: inout Range<Int>?) -> Block? {
      defer { prose = nil }
      return prose.map { .prose($0) }
    }
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let content = trimmed(start..<end)
      start = end + 1
      let mark = fenceMark(content)
      if let open = fence {
        if mark?.starts(with: open) == true { fence = nil } else { takeCode(content) }
        continue
      }
      if !isRow(content) { rows = nil }
      if let mark {
        if let block = closed(&prose) { blocks.append(block) }
        fence = mark
      } else if isRow(content) {
        if let block = closed(&prose) { blocks.append(block) }
        guard let table = rows else {
          rows = (content, nil)
          blocks.append(.row(content, header: nil))
          continue
        }
        if blocks.last?.range == table.first, isDelimiter(content) {
          // The header says nothing without the rows.
          blocks.removeLast()
          rows = (table.first, table.first)
        } else {
          blocks.append(.row(content, header: table.header))
        }
      } else if content.isEmpty || bytes[content.lowerBound] == UInt8(ascii: "#") {
        if let block = closed(&prose) { blocks.append(block) }
        if !content.isEmpty { blocks.append(.prose(content)) }
      } else {
        prose = (prose?.lowerBound ?? content.lowerBound)..<content.upperBound
      }
    }
    if let block = closed(&prose) { blocks.append(block) }
  }

  /// A line of a program; one that goes on with the line before is joined to it.
  private mutating func takeCode(_ line: Range<Int>) {
    if case .code(let before)? = blocks.last, bytes[before.upperBound - 1] == UInt8(ascii: "\\"), !line.isEmpty {
      blocks[blocks.count - 1] = .code(before.lowerBound..<line.upperBound)
    } else if !line.isEmpty {
      blocks.append(.code(line))
    }
  }

  private func trimmed(_ line: Range<Int>) -> Range<Int> {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    var (start, end) = (line.lowerBound, line.upperBound)
    while start < end, isBlank(bytes[start]) { start += 1 }
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  /// The marks that a line begins or ends a program with.
  private func fenceMark(_ content: Range<Int>) -> [UInt8]? {
    guard let first = bytes[content].first, first == UInt8(ascii: "`") || first == UInt8(ascii: "~") else { return nil }
    let marks = bytes[content].prefix { $0 == first }
    // Marks further on make it code within a sentence.
    guard marks.count >= 3, !bytes[content].dropFirst(marks.count).contains(first) else { return nil }
    return Array(marks)
  }

  private func isRow(_ content: Range<Int>) -> Bool {
    guard bytes[content].first == UInt8(ascii: "|") else { return false }
    return bytes[content].dropFirst().contains(UInt8(ascii: "|"))
  }

  private func isDelimiter(_ content: Range<Int>) -> Bool {
    bytes[content].contains(UInt8(ascii: "-"))
      && bytes[content].allSatisfy { [UInt8(ascii: "|"), UInt8(ascii: "-"), UInt8(ascii: ":"), 0x20].contains($0) }
  }
}
