/// What `docProps/core.xml` of an office document says of it.
enum OfficeProperties {
  private static let keys: [String: String] = [
    "creator": "author", "subject": "subject", "description": "description", "keywords": "keywords", "created": "date",
    "modified": "modified", "language": "lang",
  ]

  /// Adds title and metadata; a document without properties is as good.
  static func read(
    _ archive: inout DocumentArchive, into builder: inout ExtractedTextBuilder
  ) throws(RetrievalError) {
    guard var reader = try archive.xml("docProps/core.xml") else { return }
    var text = ""
    while let token = try reader.next() {
      switch token {
      case .start: text = ""
      case .text(let more): text += more
      case .end(let name):
        let value = text.collapsedWhitespace
        text = ""
        if value.isEmpty { continue }
        if name == "title" { builder.title = value }
        if let key = keys[name] { builder.metadata[key] = value }
      }
    }
  }
}
