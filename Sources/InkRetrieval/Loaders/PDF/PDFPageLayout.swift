/// Puts the glyphs of a page together to lines and paragraphs by their places.
///
/// Glyphs come in the order in which the page draws them, which is the reading order of nearly all files, columns and
/// all. Only a page that jumps about is sorted from top to bottom.
struct PDFPageLayout {
  /// A line, or a part of one.
  struct Line {
    var text: String
    /// Along the direction of writing.
    var start: Double
    var end: Double
    /// Across it; grows upwards.
    var height: Double
    var size: Double
    /// Quarter turns of the direction of writing.
    var turn: Int
  }

  private var parts: [Line] = []
  private var current: Line?
  private var last: (text: String, start: Double)?

  /// Adds a glyph whose origin a matrix gives; width and size are in its own space.
  mutating func add(_ text: String, place: PDFMatrix, width: Double, size: Double) {
    let length = (place.a * place.a + place.b * place.b).squareRoot()
    let up = (place.c * place.c + place.d * place.d).squareRoot()
    let shownSize = abs(size) * up
    guard length.isFinite, shownSize.isFinite, place.x.isFinite, place.y.isFinite, place.x.magnitude < 1e7,
      place.y.magnitude < 1e7, shownSize > 0, !text.isEmpty
    else { return }
    let forward = size < 0 ? -1.0 : 1.0
    let turn: Int
    let start: Double
    let height: Double
    if abs(place.a) >= abs(place.b) {
      turn = place.a * forward >= 0 ? 0 : 2
      (start, height) = turn == 0 ? (place.x, place.y) : (-place.x, -place.y)
    } else {
      turn = place.b * forward >= 0 ? 1 : 3
      (start, height) = turn == 1 ? (place.y, -place.x) : (-place.y, place.x)
    }
    append(
      Line(text: text, start: start, end: start + abs(width) * length, height: height, size: shownSize, turn: turn))
  }

  private mutating func append(_ glyph: Line) {
    guard let so = current, so.turn == glyph.turn, abs(so.height - glyph.height) < 0.4 * max(so.size, glyph.size),
      glyph.start > so.end - 0.6 * so.size, glyph.start < so.end + 2.5 * so.size
    else {
      flush()
      current = glyph
      last = (glyph.text, glyph.start)
      return
    }
    // Bold is sometimes a second print on the first.
    if let last, last.text == glyph.text, abs(last.start - glyph.start) < 0.12 * glyph.size { return }
    let gap = glyph.start - so.end
    if PDFPageLayout.needsSpace(so.text, glyph.text, gap: gap / max(min(so.size, glyph.size), 0.01)) {
      current?.text += " "
    }
    current?.text += glyph.text
    current?.end = max(so.end, glyph.end)
    // Marks above the line are small; the line is as large as its largest letters.
    if glyph.size > so.size {
      current?.size = glyph.size
      current?.height = glyph.height
    }
    last = (glyph.text, glyph.start)
  }

  /// Whether a gap, in parts of the font's size, stands for a space.
  private static func needsSpace(_ left: String, _ right: String, gap: Double) -> Bool {
    guard gap > 0.16, let first = left.unicodeScalars.last, let second = right.unicodeScalars.first else {
      return false
    }
    if ScalarKind.isWhitespace(first.value) || ScalarKind.isWhitespace(second.value) { return false }
    let isWide = ScalarKind.isIdeographic(first.value) && ScalarKind.isIdeographic(second.value)
    return gap > (isWide ? 0.6 : 0.16)
  }

  private mutating func flush() {
    if let done = current, done.text.contains(where: { !$0.isWhitespace }) { parts.append(done) }
    current = nil
    last = nil
  }

  // MARK: Lines

  /// The lines in reading order.
  mutating func lines() -> [Line] {
    flush()
    var jumps = 0
    for (before, after) in zip(parts, parts.dropFirst()) where before.turn == after.turn {
      if after.height > before.height + 0.5 * before.size { jumps += 1 }
    }
    var ordered = parts
    if jumps > 8, jumps * 6 > parts.count {
      ordered = parts.enumerated().sorted { first, second in
        let (left, right) = (first.element, second.element)
        if left.turn != right.turn { return left.turn < right.turn }
        // Rows of one point, so that the order is one of a line's parts whatever their small differences.
        let (leftRow, rightRow) = ((-left.height / 3).rounded(), (-right.height / 3).rounded())
        if leftRow != rightRow { return leftRow < rightRow }
        return left.start != right.start ? left.start < right.start : first.offset < second.offset
      }.map(\.element)
    }
    var lines: [Line] = []
    for part in ordered {
      if let before = lines.last, before.turn == part.turn,
        abs(before.height - part.height) < 0.3 * max(before.size, part.size),
        part.start >= before.end - 0.3 * before.size
      {
        let joined = PDFPageLayout.needsSpace(
          before.text, part.text, gap: (part.start - before.end) / max(part.size, 0.01))
        lines[lines.count - 1].text += (joined ? " " : "") + part.text
        lines[lines.count - 1].end = part.end
        lines[lines.count - 1].size = max(before.size, part.size)
      } else {
        lines.append(part)
      }
    }
    return lines
  }

  /// The text of lines: paragraphs apart, words that were cut at the end of a line whole again, and lines of Chinese
  /// joined
  /// where a sentence runs on.
  static func text(of lines: [Line]) -> String {
    let gaps = zip(lines, lines.dropFirst()).map { ($0.height - $1.height) / max($0.size, 0.01) }.filter {
      $0 > 0.3 && $0 < 3
    }
    let usual = gaps.isEmpty ? 1.2 : gaps.sorted()[gaps.count / 2]
    let left = lines.map(\.start).min() ?? 0
    // Where a line ends that the next one continues: near the right edge, which some lines overrun.
    let right = left + 0.85 * ((lines.map(\.end).max() ?? 0) - left)
    var text = ""
    for (index, line) in lines.enumerated() {
      let content = withoutLeaders(line.text.collapsedWhitespace)
      if index > 0 { separate(&text, lines[index - 1], line, content, usual: usual, right: right) }
      text += content
    }
    return text
  }

  /// A line of a table of contents with one mark in the place of the row of dots before its number.
  private static func withoutLeaders(_ line: String) -> String {
    guard line.contains(". . . .") || line.contains(".....") else { return line }
    var result: [UInt8] = []
    var dots: [UInt8] = []
    func flush() {
      let count = dots.count { $0 == UInt8(ascii: ".") }
      result += count > 3 ? (dots.first == 0x20 ? Array(" … ".utf8) : Array("… ".utf8)) : dots
      dots.removeAll()
    }
    for byte in line.utf8 {
      if byte == UInt8(ascii: ".") || byte == 0x20 {
        dots.append(byte)
      } else {
        flush()
        result.append(byte)
      }
    }
    flush()
    return String(decoding: result, as: UTF8.self)
  }

  private static func separate(
    _ text: inout String, _ before: Line, _ line: Line, _ content: String, usual: Double, right: Double
  ) {
    let gap = (before.height - line.height) / max(before.size, 0.01)
    let isNew = before.turn != line.turn || gap < -0.5 || gap > 1.35 * usual + 0.1
    let otherSize = max(before.size, line.size) > 1.15 * min(before.size, line.size)
    if isNew || (otherSize && gap > 0.3) {
      text += "\n\n"
      return
    }
    guard let last = text.unicodeScalars.last, let first = content.unicodeScalars.first else { return }
    if last == "-", first.properties.isLowercase, text.unicodeScalars.dropLast().last?.properties.isAlphabetic == true {
      text.unicodeScalars.removeLast()
      return
    }
    let isFull = before.end > right
    let isWide = isChinese(last.value) && isChinese(first.value)
    if !(isFull && isWide) { text += "\n" }
  }

  private static func isChinese(_ value: UInt32) -> Bool {
    ScalarKind.isIdeographic(value) || (0x3000...0x303F).contains(value) || (0xFF00...0xFF60).contains(value)
  }
}
