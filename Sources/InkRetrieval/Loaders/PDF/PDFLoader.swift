/// Reads PDF files (ISO 32000-1): the text of every page in reading order, the title, and the headings of the outline.
/// Pages that are pictures have no text and are named in a warning.
public struct PDFLoader: DocumentLoader {
  public let mediaTypes = ["application/pdf", "application/x-pdf"]
  public let fileExtensions = ["pdf"]
  private let limits: ReadingLimits

  private static let information = [
    "Author": "author", "Subject": "subject", "Keywords": "keywords", "CreationDate": "date",
  ]

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    guard bytes.prefix(1024).firstRange(of: Array("%PDF-".utf8)) != nil else {
      throw RetrievalError(.invalidDocument, context: name, expected: "a PDF", found: "other bytes")
    }
    let file = try PDFFile(bytes, name: name, limits: limits)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    readInformation(of: file, into: &builder)
    let tree = PDFPageTree(file)
    let pages = tree.pages
    let outline = PDFOutline(file, pages: pages)
    var fonts = PDFFontCache()
    var lines: [[PDFPageLayout.Line]] = []
    var marks: [PDFPageMarks] = []
    var budget = PDFReadingBudget()
    for page in pages {
      if Task.isCancelled { throw RetrievalError(.cancelled, context: name) }
      let content = try PDFLoader.content(of: page, file: file, fonts: &fonts, budget: &budget)
      lines.append(content.lines)
      marks.append(content.marks)
    }
    let running = PDFRunningLines(lines)
    for (index, lines) in lines.enumerated() {
      try builder.beginPage()
      let start = builder.count
      try builder.append(PDFPageLayout.text(of: running.removed(from: lines)))
      outline.note(page: index, from: start, in: &builder)
    }
    for warning in file.warnings { builder.warn(warning) }
    if tree.isCut { builder.warn("The file has more pages than are read; the first \(pages.count) were read.") }
    if fonts.hasUnknown {
      builder.warn("Some characters are of fonts that do not say what their glyphs mean; they are left out.")
    }
    let empty = lines.indices.filter { lines[$0].isEmpty }
    warn(of: empty.filter { marks[$0].hasPicture }, "holds a picture", "hold pictures", &builder)
    warn(
      of: empty.filter { !marks[$0].hasPicture && marks[$0].hasDrawing }, "holds a drawing", "hold drawings", &builder)
    for index in marks.indices where marks[index].isCut {
      builder.warn("Page \(index + 1) is too long to be read to its end.")
    }
    builder.trimEnd()
    return builder.text
  }

  private static func content(
    of page: PDFPageTree.Page, file: PDFFile, fonts: inout PDFFontCache, budget: inout PDFReadingBudget
  ) throws(RetrievalError) -> (lines: [PDFPageLayout.Line], marks: PDFPageMarks) {
    var content: [UInt8] = []
    for part in page.contents {
      guard case .stream(let stream) = file.resolve(part) else { continue }
      content += try file.decode(stream)
      content.append(0x0A)
    }
    var reader = PDFContentReader(file: file, fonts: fonts, budget: budget)
    try reader.read(content, resources: page.resources)
    (fonts, budget) = (reader.fonts, reader.budget)
    var layout = reader.layout
    return (layout.lines(), reader.marks)
  }

  private func readInformation(of file: PDFFile, into builder: inout ExtractedTextBuilder) {
    guard let members = file.dictionary(file.trailer["Info"]) else { return }
    if let title = file.resolve(members["Title"]).string.map(PDFText.decode)?.collapsedWhitespace, !title.isEmpty {
      builder.title = title
    }
    for (key, name) in PDFLoader.information {
      let value = file.resolve(members[key]).string.map(PDFText.decode)?.collapsedWhitespace ?? ""
      if !value.isEmpty { builder.metadata[name] = value }
    }
  }

  /// Says of pages, given from 0, that they hold what is no text.
  private func warn(of pages: [Int], _ one: String, _ several: String, _ builder: inout ExtractedTextBuilder) {
    let numbers = pages.prefix(10).map { "\($0 + 1)" }
    guard let last = numbers.last else { return }
    if pages.count == 1 {
      builder.warn("Page \(last) \(one) and no text.")
    } else if pages.count > numbers.count {
      let listed = numbers.joined(separator: ", ")
      builder.warn("Pages \(listed) and \(pages.count - numbers.count) more \(several) and no text.")
    } else {
      builder.warn("Pages \(numbers.dropLast().joined(separator: ", ")) and \(last) \(several) and no text.")
    }
  }
}
