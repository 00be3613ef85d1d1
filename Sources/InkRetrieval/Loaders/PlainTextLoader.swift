/// Reads plain text in UTF-8, UTF-16 with a byte order mark, GB 18030 or Big5.
public struct PlainTextLoader: DocumentLoader {
  public let mediaTypes = ["text/plain"]
  public let fileExtensions = ["txt", "text", "log", "asc", "me"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, name: name)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try builder.append(text)
    builder.metadata["encoding"] = encoding.rawValue
    if let warning { builder.warn(warning) }
    return builder.text
  }
}
