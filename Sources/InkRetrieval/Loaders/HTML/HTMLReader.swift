/// Writes down the text of a page as a reader sees it: no scripts, no styles, no navigation; headings, paragraphs,
/// lists,
/// rows of tables and code in their order.
///
/// Elements are followed by counters alone, so that nesting of any depth costs nothing.
struct HTMLReader {
  /// Which parts of a page are left out.
  enum Selection: Sendable {
    /// Navigation, footers and what is hidden.
    case content
    /// Only what is never shown.
    case everything
  }

  /// Where text goes.
  private enum Sink {
    case body
    case title(String)
    case heading(level: Int, text: String)
    case cell(String)
  }

  private(set) var builder: ExtractedTextBuilder
  /// Whether the page ended within a part that was left out.
  var endedWithinSkipped: Bool { skipped != nil }
  private let selection: Selection
  private var sink = Sink.body
  private var skipped: (name: String, depth: Int)?
  private var needsSpace = false
  /// Whether the white space before held a line break.
  private var brokenLine = false
  private var tableDepth = 0
  private var tableStart: Int?
  private var row: [String]?
  private var preformatted: Int?
  private var quoteStarts: [Int] = []
  /// The lists that are open: the number of the next item, or nil for one without numbers.
  private var lists: [Int?] = []
  private var listStart = 0
  /// The marker of the item that begins with the next text.
  private var marker: String?

  init(builder: ExtractedTextBuilder, selection: Selection) {
    self.builder = builder
    self.selection = selection
  }

  mutating func read(_ text: String) throws(RetrievalError) {
    var tokenizer = HTMLTokenizer(text)
    while let token = tokenizer.next() {
      switch token {
      case .text(let text):
        if skipped == nil { try take(text) }
      case .start(let tag):
        try start(tag)
      case .end(let name):
        try end(name)
      }
    }
    try closeSink()
    try finishTable()
    builder.trimEnd()
  }

  // MARK: Text

  private mutating func take(_ text: String) throws(RetrievalError) {
    switch sink {
    case .title(let so): sink = .title(so + text)
    case .heading(let level, let so): sink = .heading(level: level, text: so + text)
    case .cell(let so):
      // A cell is one line of a row; one that holds a book is still bounded.
      if so.utf8.count < 1 << 20 { sink = .cell(so + text) }
    case .body:
      if preformatted != nil { try builder.append(text) } else { try takeBody(text) }
    }
  }

  private mutating func takeBody(_ text: String) throws(RetrievalError) {
    for (index, word) in HTMLReader.words(text) {
      if index > 0 || word.isEmpty {
        needsSpace = true
        brokenLine = brokenLine || index == 2
      }
      guard !word.isEmpty else { continue }
      if let marker {
        try builder.append(marker)
        self.marker = nil
        needsSpace = false
      }
      if needsSpace, let last = builder.bytes.last, last != 0x0A, !joinsWithoutSpace(word) {
        if last != 0x20 { try builder.append(" ") }
      }
      needsSpace = false
      brokenLine = false
      try builder.append(word)
    }
  }

  /// The words of a text, each with what stands before it: 0 nothing, 1 white space, 2 white space with a line break.
  /// White
  /// space at the end comes as an empty word.
  private static func words(_ text: String) -> [(Int, Substring)] {
    var result: [(Int, Substring)] = []
    let bytes = text.utf8
    var index = bytes.startIndex
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
    while index < bytes.endIndex {
      var before = 0
      while index < bytes.endIndex, isSpace(bytes[index]) {
        before = max(before, bytes[index] == 0x0A ? 2 : 1)
        index = bytes.index(after: index)
      }
      let start = index
      while index < bytes.endIndex, !isSpace(bytes[index]) { index = bytes.index(after: index) }
      result.append((before, text[start..<index]))
    }
    return result
  }

  /// Chinese is written without spaces: a line break between two of its characters stands for nothing.
  private func joinsWithoutSpace(_ word: Substring) -> Bool {
    guard brokenLine, let next = word.unicodeScalars.first?.value, next >= 0x2E80 else { return false }
    guard let last = String(decoding: builder.bytes.suffix(4), as: UTF8.self).unicodeScalars.last?.value else {
      return false
    }
    func isWide(_ value: UInt32) -> Bool {
      ScalarKind.isIdeographic(value) || (0x3000...0x303F).contains(value) || (0xFF00...0xFF60).contains(value)
    }
    return isWide(last) && isWide(next)
  }

  // MARK: Elements

  private mutating func start(_ tag: HTMLTokenizer.Tag) throws(RetrievalError) {
    if let skipped {
      if tag.name == skipped.name { self.skipped = (skipped.name, skipped.depth + 1) }
      return
    }
    if HTMLVocabulary.isLeftOut(tag, selection) {
      if !HTMLVocabulary.void.contains(tag.name) { skipped = (tag.name, 1) }
      return
    }
    switch tag.name {
    case "title":
      sink = .title("")
    case "meta", "html", "link": note(tag)
    case "h1", "h2", "h3", "h4", "h5", "h6":
      guard tableDepth == 0 else { break }
      try closeSink()
      sink = .heading(level: Int(tag.name.dropFirst()) ?? 1, text: "")
    case "br":
      try breakLine()
    case "pre", "listing":
      guard case .body = sink else { break }
      try builder.endParagraph()
      marker = nil
      preformatted = preformatted ?? builder.count
    case "table": try startTable()
    case "tr": try startRow()
    case "td", "th": startCell()
    case "ul", "ol", "menu": try startList(tag)
    case "li":
      guard case .body = sink, tableDepth == 0 else { break }
      try builder.endLine()
      marker = nextMarker()
    case "blockquote":
      try breakParagraph()
      if tableDepth == 0, quoteStarts.count < 64 { quoteStarts.append(builder.count) }
    default:
      try breakBlock(tag.name)
    }
  }

  private mutating func end(_ name: String) throws(RetrievalError) {
    if let skipped {
      if name == skipped.name { self.skipped = skipped.depth > 1 ? (name, skipped.depth - 1) : nil }
      return
    }
    switch name {
    case "title": if case .title = sink { try closeSink() }
    case "h1", "h2", "h3", "h4", "h5", "h6": if case .heading = sink { try closeSink() }
    case "pre", "listing":
      guard let start = preformatted else { break }
      preformatted = nil
      builder.mark(.code, from: start)
      try builder.endParagraph()
    case "table":
      tableDepth = max(0, tableDepth - 1)
      if tableDepth == 0 { try finishTable() }
    case "tr": if tableDepth == 1 { try finishRow() }
    case "td", "th": if tableDepth == 1 { try closeSink() }
    case "ul", "ol", "menu":
      guard tableDepth == 0, !lists.isEmpty else { break }
      lists.removeLast()
      marker = nil
      if lists.isEmpty {
        builder.mark(.list, from: listStart)
        try builder.endParagraph()
      } else {
        try builder.endLine()
      }
    case "blockquote":
      if tableDepth == 0, let start = quoteStarts.popLast() { builder.mark(.quote, from: start) }
      try breakParagraph()
    default: try breakBlock(name)
    }
  }

  private mutating func breakBlock(_ name: String) throws(RetrievalError) {
    if HTMLVocabulary.paragraphs.contains(name) {
      try breakParagraph()
    } else if HTMLVocabulary.lines.contains(name) {
      try breakLine()
    }
  }

  private mutating func breakParagraph() throws(RetrievalError) {
    switch sink {
    case .body:
      if preformatted != nil { break }
      // A paragraph that opens an item stays on the item's line.
      if marker == nil { if lists.isEmpty { try builder.endParagraph() } else { try builder.endLine() } }
      needsSpace = false
    case .heading(let level, let text): sink = .heading(level: level, text: text + " ")
    case .cell(let text): sink = .cell(text + " ")
    case .title: try closeSink()
    }
  }

  private mutating func breakLine() throws(RetrievalError) {
    switch sink {
    case .body:
      if preformatted != nil { try builder.append("\n") } else { try builder.endLine() }
      needsSpace = false
    case .heading(let level, let text): sink = .heading(level: level, text: text + " ")
    case .cell(let text): sink = .cell(text + " ")
    case .title: break
    }
  }

  private mutating func closeSink() throws(RetrievalError) {
    defer { sink = .body }
    switch sink {
    case .body: break
    case .title(let text):
      let title = text.collapsedWhitespace
      if !title.isEmpty, builder.title == nil { builder.title = title }
    case .heading(let level, let text):
      marker = nil
      needsSpace = false
      try builder.appendHeading(text, level: level)
    case .cell(let text): row?.append(text)
    }
  }

  // MARK: Lists and tables

  private mutating func startList(_ tag: HTMLTokenizer.Tag) throws(RetrievalError) {
    guard case .body = sink, tableDepth == 0, lists.count < 64 else { return }
    if lists.isEmpty {
      try builder.endParagraph()
      listStart = builder.count
    } else {
      try builder.endLine()
    }
    lists.append(tag.name == "ol" ? Int(tag.attributes["start"] ?? "1").map { max(0, min($0, 1 << 30)) } ?? 1 : nil)
  }

  private mutating func nextMarker() -> String {
    let indent = String(repeating: "  ", count: max(0, lists.count - 1))
    guard let last = lists.indices.last, let number = lists[last] else { return indent + "- " }
    lists[last] = number + 1
    return indent + "\(number). "
  }

  private mutating func startTable() throws(RetrievalError) {
    tableDepth += 1
    guard tableDepth == 1 else { return }
    try closeSink()
    try builder.endParagraph()
    tableStart = builder.count
  }

  private mutating func startRow() throws(RetrievalError) {
    guard tableDepth == 1 else { return }
    try finishRow()
    row = []
  }

  private mutating func startCell() {
    guard tableDepth == 1 else { return }
    if case .cell(let text) = sink { row?.append(text) }
    if row == nil { row = [] }
    sink = .cell("")
  }

  private mutating func finishRow() throws(RetrievalError) {
    if case .cell = sink { try closeSink() }
    if let row { try builder.appendRow(row) }
    row = nil
  }

  private mutating func finishTable() throws(RetrievalError) {
    try finishRow()
    guard let start = tableStart else { return }
    tableStart = nil
    builder.mark(.table, from: start)
    try builder.endParagraph()
  }

  // MARK: Metadata

  private mutating func note(_ tag: HTMLTokenizer.Tag) {
    switch tag.name {
    case "html": if let lang = tag.attributes["lang"], !lang.isEmpty { builder.metadata["lang"] = lang }
    case "link":
      if tag.attributes["rel"]?.lowercased() == "canonical" { builder.metadata["address"] = tag.attributes["href"] }
    default:
      guard let key = (tag.attributes["name"] ?? tag.attributes["property"])?.lowercased(),
        let content = tag.attributes["content"]?.collapsedWhitespace, !content.isEmpty,
        let known = HTMLVocabulary.metadata[key], builder.metadata[known] == nil
      else { return }
      builder.metadata[known] = content
    }
  }
}
