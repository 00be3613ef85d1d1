/// What the first bytes of a file say about its format.
enum FileSignature {
  /// The media type of a format that is not text and begins with a signature of its own; nil for any other file.
  static func mediaType(of bytes: [UInt8], name: String, limits: ReadingLimits) throws(RetrievalError) -> String? {
    if bytes.starts(with: Array("%PDF-".utf8)) { return "application/pdf" }
    if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
      throw RetrievalError(
        .unsupported, context: name, expected: "a document such as DOCX, XLSX or PPTX",
        found: "one of an old Office, or one that a password protects",
        hint: "Save it as DOCX, XLSX or PPTX without a password.")
    }
    guard bytes.starts(with: [0x50, 0x4B, 3, 4]) else { return nil }
    var archive = try DocumentArchive(bytes, name: name, limits: limits)
    if let type = try archive.contents("mimetype"),
      String(decoding: type, as: UTF8.self).hasPrefix("application/epub+zip")
    {
      return "application/epub+zip"
    }
    let prefix = "application/vnd.openxmlformats-officedocument."
    if archive.contains("word/document.xml") { return prefix + "wordprocessingml.document" }
    if archive.contains("xl/workbook.xml") { return prefix + "spreadsheetml.sheet" }
    if archive.contains("ppt/presentation.xml") { return prefix + "presentationml.presentation" }
    return nil
  }

  /// The media type of a text by how it begins; nil for bytes that are no text.
  static func textMediaType(of bytes: [UInt8]) -> String? {
    let isMarked = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
    if !isMarked, bytes.prefix(8192).contains(0) { return nil }
    let head = String(decoding: bytes.prefix(1024), as: UTF8.self).lowercased().drop {
      $0.isWhitespace || $0 == "\u{FEFF}"
    }
    if head.hasPrefix("<!doctype html") || head.hasPrefix("<html") || head.contains("<body") { return "text/html" }
    if head.hasPrefix("<?xml") { return head.contains("<html") ? "text/html" : "application/xml" }
    return "text/plain"
  }
}
