/// Writes down the paragraphs and tables of a part of a Word document.
struct WordBodyReader {
  private(set) var builder: ExtractedTextBuilder
  private let styles: WordStyles
  private var text = ""
  private var level: Int?
  private var isItem = false
  private var indent = 0
  /// Open elements whose text is not part of the document.
  private var hidden = 0
  private var takesText = false
  private var tableDepth = 0
  private var tableStart = 0
  private var row: [String] = []
  private var cell: String?

  private static let hiddenElements: Set<String> = ["moveFrom", "del", "Fallback", "instrText", "rPh"]

  init(builder: ExtractedTextBuilder, styles: WordStyles) {
    self.builder = builder
    self.styles = styles
  }

  mutating func read(_ reader: XMLReader) throws(RetrievalError) {
    var reader = reader
    while let token = try reader.next() {
      switch token {
      case .text(let more): if takesText, hidden == 0 { text += more }
      case .start(let element): try start(element)
      case .end(let name): try end(name)
      }
    }
    try endParagraph()
  }

  private mutating func start(_ element: XMLReader.Element) throws(RetrievalError) {
    if WordBodyReader.hiddenElements.contains(element.name) { hidden += 1 }
    guard hidden == 0 else { return }
    switch element.name {
    case "p": try endParagraph()
    case "pStyle":
      guard let style = element.value("val") else { return }
      level = styles.levels[style] ?? level
      isItem = isItem || styles.lists.contains(style)
    case "outlineLvl":
      if let value = element.value("val").flatMap({ Int($0) }), (0..<9).contains(value) { level = value + 1 }
    case "numPr": isItem = true
    case "ilvl": indent = max(0, min(element.value("val").flatMap { Int($0) } ?? 0, 8))
    case "t": takesText = true
    case "tab": if element.attributes.isEmpty { text += "\t" }
    case "br", "cr": text += "\n"
    case "noBreakHyphen": text += "-"
    case "tbl":
      try endParagraph()
      tableDepth += 1
      if tableDepth == 1 {
        try builder.endParagraph()
        tableStart = builder.count
      }
    case "tr": if tableDepth == 1 { row = [] }
    case "tc": if tableDepth == 1 { cell = "" }
    default: return
    }
  }

  private mutating func end(_ name: String) throws(RetrievalError) {
    if WordBodyReader.hiddenElements.contains(name) { hidden = max(0, hidden - 1) }
    switch name {
    case "t": takesText = false
    case "p": try endParagraph()
    case "tc":
      guard tableDepth == 1, let done = cell else { return }
      row.append(done)
      cell = nil
    case "tr": if tableDepth == 1 { try builder.appendRow(row) }
    case "tbl":
      tableDepth = max(0, tableDepth - 1)
      if tableDepth == 0 {
        builder.mark(.table, from: tableStart)
        try builder.endParagraph()
      }
    default: return
    }
  }

  private mutating func endParagraph() throws(RetrievalError) {
    defer { (text, level, isItem, indent) = ("", nil, false, 0) }
    let content = text.drop { $0.isWhitespace }
    guard !content.isEmpty else { return }
    if let so = cell {
      cell = so.isEmpty ? String(content) : so + " " + content
    } else if let level {
      try builder.appendHeading(String(content), level: level)
    } else if isItem {
      try builder.endLine()
      let start = builder.count
      try builder.append(String(repeating: "  ", count: indent) + "- " + content)
      builder.mark(.list, from: start)
      try builder.append("\n")
    } else {
      try builder.endParagraph()
      try builder.append(content)
      try builder.append("\n\n")
    }
  }
}
