/// Reads Markdown. The text stays as it is written, so that its bytes are those of the file where the file is UTF-8
/// without a byte order mark; headings, code, tables, lists and the keys of the front matter are noted beside it.
public struct MarkdownLoader: DocumentLoader {
  public let mediaTypes = ["text/markdown", "text/x-markdown"]
  public let fileExtensions = ["md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"]
  private let limits: ReadingLimits

  /// A loader.
  public init(limits: ReadingLimits = ReadingLimits()) { self.limits = limits }

  public func extract(_ bytes: [UInt8], name: String) throws(RetrievalError) -> ExtractedText {
    try limits.check(fileOf: bytes.count, name: name)
    let (text, encoding, warning) = try TextEncoding.text(of: bytes, name: name)
    var builder = ExtractedTextBuilder(name: name, limits: limits)
    try builder.append(text)
    if let warning { builder.warn(warning) }
    var result = builder.text
    let scanner = MarkdownScanner(result.text)
    result.headings = scanner.headings
    result.blocks = scanner.blocks
    result.metadata = scanner.metadata
    result.metadata["encoding"] = encoding.rawValue
    result.title = scanner.metadata["title"] ?? scanner.headings.first { $0.level == 1 }?.title
    return result
  }
}
