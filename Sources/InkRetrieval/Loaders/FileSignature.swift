/// What the first bytes of a file say about its format.
enum FileSignature {
  /// The media type of a format that is not text and begins with a signature of its own; nil for any other file.
  static func mediaType(of bytes: [UInt8], name: String) throws(RetrievalError) -> String? {
    if bytes.starts(with: Array("%PDF-".utf8)) { return "application/pdf" }
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
    return "text/plain"
  }
}
