/// Reads XML as the text between its tags, in the lines of the file.
public struct XMLLoader: DocumentLoader {
  public let mediaTypes = ["application/xml", "text/xml", "application/rss+xml", "application/atom+xml"]
  public let fileExtensions = ["xml", "rss", "atom", "opml", "docbook"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    var reader = try XMLReader(bytes, name: name, depth: limits.depth)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    var title: String?
    while let token = try reader.next() {
      switch token {
      case .start(let element):
        if element.name == "title", builder.title == nil { title = "" }
      case .end(let element):
        if element == "title", let text = title?.collapsedWhitespace {
          if !text.isEmpty { builder.title = text }
          title = nil
        }
        if let last = builder.bytes.last, last != 0x0A, last != 0x20 { try builder.append(" ") }
      case .text(let text):
        if let so = title { title = so + text }
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
          if index > 0 { try builder.endLine() }
          try builder.append(line.collapsedWhitespace)
        }
      }
    }
    builder.trimEnd()
    return builder.text
  }
}
