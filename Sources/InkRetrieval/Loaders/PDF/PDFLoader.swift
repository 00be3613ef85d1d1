/// Reads PDF files (ISO 32000-1): the text of every page in reading order, the title, and the headings of the outline.
/// Pages
/// that are pictures have no text and are named in a warning.
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
    let pages = PDFPageTree(file).pages
    let outline = PDFOutline(file, pages: pages)
    var fonts = PDFFontCache()
    var lines: [[PDFPageLayout.Line]] = []
    for page in pages {
      if Task.isCancelled { throw RetrievalError(.cancelled, context: name) }
      lines.append(try PDFLoader.lines(of: page, file: file, fonts: &fonts))
    }
    let running = PDFRunningLines(lines)
    for (index, lines) in lines.enumerated() {
      try builder.beginPage()
      let start = builder.count
      try builder.append(PDFPageLayout.text(of: running.removed(from: lines)))
      outline.note(page: index, from: start, in: &builder)
    }
    let empty = lines.indices.filter { lines[$0].isEmpty }.map { $0 + 1 }
    warn(of: file, empty: empty, hasUnknown: fonts.hasUnknown, &builder)
    builder.trimEnd()
    return builder.text
  }

  private static func lines(
    of page: PDFPageTree.Page, file: PDFFile, fonts: inout PDFFontCache
  ) throws(RetrievalError) -> [PDFPageLayout.Line] {
    var content: [UInt8] = []
    for part in page.contents {
      guard case .stream(let stream) = file.resolve(part) else { continue }
      content += try file.decode(stream)
      content.append(0x0A)
    }
    var reader = PDFContentReader(file: file, fonts: fonts)
    try reader.read(content, resources: page.resources)
    fonts = reader.fonts
    var layout = reader.layout
    return layout.lines()
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

  private func warn(of file: PDFFile, empty: [Int], hasUnknown: Bool, _ builder: inout ExtractedTextBuilder) {
    for warning in file.warnings { builder.warn(warning) }
    if hasUnknown {
      builder.warn("Some characters are of fonts that do not say what their glyphs mean; they are left out.")
    }
    if !empty.isEmpty {
      let shown = empty.prefix(10).map(String.init).joined(separator: ", ") + (empty.count > 10 ? " and more" : "")
      builder.warn("Pages without text, which may be pictures: \(shown).")
    }
  }
}
