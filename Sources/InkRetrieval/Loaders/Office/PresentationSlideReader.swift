/// Writes down the shapes of a slide in their order.
struct PresentationSlideReader {
  private var text = ""
  private var takesText = false
  private var isTitle = false
  /// Whether the shape holds a number, a date or a footer that every slide shows.
  private var isFurniture = false
  private var hidden = 0
  private var row: [String] = []
  private var cell: String?
  private var tableStart = 0

  consuming func read(_ reader: XMLReader, into builder: inout ExtractedTextBuilder) throws(RetrievalError) {
    var reader = reader
    while let token = try reader.next() {
      switch token {
      case .text(let more): if takesText, hidden == 0 { text += more }
      case .start(let element): try start(element, &builder)
      case .end(let name): try end(name, &builder)
      }
    }
    try builder.endParagraph()
  }

  private mutating func start(
    _ element: XMLReader.Element, _ builder: inout ExtractedTextBuilder
  ) throws(RetrievalError) {
    switch element.name {
    case "Fallback": hidden += 1
    case "sp":
      (isTitle, isFurniture) = (false, false)
      try builder.endParagraph()
    case "ph":
      switch element.value("type") {
      case "title", "ctrTitle": isTitle = true
      case "sldNum", "dt", "ftr", "hdr": isFurniture = true
      default: break
      }
    case "t": takesText = true
    case "br": text += isTitle ? " " : "\n"
    case "tbl":
      try builder.endParagraph()
      tableStart = builder.count
    case "tr": row = []
    case "tc": cell = ""
    default: break
    }
  }

  private mutating func end(_ name: String, _ builder: inout ExtractedTextBuilder) throws(RetrievalError) {
    switch name {
    case "Fallback": hidden = max(0, hidden - 1)
    case "t": takesText = false
    case "p": try endParagraph(&builder)
    case "tc":
      row.append(cell ?? "")
      cell = nil
    case "tr": try builder.appendRow(row)
    case "tbl":
      builder.mark(.table, from: tableStart)
      try builder.endParagraph()
    default: break
    }
  }

  private mutating func endParagraph(_ builder: inout ExtractedTextBuilder) throws(RetrievalError) {
    defer { text = "" }
    guard !isFurniture, text.contains(where: { !$0.isWhitespace }) else { return }
    if let so = cell {
      cell = so.isEmpty ? text : so + " " + text
    } else if isTitle {
      try builder.appendHeading(text, level: 1)
    } else {
      try builder.endLine()
      try builder.append(text)
      try builder.append("\n")
    }
  }
}
