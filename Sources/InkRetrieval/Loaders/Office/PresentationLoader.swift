/// Reads presentations (PPTX, ECMA-376): a page a slide, its title as a heading, its text, tables and notes.
public struct PresentationLoader: DocumentLoader {
  public let mediaTypes = ["application/vnd.openxmlformats-officedocument.presentationml.presentation"]
  public let fileExtensions = ["pptx", "pptm", "ppsx"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try OfficeProperties.read(&archive, into: &builder)
    let part = try archive.relationships(of: "").types["officeDocument"] ?? "ppt/presentation.xml"
    let relations = try archive.relationships(of: part)
    var slides: [String] = []
    var reader = try archive.requiredXML(part)
    while let token = try reader.next() {
      guard case .start(let element) = token, element.name == "sldId" else { continue }
      if let path = element.attributes["r:id"].flatMap({ relations.paths[$0] }) { slides.append(path) }
    }
    for (index, path) in slides.enumerated() {
      try builder.beginPage()
      guard let slide = try archive.xml(path) else {
        builder.warn("Slide \(index + 1) is missing.")
        continue
      }
      try PresentationSlideReader().read(slide, into: &builder)
      if let notes = try archive.relationships(of: path).types["notesSlide"], let reader = try archive.xml(notes) {
        try PresentationSlideReader().read(reader, into: &builder)
      }
    }
    builder.trimEnd()
    return builder.text
  }
}
