/// Reads Word documents (DOCX, ECMA-376): paragraphs, headings by their styles, lists, tables and footnotes, without
/// headers,
/// footers and deleted text.
public struct WordLoader: DocumentLoader {
  public let mediaTypes = ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"]
  public let fileExtensions = ["docx", "docm", "dotx"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try OfficeProperties.read(&archive, into: &builder)
    let part = try archive.relationships(of: "").types["officeDocument"] ?? "word/document.xml"
    let folder = DocumentArchive.folder(of: part)
    let styles = try WordStyles(&archive, part: folder + "styles.xml")
    var body = WordBodyReader(builder: builder, styles: styles)
    try body.read(archive.requiredXML(part))
    for notes in ["footnotes.xml", "endnotes.xml"] {
      if let reader = try archive.xml(folder + notes) { try body.read(reader) }
    }
    builder = body.builder
    builder.trimEnd()
    return builder.text
  }
}
