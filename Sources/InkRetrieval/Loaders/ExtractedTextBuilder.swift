/// Puts an ``ExtractedText`` together from its parts in order; offsets are those of what was written so far.
struct ExtractedTextBuilder {
  /// UTF-8 of the text so far.
  private(set) var bytes: [UInt8] = []
  /// What is known beside the text.
  var title: String?
  var metadata: [String: String] = [:]
  private(set) var headings: [ExtractedText.Heading] = []
  private(set) var blocks: [ExtractedText.Block] = []
  private var pageStarts: [Int] = []
  private var warnings: [String] = []
  private let name: String
  private let limits: ReadingLimits

  init(name: String, limits: ReadingLimits) {
    self.name = name
    self.limits = limits
  }

  /// Bytes so far.
  var count: Int { bytes.count }

  /// The text so far with what is known of it.
  var text: ExtractedText {
    ExtractedText(
      String(decoding: bytes, as: UTF8.self), title: title, pageStarts: pageStarts, headings: headings,
      blocks: blocks.inOrder, metadata: metadata, warnings: warnings)
  }

  /// Appends text as it is. A NUL becomes a replacement character: databases and C programs end texts there.
  mutating func append(_ string: some StringProtocol) throws(RetrievalError) {
    let start = bytes.count
    bytes.append(contentsOf: string.utf8)
    try limits.check(textOf: bytes.count, name: name)
    if bytes[start...].contains(0) {
      let cleaned = bytes[start...].flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }
      bytes.replaceSubrange(start..., with: cleaned)
    }
  }

  /// Ends the line, unless it is ended.
  mutating func endLine() throws(RetrievalError) {
    if let last = bytes.last, last != 0x0A { try append("\n") }
  }

  /// Leaves one empty line, unless there is one or nothing stands before.
  mutating func endParagraph() throws(RetrievalError) {
    try endLine()
    if bytes.count >= 2, bytes[bytes.count - 2] != 0x0A { try append("\n") }
  }

  /// Appends a heading as a paragraph; one without words is left out.
  mutating func appendHeading(_ title: String, level: Int) throws(RetrievalError) {
    let title = title.collapsedWhitespace
    guard !title.isEmpty else { return }
    try endParagraph()
    let start = bytes.count
    try append(title)
    headings.append(ExtractedText.Heading(level: level, title: title, range: start..<bytes.count))
    try append("\n\n")
  }

  /// Marks what was appended since `start`, up to its last line, as a block.
  mutating func mark(_ kind: ExtractedText.Block.Kind, from start: Int) {
    var end = bytes.count
    while end > start, bytes[end - 1] == 0x0A { end -= 1 }
    if start < end { blocks.append(ExtractedText.Block(kind, range: start..<end)) }
  }

  /// Appends the row of a table: cells with bars between, each on one line.
  mutating func appendRow(_ cells: [String]) throws(RetrievalError) {
    let cells = cells.map(\.collapsedWhitespace)
    guard cells.contains(where: { !$0.isEmpty }) else { return }
    try endLine()
    let start = bytes.count
    // A row of one cell is a line, whatever empty cells stand around it.
    let filled = cells.filter { !$0.isEmpty }
    try append(filled.count == 1 ? filled[0] : cells.joined(separator: " | "))
    mark(.tableRow, from: start)
    try append("\n")
  }

  /// Begins a page.
  mutating func beginPage() throws(RetrievalError) {
    try endParagraph()
    pageStarts.append(bytes.count)
  }

  /// Takes away empty lines and the line break at the end.
  mutating func trimEnd() {
    let floor = max(
      pageStarts.last ?? 0, blocks.map(\.range.upperBound).max() ?? 0, headings.last?.range.upperBound ?? 0)
    while bytes.count > floor, bytes.last == 0x0A { bytes.removeLast() }
  }

  /// Adds a heading whose line is in the text already.
  mutating func note(_ heading: ExtractedText.Heading) { headings.append(heading) }

  /// Says what was left out; after a hundred, only that there is more.
  mutating func warn(_ sentence: String) {
    if warnings.count < 100 { warnings.append(sentence) }
    if warnings.count == 100 { warnings.append("More was left out than is listed here.") }
  }
}

extension StringProtocol {
  /// The text with every run of white space as one space, and none at the ends.
  var collapsedWhitespace: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension [ExtractedText.Block] {
  /// The blocks in order of their beginning; of those that begin together the one that holds the others first.
  var inOrder: [ExtractedText.Block] {
    func key(_ block: ExtractedText.Block) -> (Int, Int, Int) {
      let rank =
        switch block.kind {
        case .quote: 0
        case .list: 1
        case .table: 2
        case .tableRow: 3
        case .code: 4
        }
      return (block.range.lowerBound, -block.range.upperBound, rank)
    }
    return sorted { key($0) < key($1) }
  }
}
