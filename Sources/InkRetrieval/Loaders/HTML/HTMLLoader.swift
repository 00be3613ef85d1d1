/// Reads web pages: their text without scripts, styles, navigation and what is hidden; headings, lists, the rows of
/// tables and code; the title and what `meta` says. Nothing of a page is executed or fetched.
public struct HTMLLoader: DocumentLoader {
  public let mediaTypes = ["text/html", "application/xhtml+xml"]
  public let fileExtensions = ["html", "htm", "xhtml", "shtml"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let declared = HTMLLoader.declaredEncoding(bytes.prefix(4096))
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, declared: declared, name: name)
    var result = try HTMLLoader.read(text, name: name, limits: limits)
    result.metadata["encoding"] = encoding.rawValue
    if let warning { result.warnings.append(warning) }
    return result
  }

  /// The text of a page. When an element that is left out never ends, or nothing remains, only what is never shown is
  /// left out.
  static func read(_ text: String, name: String, limits: ReadingLimits) throws(RetrievalError) -> ExtractedText {
    var reader = HTMLReader(builder: ExtractedTextBuilder(name: name, limits: limits), selection: .content)
    try reader.read(text)
    if !reader.endedWithinSkipped, reader.builder.count > 0 { return reader.builder.text }
    reader = HTMLReader(builder: ExtractedTextBuilder(name: name, limits: limits), selection: .everything)
    try reader.read(text)
    return reader.builder.text
  }

  /// The encoding that a page's first `meta` of one names.
  private static func declaredEncoding(_ head: ArraySlice<UInt8>) -> TextEncoding? {
    let text = String(decoding: head, as: UTF8.self).lowercased()
    guard let range = text.firstRange(of: "charset=") ?? text.firstRange(of: "encoding=") else { return nil }
    let value = text[range.upperBound...].drop { $0 == "\"" || $0 == "'" || $0 == " " }
    return TextEncoding(label: String(value.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }))
  }
}
